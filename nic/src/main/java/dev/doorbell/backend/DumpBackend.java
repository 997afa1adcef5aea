package dev.doorbell.backend;

import dev.doorbell.backend.pcap.FrameRecorder;
import dev.doorbell.backend.pcap.PcapngWriter;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import java.io.IOException;
import java.nio.file.Path;

/// `filter-dump`: writes the frames that pass, both ways, to a pcapng file.
///
/// What crosses the backend interface is what is written: a frame handed on whole to be segmented appears
/// whole, with its checksum still open, just as tcpdump shows such frames on a host. Frames that the
/// backend did not take yet are not written until it does. The file is flushed at most
/// [FrameRecorder#FLUSH_NS] after a frame. A failed write ends the dump, is counted, and the traffic goes on.
public final class DumpBackend extends FilterBackend {
    private final FrameRecorder recorder;

    /// @param file          created or emptied
    /// @param maxBytes      bytes of a frame that are kept
    /// @param epochOffsetNs added to the timeline's time to give nanoseconds since 1970
    /// @throws IOException when the file cannot be written
    public DumpBackend(
            FrameBackend inner, Path file, String interfaceName, int maxBytes, Timeline timeline, long epochOffsetNs)
            throws IOException {
        super(inner, inner.capabilities());
        recorder = new FrameRecorder(file, interfaceName, maxBytes, timeline, epochOffsetNs, counters);
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        int taken = inner.transmit(batch, from);
        if (taken == 0) return 0;
        int end = from + taken;
        recorder.record(batch, from, end, PcapngWriter.OUTBOUND);
        long bytes = 0;
        for (int i = from; i < end; i++) bytes += batch.lengthBytes(i);
        countTransmitted(taken, bytes);
        return taken;
    }

    /// The frames pass in the batches that they came in.
    @Override
    public int transmitQueues() {
        return inner.transmitQueues();
    }

    @Override
    public int receive(FrameBatch batch) {
        int before = batch.size();
        return received(inner.receive(batch), batch, before);
    }

    @Override
    public int receiveUnheard(FrameBatch batch) {
        int before = batch.size();
        return received(inner.receiveUnheard(batch), batch, before);
    }

    private int received(int frames, FrameBatch batch, int before) {
        if (frames == 0) return 0;
        recorder.record(batch, before, batch.size(), PcapngWriter.INBOUND);
        countReceived(frames, bytesOf(batch, before));
        return frames;
    }

    @Override
    public void close() {
        recorder.close();
        super.close();
    }
}
