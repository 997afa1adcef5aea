package dev.doorbell.backend.pcap;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `pcap`: the card gets the frames of one capture file, and what it sends goes into another.
///
/// The first frame comes once the card has listened (its receiver is on and its link up) for a
/// while without a break: nothing is lost to a guest that still boots, or whose driver sets its link
/// up. From then on a replay with recorded timing goes on as a wire does, whether the card listens or
/// not; a fast one waits while it does not. The link is always up, also after the last frame.
public final class PcapBackend extends CountedBackend {
    private static final int MAX_BATCH_FRAMES = 256;

    private final boolean keepsTime;
    private final @Nullable Replay replay;
    private final @Nullable FrameRecorder recorder;

    private PcapBackend(
            BackendOptions.Pcap options,
            @Nullable CaptureReader reader,
            Timeline timeline,
            long epochOffsetNs,
            Consumer<String> notices)
            throws IOException {
        super(Capabilities.plain(PLAIN_FRAME_BYTES, MAX_BATCH_FRAMES));
        keepsTime = options.recordedTiming();
        recorder = options.txFile().isEmpty() ? null : recorder(options, timeline, epochOffsetNs);
        replay = reader == null ? null : new Replay(reader, options, timeline, counters, notices);
    }

    /// Opens the capture to be replayed, then creates or empties the one to be recorded.
    ///
    /// @param epochOffsetNs added to the timeline's time to give nanoseconds since 1970
    /// @param notices       told in one line why a replay ended early
    /// @throws IOException when a file is not what it should be; the message is one line that says
    ///     what to do
    public static PcapBackend open(
            BackendOptions.Pcap options, Timeline timeline, long epochOffsetNs, Consumer<String> notices)
            throws IOException {
        String subject = "netdev " + options.id() + ": ";
        CaptureReader reader = null;
        if (!options.rxFile().isEmpty()) {
            Path rxFile = Path.of(options.rxFile());
            try {
                reader = CaptureFile.open(rxFile);
            } catch (IOException e) {
                throw new IOException(subject + "rx-file=" + rxFile + " " + e.getMessage(), e);
            }
        }
        boolean done = false;
        try {
            if (reader != null && !options.txFile().isEmpty()) refuseOneFile(options, subject);
            PcapBackend backend = new PcapBackend(options, reader, timeline, epochOffsetNs, notices);
            done = true;
            return backend;
        } finally {
            if (!done && reader != null) reader.close();
        }
    }

    /// Two names of one file: recording would empty what is to be replayed.
    private static void refuseOneFile(BackendOptions.Pcap options, String subject) throws IOException {
        Path txFile = Path.of(options.txFile());
        if (Files.exists(txFile) && Files.isSameFile(Path.of(options.rxFile()), txFile))
            throw new IOException(subject + "rx-file= and tx-file= are the same file: record into another one");
    }

    private FrameRecorder recorder(BackendOptions.Pcap options, Timeline timeline, long epochOffsetNs)
            throws IOException {
        try {
            Path txFile = Path.of(options.txFile());
            return new FrameRecorder(txFile, options.id(), PLAIN_FRAME_BYTES, timeline, epochOffsetNs, counters);
        } catch (IOException e) {
            throw new IOException(
                    "netdev " + options.id() + ": tx-file=" + options.txFile() + " cannot be written ("
                            + e.getClass().getSimpleName() + "): choose another file",
                    e);
        }
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        int frames = 0;
        long bytes = 0;
        for (int i = from; i < batch.size(); i++) {
            if (!acceptable(batch, i)) continue;
            if (recorder != null) recorder.record(batch, i, i + 1, PcapngWriter.OUTBOUND);
            frames++;
            bytes += batch.lengthBytes(i);
        }
        countTransmitted(frames, bytes);
        return batch.size() - from;
    }

    @Override
    public int receive(FrameBatch batch) {
        if (replay == null) return 0;
        int before = batch.size();
        int frames = replay.give(batch);
        if (frames > 0) countReceived(frames, bytesOf(batch, before));
        return frames;
    }

    @Override
    public int receiveUnheard(FrameBatch batch) {
        if (replay == null) return 0;
        replay.unheard();
        return keepsTime && replay.isUnderWay() ? receive(batch) : 0;
    }

    @Override
    public void close() {
        if (replay != null) replay.close();
        if (recorder != null) recorder.close();
    }
}
