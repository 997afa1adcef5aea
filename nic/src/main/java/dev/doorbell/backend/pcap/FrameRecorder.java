package dev.doorbell.backend.pcap;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.io.IOException;
import java.nio.file.Path;

/// Records frames in a pcapng file with the times at which they passed.
///
/// The file is flushed at most [#FLUSH_NS] after a frame. A failed write ends the record and is
/// counted, once; the traffic goes on. Writing waits for the disk when the kernel's own buffers are
/// full. One thread.
public final class FrameRecorder implements AutoCloseable {
    /// Longest time that a frame stays in the buffer.
    public static final long FLUSH_NS = 1_000_000_000;

    private final PcapngWriter writer;
    private final Timeline timeline;
    private final long epochOffsetNs;
    private final CounterTable<BackendCounter> counters;
    private final Timer flushTimer;
    private boolean failureCounted;

    /// @param file          created or emptied
    /// @param interfaceName shown by readers
    /// @param maxBytes      bytes of a frame that are kept
    /// @param epochOffsetNs added to the timeline's time to give nanoseconds since 1970
    /// @throws IOException when the file cannot be written
    public FrameRecorder(
            Path file,
            String interfaceName,
            int maxBytes,
            Timeline timeline,
            long epochOffsetNs,
            CounterTable<BackendCounter> counters)
            throws IOException {
        writer = PcapngWriter.create(file, interfaceName, maxBytes);
        this.timeline = timeline;
        this.epochOffsetNs = epochOffsetNs;
        this.counters = counters;
        flushTimer = timeline.timer("capture flush", this::flush);
    }

    /// Records the frames `from..end)` of a batch as passing now.
    ///
    /// @param direction [PcapngWriter#INBOUND] or [PcapngWriter#OUTBOUND]
    public void record(FrameBatch batch, int from, int end, int direction) {
        if (writer.failed()) return;
        long nowNs = timeline.nowNs();
        for (int i = from; i < end; i++) writer.frame(nowNs + epochOffsetNs, direction, batch, i);
        if (!flushTimer.isArmed()) flushTimer.armAt(nowNs + FLUSH_NS);
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

    /// Flushes and closes. Idempotent.
    @Override
    public void close() {
        flushTimer.disarm();
        writer.close();
        noteFailure();
    }
}
