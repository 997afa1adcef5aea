package dev.doorbell.serve;

import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;

/// A backend that is not asked for frames again right after it had none: asking is a system call, and a busy loop asks
/// in every duty cycle. A poll that finds it readable ends the patience.
final class PatientBackend implements FrameBackend {
    private final FrameBackend backend;
    private final Timeline time;
    private boolean empty; // it had nothing, at
    private long askedNs;

    PatientBackend(FrameBackend backend, Timeline time) {
        this.backend = backend;
        this.time = time;
    }

    /// Its descriptor was found readable.
    void ready() {
        empty = false;
    }

    @Override
    public int receive(FrameBatch batch) {
        return hadNothing() ? 0 : noted(backend.receive(batch));
    }

    @Override
    public int receiveUnheard(FrameBatch batch) {
        return hadNothing() ? 0 : noted(backend.receiveUnheard(batch));
    }

    /// Whether it was asked a moment ago and had nothing.
    private boolean hadNothing() {
        return empty && time.nowNs() - askedNs < ServedCard.PATIENCE_NS;
    }

    private int noted(int frames) {
        empty = frames == 0 && backend.receiveFd() >= 0; // without one no poll would tell, and asking costs nothing
        if (empty) askedNs = time.nowNs();
        return frames;
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        return backend.transmit(batch, from);
    }

    @Override
    public Capabilities capabilities() {
        return backend.capabilities();
    }

    @Override
    public boolean linkUp() {
        return backend.linkUp();
    }

    @Override
    public int transmitQueues() {
        return backend.transmitQueues();
    }

    @Override
    public int receiveFd() {
        return backend.receiveFd();
    }

    @Override
    public int transmitFd() {
        return backend.transmitFd();
    }

    @Override
    public void close() {
        backend.close();
    }
}
