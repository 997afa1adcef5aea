package dev.doorbell.backend.pcap;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.Frames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A pcap backend in virtual time, asked as a card's loop asks it: at once, and whenever its timer
/// rings.
final class Player implements AutoCloseable {
    /// A frame and when it came.
    @SuppressWarnings("ArrayRecordComponent") // compared by its parts only
    record Arrival(long timeNs, byte[] frame) {}

    private static final int MOST_CALLS = 1_000_000;

    final VirtualTimeline timeline = new VirtualTimeline(7_000);
    final List<String> notices = new ArrayList<>();
    final PcapBackend backend;
    private final FrameBatch batch = Frames.emptyBatch();

    Player(String options) throws OptionException, IOException {
        boolean waits = options.contains("delay-ms") || !options.contains("rx-file");
        String all = "pcap,id=n0," + options + (waits ? "" : ",delay-ms=0");
        var parsed = (BackendOptions.Pcap) BackendOptions.parse(all);
        backend = PcapBackend.open(parsed, timeline, 0, notices::add);
    }

    /// A player of these bytes, stored in a file of the folder.
    static Player of(Path folder, byte[] capture, String options) throws OptionException, IOException {
        Path file = folder.resolve("rx.pcap");
        Files.write(file, capture);
        return new Player("rx-file=" + file + options);
    }

    /// All that comes until `ns` from now, or until the replay has nothing more to do.
    List<Arrival> until(long ns) {
        long originNs = timeline.nowNs();
        List<Arrival> arrivals = new ArrayList<>();
        for (int call = 0; call < MOST_CALLS; call++) {
            batch.clear();
            int frames = backend.receive(batch);
            for (int i = 0; i < frames; i++)
                arrivals.add(new Arrival(timeline.nowNs() - originNs, Frames.bytes(batch, i)));
            if (frames > 0) continue;
            if (!timeline.hasDeadline() || timeline.nextDeadlineNs() - originNs > ns) return arrivals;
            timeline.advanceTo(timeline.nextDeadlineNs(), 1);
        }
        throw new AssertionError("a replay that does not end");
    }

    List<byte[]> frames() {
        return until(Long.MAX_VALUE / 2).stream().map(Arrival::frame).toList();
    }

    long count(BackendCounter counter) {
        return backend.counters().get(counter);
    }

    @Override
    public void close() {
        backend.close();
    }
}
