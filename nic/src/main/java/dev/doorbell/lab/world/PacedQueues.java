package dev.doorbell.lab.world;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.time.VirtualTimeline;
import java.util.Arrays;

/// An 82576 in virtual time whose driver keeps transmit queues full, and a network that notes when each frame of which
/// queue left. One thread.
public final class PacedQueues implements AutoCloseable {
    private static final int RING_ENTRIES = 256;
    private static final int BATCH_FRAMES = 32;
    private static final int MAX_FRAME_BYTES = 16_384;
    private static final int FIRST_STARTS = 1024;
    private static final long REFILL_NS = 500_000; // a queue at 1 Gb/s with the shortest frames empties no ring of it

    private final VirtualTimeline time = new VirtualTimeline();
    private final long[][] atNs;
    private final int[] count;
    private final VirtualCard card;
    private final IgbDriver driver;
    private final FrameBatch batch = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES, 0);
    private final long frameOffset;

    /// @param queues       1 to 16
    /// @param longestBytes of a frame, without FCS
    public PacedQueues(int queues, int longestBytes) {
        atNs = new long[queues][FIRST_STARTS];
        count = new int[queues];
        IgbDriverOptions options =
                IgbDriverOptions.DEFAULT.withQueues(queues, 1).withRingEntries(RING_ENTRIES);
        card = new VirtualCard(CardPlan.igb(options, longestBytes), time, new Starts());
        driver = (IgbDriver) card.driver();
        DriverMemory memory = card.memory();
        frameOffset = memory.take(longestBytes, 64); // every frame is the same bytes: only times are looked at
        EthernetAddress.write(memory.segment(), frameOffset, EthernetAddress.BROADCAST);
    }

    /// Limits a queue, with the window that the driver chooses.
    public void limit(int queue, long bitsPerSecond) {
        driver.limitRate(queue, bitsPerSecond);
    }

    /// Chooses another window for all queues.
    ///
    /// @param kb MMW_SIZE, 0 to 2047
    public void window(int kb) {
        driver.writeRegister(IgbRegister.RTTBCNRM, kb);
    }

    /// Nothing is sent for a time, counted from the last start.
    public void idle(long ns) {
        card.runUntil(time.nowNs() + ns);
    }

    /// Sends frames of one length on a queue that is never empty meanwhile, until all have left.
    public void keepFull(int queue, int frameBytes, int frames) {
        int[] lengths = new int[frames];
        Arrays.fill(lengths, frameBytes);
        keepFull(queue, lengths);
    }

    /// As [#keepFull(int, int, int)], each frame of its own length.
    public void keepFull(int queue, int[] lengths) {
        int before = count[queue];
        int given = 0;
        while (count[queue] - before < lengths.length) {
            given += offer(queue, lengths, given);
            card.settle();
            if (count[queue] - before < lengths.length && time.hasDeadline()) card.runUntil(time.nextDeadlineNs());
        }
    }

    private int offer(int queue, int[] lengths, int from) {
        int given = from;
        while (given < lengths.length) {
            int frames = Math.min(BATCH_FRAMES, lengths.length - given);
            batch.clear();
            for (int i = 0; i < frames; i++) append(lengths[given + i]);
            int taken = driver.transmit(queue, batch, 0);
            given += taken;
            if (taken < frames) break;
        }
        return given - from;
    }

    private void append(int lengthBytes) {
        batch.beginFrame();
        batch.addSlice(card.memory().segment(), frameOffset, lengthBytes);
        batch.endFrame();
    }

    /// Sends frames of one length on all queues for a time; none runs empty.
    public void keepAllFull(int frameBytes, long ns) {
        int[] lengths = new int[RING_ENTRIES];
        Arrays.fill(lengths, frameBytes);
        long untilNs = time.nowNs() + ns;
        while (time.nowNs() < untilNs) {
            for (int queue = 0; queue < count.length; queue++) offer(queue, lengths, 0);
            card.runUntil(Math.min(untilNs, time.nowNs() + REFILL_NS));
        }
    }

    /// When the frames of a queue left, in order.
    public long[] startsNs(int queue) {
        return Arrays.copyOf(atNs[queue], count[queue]);
    }

    @Override
    public void close() {
        card.close();
    }

    private final class Starts implements FrameBackend {
        @Override
        public int transmit(FrameBatch sent, int from) {
            for (int frame = from; frame < sent.size(); frame++) {
                int queue = Math.max(0, sent.queue(frame));
                if (count[queue] == atNs[queue].length)
                    atNs[queue] = Arrays.copyOf(atNs[queue], 2 * atNs[queue].length);
                atNs[queue][count[queue]++] = time.nowNs();
            }
            return sent.size() - from;
        }

        @Override
        public int receive(FrameBatch arrived) {
            return 0;
        }

        @Override
        public Capabilities capabilities() {
            return Capabilities.plain(MAX_FRAME_BYTES, BATCH_FRAMES);
        }

        @Override
        public void close() {}
    }
}
