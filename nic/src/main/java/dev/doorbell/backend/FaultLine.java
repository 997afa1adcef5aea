package dev.doorbell.backend;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;

/// One direction of a fault injector: frames go in, and come out lost, doubled, reordered, corrupted and
/// late.
///
/// The same seed and the same frames give the same faults: each frame draws the same count of numbers,
/// whatever becomes of it. No allocation per frame. One thread.
final class FaultLine {
    /// Frames under way at most.
    static final int QUEUE_FRAMES = 8192;
    /// Bytes under way at most.
    static final int QUEUE_BYTES = 4 << 20;
    /// A frame held back to be overtaken goes on alone after this time.
    static final long REORDER_HOLD_NS = 1_000_000;

    private final FilterOptions.Fault faults;
    private final CounterTable<BackendCounter> counters;
    private final BackendCounter lost;
    private final FrameQueue queue = new FrameQueue(QUEUE_FRAMES, QUEUE_BYTES);
    private final long[] dueNs = new long[QUEUE_FRAMES]; // of each queued frame; never decreasing
    private final FrameQueue held = new FrameQueue(1, CountedBackend.PLAIN_FRAME_BYTES);
    private final FrameBatch heldView = new FrameBatch(1, 1, 0);
    private long heldUntilNs;
    private int queued; // frames ever queued; may wrap
    private int gone; // frames ever taken off; may wrap
    private long random;

    /// @param lost counts what is lost on purpose
    FaultLine(FilterOptions.Fault faults, long seed, CounterTable<BackendCounter> counters, BackendCounter lost) {
        this.faults = faults;
        this.counters = counters;
        this.lost = lost;
        random = seed;
    }

    /// Whether another frame fits, whatever is done to it.
    boolean hasRoom() {
        return queue.size() <= QUEUE_FRAMES / 2 && queue.usedBytes() <= QUEUE_BYTES / 2;
    }

    /// Sends a frame down the line. There must be room.
    void admit(FrameBatch batch, int frame, long nowNs) {
        boolean lose = draw() < faults.loss();
        boolean twice = draw() < faults.duplicate();
        boolean overtaken = draw() < faults.reorder();
        boolean corrupt = draw() < faults.corrupt();
        double where = draw();
        if (lose) {
            counters.increment(lost);
            return;
        }
        int corruptBit = corrupt ? (int) (where * 8 * batch.lengthBytes(frame)) : -1;
        if (corrupt) counters.increment(BackendCounter.FAULT_CORRUPTIONS);
        if (overtaken && held.isEmpty() && held.offer(batch, frame, batch.queue(frame))) {
            if (corrupt) held.corruptLast(corruptBit >> 3, 1 << (corruptBit & 7));
            heldUntilNs = nowNs + REORDER_HOLD_NS;
            return; // a frame is either held back or doubled
        }
        enqueue(batch, frame, nowNs, corruptBit);
        if (twice) {
            counters.increment(BackendCounter.FAULT_DUPLICATES);
            enqueue(batch, frame, nowNs, -1);
        }
        if (!held.isEmpty()) {
            counters.increment(BackendCounter.FAULT_REORDERS);
            releaseHeld(nowNs);
        }
    }

    private void enqueue(FrameBatch batch, int frame, long nowNs, int corruptBit) {
        boolean fits = queue.offer(batch, frame, batch.queue(frame));
        assert fits : "hasRoom() left no room";
        if (corruptBit >= 0) queue.corruptLast(corruptBit >> 3, 1 << (corruptBit & 7));
        dueNs[queued & (QUEUE_FRAMES - 1)] = nowNs + faults.delayNs();
        queued++;
    }

    private void releaseHeld(long nowNs) {
        heldView.clear();
        held.lendTo(heldView);
        enqueue(heldView, 0, nowNs, -1);
        held.giveBack();
    }

    /// Appends the frames that are due to `batch`; they stay valid until the next call of this or [#unlend].
    int lendDue(FrameBatch batch, long nowNs) {
        if (!held.isEmpty() && nowNs - heldUntilNs >= 0) releaseHeld(nowNs);
        int due = 0;
        while (gone + due != queued && dueNs[(gone + due) & (QUEUE_FRAMES - 1)] - nowNs <= 0 && due < batch.capacity())
            due++;
        int lent = queue.lendTo(batch, due);
        gone += lent;
        return lent;
    }

    /// Takes back all but the first `taken` of the `lent` frames of the last [#lendDue].
    void unlend(int lent, int taken) {
        queue.unlend(taken);
        gone -= lent - taken;
    }

    /// Whether anything is under way.
    boolean isEmpty() {
        return queue.isEmpty() && held.isEmpty();
    }

    /// When the next frame is due; meaningless when empty.
    long nextDueNs() {
        long queueNs = gone == queued ? Long.MAX_VALUE : dueNs[gone & (QUEUE_FRAMES - 1)];
        if (held.isEmpty()) return queueNs;
        return gone == queued || heldUntilNs - queueNs < 0 ? heldUntilNs : queueNs;
    }

    /// A number in `0 .. 1`, by SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
    /// Generators).
    private double draw() {
        random += 0x9E37_79B9_7F4A_7C15L;
        long z = random;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        z ^= z >>> 31;
        return (z >>> 11) * 0x1p-53;
    }
}
