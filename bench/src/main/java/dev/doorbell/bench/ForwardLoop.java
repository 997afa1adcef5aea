package dev.doorbell.bench;

import com.sun.management.ThreadMXBean;
import dev.doorbell.lab.world.ForwardingPair;
import dev.doorbell.time.WallTimeline;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// Forwards with batches of each size in turn, in a JVM of its own; a line a turn: what it was, frames,
/// nanoseconds, bytes allocated. Ends with an error when a single frame was lost, changed or out of order.
final class ForwardLoop {
    /// The row that others are compared with.
    static final String BEST = "batch=32";

    private static final int[] BATCHES = {1, 2, 4, 8, 16, 32};
    private static final int LARGEST = 32;
    private static final int FRAME_BYTES = 64;
    private static final int TURNS_PER_LOOK = 256; // between two looks at the clock
    private static final int WARM_ROUNDS = 3; // the JIT compiler
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final WallTimeline time = new WallTimeline();
    private final ForwardingPair inPlace;
    private final ForwardingPair copying;

    private ForwardLoop(boolean igb) {
        inPlace = new ForwardingPair(igb, true, FRAME_BYTES);
        copying = new ForwardingPair(igb, false, FRAME_BYTES);
    }

    static List<String> command(Chip chip, int samples, long windowNs) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(WatchedServe.JVM_WORDS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ForwardLoop.class.getName()));
        command.addAll(List.of(chip.name(), String.valueOf(samples), String.valueOf(windowNs)));
        return command;
    }

    public static void main(String[] words) {
        int samples = Integer.parseInt(words[1]);
        long windowNs = Long.parseLong(words[2]);
        ForwardLoop loop = new ForwardLoop(Chip.valueOf(words[0]) == Chip.IGB);
        for (int round = -WARM_ROUNDS; round < samples; round++) loop.round(windowNs, round >= 0);
        loop.close();
    }

    private void round(long windowNs, boolean counts) {
        for (int batch : BATCHES) turn(inPlace, batch, windowNs, counts, "batch=" + batch);
        turn(copying, LARGEST, windowNs, counts, "copied");
    }

    private void turn(ForwardingPair pair, int batch, long windowNs, boolean counts, String name) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long frames = pair.check().right();
        long startNs = time.nowNs();
        long nowNs = startNs;
        while (nowNs - startNs < windowNs) {
            for (int i = 0; i < TURNS_PER_LOOK; i++) pair.turn(batch);
            nowNs = time.nowNs();
        }
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        frames = pair.check().right() - frames;
        if (counts) System.out.println(name + " " + frames + " " + (nowNs - startNs) + " " + bytes);
    }

    private void close() {
        for (ForwardingPair pair : List.of(inPlace, copying)) {
            pair.drain();
            long lost = pair.source().made() - pair.check().right();
            if (lost != 0) throw new IllegalStateException(lost + " frames were lost or changed");
            pair.close();
        }
    }
}
