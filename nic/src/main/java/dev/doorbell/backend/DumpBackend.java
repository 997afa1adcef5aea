package dev.doorbell.backend;

import dev.doorbell.backend.pcap.PcapngWriter;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.io.IOException;
import java.nio.file.Path;

/// `filter-dump`: writes the frames that pass, both ways, to a pcapng file.
///
/// What crosses the backend interface is what is written: a frame handed on whole to be segmented appears
/// whole, with its checksum still open, just as tcpdump shows such frames on a host. Frames that the
/// backend did not take yet are not written until it does. The file is flushed at most [#FLUSH_NS] after a
/// frame. A failed write ends the dump, is counted, and the traffic goes on.
public final class DumpBackend extends FilterBackend {
    /// Longest time that a frame stays in the buffer.
    public static final long FLUSH_NS = 1_000_000_000;

    private final PcapngWriter writer;
    private final Timeline timeline;
    private final long epochOffsetNs;
    private final Timer flushTimer;
    private boolean failureCounted;

    /// @param file          created or emptied
    /// @param maxBytes      bytes of a frame that are kept
    /// @param epochOffsetNs added to the timeline's time to give nanoseconds since 1970
    /// @throws IOException when the file cannot be written
    public DumpBackend(
            FrameBackend inner, Path file, String interfaceName, int maxBytes, Timeline timeline, long epochOffsetNs)
            throws IOException {
        super(inner, inner.capabilities());
        writer = PcapngWriter.create(file, interfaceName, maxBytes);
        this.timeline = timeline;
        this.epochOffsetNs = epochOffsetNs;
        flushTimer = timeline.timer("dump flush", this::flush);
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        int taken = inner.transmit(batch, from);
        if (taken == 0) return 0;
        int end = from + taken;
        write(batch, from, end, PcapngWriter.OUTBOUND);
        long bytes = 0;
        for (int i = from; i < end; i++) bytes += batch.lengthBytes(i);
        countTransmitted(taken, bytes);
        return taken;
    }

    @Override
    public int receive(FrameBatch batch) {
        int before = batch.size();
        int received = inner.receive(batch);
        if (received == 0) return 0;
        write(batch, before, batch.size(), PcapngWriter.INBOUND);
        countReceived(received, bytesOf(batch, before));
        return received;
    }

    private void write(FrameBatch batch, int from, int end, int direction) {
        if (writer.failed()) return;
        long timeNs = timeline.nowNs() + epochOffsetNs;
        for (int i = from; i < end; i++) writer.frame(timeNs, direction, batch, i);
        if (!flushTimer.isArmed()) flushTimer.armAt(timeline.nowNs() + FLUSH_NS);
        noteFailure();
    }

    private void flush() {
        writer.flush();
        noteFailure();
    }

    private void noteFailure() {
        if (!writer.failed() || failureCounted) return;
        failureCounted = true;
        counters.increment(BackendCounter.DUMP_FAILURES);
    }

    @Override
    public void close() {
        flushTimer.disarm();
        writer.close();
        noteFailure();
        super.close();
    }
}
