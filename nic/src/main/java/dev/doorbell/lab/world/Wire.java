package dev.doorbell.lab.world;

import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timer;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A cable between two cards on one timeline, with a delay. Frames are copied; each direction holds up to
/// [#LIMIT_FRAMES], what comes on top is lost and counted. One thread.
public final class Wire {
    /// Frames under way in one direction at most.
    public static final int LIMIT_FRAMES = 4096;

    private static final int BATCH_FRAMES = 64;

    private final VirtualTimeline time;
    private final long delayNs;
    private final int slotBytes;
    private final End left;
    private final End right;

    /// @param delayNs       from one end to the other; 0 or more
    /// @param maxFrameBytes longest frame, without FCS
    public Wire(VirtualTimeline time, long delayNs, int maxFrameBytes) {
        this.time = time;
        this.delayNs = delayNs;
        slotBytes = (maxFrameBytes + 63) & -64;
        left = new End();
        right = new End();
        left.other = right;
        right.other = left;
    }

    public End left() {
        return left;
    }

    public End right() {
        return right;
    }

    /// One end of the cable.
    public final class End implements FrameBackend {
        private final MemorySegment memory = Arena.ofAuto().allocate((long) LIMIT_FRAMES * slotBytes, 64);
        private final int[] lengthBytes = new int[LIMIT_FRAMES];
        private final long[] dueNs = new long[LIMIT_FRAMES];
        private final Timer arrival = time.timer("wire", () -> {}); // a world stops there and lets its card look
        private End other = this;
        private long put; // frames that came from the other end
        private long lent; // frames handed to our card
        private long given; // of those, slots that are free again
        private long lost;

        @Override
        public int transmit(FrameBatch batch, int from) {
            for (int frame = from; frame < batch.size(); frame++) other.arrive(batch, frame);
            return batch.size() - from;
        }

        private void arrive(FrameBatch batch, int frame) {
            int length = batch.lengthBytes(frame);
            if (put - given == LIMIT_FRAMES || length > slotBytes) {
                lost++;
                return;
            }
            int slot = (int) (put & LIMIT_FRAMES - 1);
            batch.copyTo(frame, 0, length, memory, (long) slot * slotBytes);
            lengthBytes[slot] = length;
            dueNs[slot] = time.nowNs() + delayNs;
            if (put == lent) arrival.armAt(dueNs[slot]);
            put++;
        }

        @Override
        public int receive(FrameBatch batch) {
            given = lent;
            int frames = 0;
            for (; lent < put && !batch.isFull() && batch.freeSlices() > 0; frames++) {
                int slot = (int) (lent & LIMIT_FRAMES - 1);
                if (dueNs[slot] - time.nowNs() > 0) break;
                batch.beginFrame();
                batch.addSlice(memory, (long) slot * slotBytes, lengthBytes[slot]);
                batch.endFrame();
                lent++;
            }
            if (frames > 0 && lent < put) arrival.armAt(dueNs[(int) (lent & LIMIT_FRAMES - 1)]);
            return frames;
        }

        /// Frames to this end that found no room.
        public long lost() {
            return lost;
        }

        @Override
        public Capabilities capabilities() {
            return Capabilities.plain(slotBytes, BATCH_FRAMES);
        }

        @Override
        public void close() {}
    }
}
