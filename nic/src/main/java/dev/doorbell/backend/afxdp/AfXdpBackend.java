package dev.doorbell.backend.afxdp;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import java.io.IOException;

/// `af-xdp`: frames of a host interface through AF_XDP sockets, a socket per queue.
///
/// Frames are gathered into the memory that is shared with the kernel and scattered from it: one copy each way. A frame
/// that is sent goes to the socket of its [FrameBatch#queue], modulo the sockets; one that arrived says which socket
/// it came by.
public final class AfXdpBackend extends CountedBackend {
    private AfXdpBackend(Capabilities capabilities) {
        super(capabilities);
    }

    /// Opens the sockets, and attaches the program unless told that somebody else did.
    ///
    /// @throws IOException when this machine refuses; one line that says what to do
    public static AfXdpBackend open(BackendOptions.AfXdp options, Timeline timeline) throws IOException {
        throw new UnsupportedOperationException("owner: backend");
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        throw new UnsupportedOperationException("owner: backend");
    }

    @Override
    public int receive(FrameBatch batch) {
        throw new UnsupportedOperationException("owner: backend");
    }

    @Override
    public void close() {}
}
