package dev.doorbell.lab.world;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.afxdp.AfXdpBackend;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.WallTimeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The least loop around our AF_XDP backend, in a process of its own, as the backend has to be in the
/// interface's network namespace: see [AfXdpProcess]. Ends with its standard input.
public final class AfXdpLoop {
    /// What it does.
    public enum Work {
        /// Sends the same frames as fast as they are taken.
        TRANSMIT,
        /// Takes frames and gives their memory back.
        RECEIVE,
        /// Sends frames back the way they came, unchanged.
        FORWARD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Longest batch.
    public static final int MOST_FRAMES = 256;

    static final String READY = "ready";

    private static final int FRAME_BYTES = 64;
    private static final int SLICES_PER_FRAME = 2;
    private static final int ROUNDS_PER_CLOCK = 32;
    private static final int TYPE_LOCAL = 0x88B5;

    private final WallTimeline time = new WallTimeline();
    private final FrameBackend backend;

    private AfXdpLoop(String ifname, String mode) throws IOException, OptionException {
        String options = "af-xdp,id=lab,ifname=" + ifname + ",mode=" + mode;
        backend = AfXdpBackend.open((BackendOptions.AfXdp) BackendOptions.parse(options), time);
    }

    /// @param words interface, mode
    public static void main(String[] words) throws IOException, OptionException {
        AfXdpLoop loop = new AfXdpLoop(words[0], words[1]);
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println(READY);
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] parts = line.split(" ", -1); // work, frames of a batch, ms
            Work work = Work.valueOf(parts[0].toUpperCase(Locale.ROOT));
            System.out.println(loop.run(work, Integer.parseInt(parts[1]), Long.parseLong(parts[2]) * 1_000_000));
            System.out.flush();
        }
        loop.backend.close();
    }

    /// @return frames and nanoseconds
    private String run(Work work, int batchFrames, long ns) {
        FrameBatch batch = new FrameBatch(batchFrames, batchFrames * SLICES_PER_FRAME, 0);
        try (Arena arena = Arena.ofConfined()) {
            if (work == Work.TRANSMIT) fill(batch, arena.allocate((long) batchFrames * FRAME_BYTES, FRAME_BYTES));
            int sent = 0; // of the batch
            long frames = 0;
            long fromNs = time.nowNs();
            long nowNs = fromNs;
            while (nowNs - fromNs < ns) {
                for (int i = 0; i < ROUNDS_PER_CLOCK; i++) {
                    if (work != Work.TRANSMIT && sent == batch.size()) {
                        batch.clear();
                        int arrived = backend.receive(batch);
                        sent = work == Work.RECEIVE ? arrived : 0;
                        if (work == Work.RECEIVE) frames += arrived;
                    } else if (sent == batch.size()) {
                        sent = 0;
                    }
                    if (work == Work.RECEIVE || sent == batch.size()) continue;
                    int taken = backend.transmit(batch, sent);
                    sent += taken;
                    frames += taken;
                }
                time.runDue();
                nowNs = time.nowNs();
            }
            return frames + " " + (nowNs - fromNs);
        }
    }

    /// To a station that is not there.
    private static void fill(FrameBatch batch, MemorySegment frames) {
        for (int i = 0; i < batch.capacity(); i++) {
            long at = (long) i * FRAME_BYTES;
            frames.set(JAVA_BYTE, at, (byte) 2);
            frames.set(JAVA_BYTE, at + 5, (byte) 2);
            frames.set(JAVA_BYTE, at + 6, (byte) 2);
            frames.set(JAVA_BYTE, at + 11, (byte) 1);
            frames.set(JAVA_BYTE, at + 12, (byte) (TYPE_LOCAL >>> 8));
            frames.set(JAVA_BYTE, at + 13, (byte) TYPE_LOCAL);
            batch.beginFrame();
            batch.addSlice(frames, at, FRAME_BYTES);
            batch.endFrame();
        }
    }
}
