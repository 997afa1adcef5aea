package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SocketAddress;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.io.IOException;

/// `stream`: frames over one connection, each behind its length, so that a QEMU, another Doorbell or passt
/// can be at the other end.
///
/// The link is up while there is a peer. Frames offered without one are dropped and counted. Plain frames up
/// to [#PLAIN_FRAME_BYTES].
public final class StreamBackend extends CountedBackend {
    /// Pause before the rest of a frame is tried again.
    static final long RETRY_NS = 500_000;

    private final StreamEndpoint endpoint;
    private final StreamReader reader = new StreamReader(counters);
    private final StreamWriter writer = new StreamWriter(this);
    private final Timeline timeline;
    private final Timer flushTimer;

    /// Listens, starts to connect, or takes over a descriptor.
    ///
    /// @throws IOException when that is impossible, for a client only if it is not to try again
    public StreamBackend(BackendOptions.Stream options, Timeline timeline) throws IOException {
        super(Capabilities.plain(PLAIN_FRAME_BYTES, StreamWriter.MAX_BATCH_FRAMES));
        this.timeline = timeline;
        flushTimer = timeline.timer("stream rest " + options.id(), this::flush);
        endpoint = StreamEndpoint.open(options, timeline, counters);
    }

    /// Peers from a source, the first one at once.
    ///
    /// @param id     for people
    /// @param source closed with this backend
    public StreamBackend(String id, PeerSource source, Timeline timeline) {
        super(Capabilities.plain(PLAIN_FRAME_BYTES, StreamWriter.MAX_BATCH_FRAMES));
        this.timeline = timeline;
        flushTimer = timeline.timer("stream rest " + id, this::flush);
        endpoint = new StreamEndpoint(id, source, timeline, counters);
    }

    /// Where a server listens.
    public SocketAddress localAddress() {
        return endpoint.localAddress();
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        if (!endpoint.hasPeer()) return dropLinkDown(batch, from);
        flush();
        int at = from;
        int frames = 0;
        long bytes = 0;
        while (at < batch.size() && endpoint.peer() >= 0 && !writer.hasPending()) {
            if (!acceptable(batch, at)) {
                at++;
                continue;
            }
            int taken = writer.send(endpoint.peer(), batch, at);
            if (taken > 0) {
                frames += taken;
                for (int i = at; i < at + taken; i++) bytes += batch.lengthBytes(i);
                at += taken;
                if (taken < writer.offered()) break;
            } else if (taken == -Errno.EAGAIN) {
                break;
            } else if (isOfTheFrame(taken)) {
                counters.increment(BackendCounter.TRANSMIT_DROPPED_REFUSED);
                at++;
            } else {
                end();
            }
        }
        countTransmitted(frames, bytes);
        if (endpoint.peer() < 0) at += dropLinkDown(batch, at);
        else if (at < batch.size()) counters.increment(BackendCounter.TRANSMIT_BACKPRESSURE);
        armFlush();
        return at - from;
    }

    /// An error for what was to be sent, not for the connection: guest memory that is gone, no memory in
    /// the kernel.
    private static boolean isOfTheFrame(int result) {
        return result == -Errno.EFAULT || result == -Errno.ENOMEM || result == -Errno.ENOBUFS;
    }

    /// Goes on with the rest of a frame that was begun.
    private void flush() {
        if (endpoint.peer() < 0 || !writer.hasPending()) return;
        int result = writer.flush(endpoint.peer());
        if (result < 0 && result != -Errno.EAGAIN && !isOfTheFrame(result)) end();
        armFlush();
    }

    private void armFlush() {
        if (writer.hasPending()) flushTimer.armAt(timeline.nowNs() + RETRY_NS);
        else flushTimer.disarm();
    }

    @Override
    public int receive(FrameBatch batch) {
        if (!endpoint.hasPeer()) return 0;
        flush();
        if (endpoint.peer() < 0) return 0;
        int before = batch.size();
        int frames = reader.receive(endpoint.peer(), batch);
        if (frames > 0) countReceived(frames, bytesOf(batch, before));
        switch (reader.verdict()) {
            case GOES_ON -> {}
            case ENDED -> end();
            case ENDED_WITHIN_FRAME -> {
                counters.increment(BackendCounter.PEER_CUT_FRAMES);
                end();
            }
            case BAD_LENGTH -> {
                counters.increment(BackendCounter.PEER_BAD_LENGTHS);
                end();
            }
        }
        return frames;
    }

    /// The connection is over; what was buffered of it is forgotten.
    private void end() {
        endpoint.drop();
        reader.reset();
        writer.reset();
        flushTimer.disarm();
    }

    @Override
    public boolean linkUp() {
        return endpoint.peer() >= 0;
    }

    @Override
    public int receiveFd() {
        return endpoint.waitFd();
    }

    @Override
    public int transmitFd() {
        return endpoint.peer();
    }

    @Override
    public void close() {
        flushTimer.disarm();
        endpoint.close();
    }
}
