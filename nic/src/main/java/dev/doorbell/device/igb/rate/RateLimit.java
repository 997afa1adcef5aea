package dev.doorbell.device.igb.rate;

/// One limit on one queue: the time stamp (TS) before which its next frame may not start, and what a
/// byte adds to it.
///
/// A frame of PL bytes moves the time stamp by M = PL x cost. A queue that had nothing to send may
/// have let its time stamp fall behind; the window says how much of that it may make good for. //
/// after the X550's block, 7.6.2.1
final class RateLimit {
    private final CardTime stamp = new CardTime();
    private long unitsPerByte; // 0: no limit

    boolean isOn() {
        return unitsPerByte != 0;
    }

    /// Limits from now on: the first frame is not delayed by earlier traffic (rule 1: TS = NOW).
    ///
    /// @param cost what a byte adds to the time stamp, units of [CardTime], 1 or more
    void start(long cost, long nowNs) {
        unitsPerByte = cost;
        stamp.set(nowNs);
    }

    void stop() {
        unitsPerByte = 0;
    }

    /// Another cost from the next frame on. What the frames so far have earned or owe stays as it is.
    void cost(long newCost) {
        unitsPerByte = newCost;
    }

    /// Another cost at once: the wait for the bytes sent so far is measured anew.
    void recost(long newCost, long nowNs) {
        long wait = stamp.since(nowNs);
        if (wait > 0) place(nowNs, Math.ceilDiv(wait, unitsPerByte) * newCost);
        unitsPerByte = newCost;
    }

    /// The byte times that the stamp counts have become `to / from` times as long, its distance from
    /// now in byte times is what it was. Both at most 100.
    void stretch(int from, int to, long nowNs) {
        long distance = Math.clamp(stamp.since(nowNs), -1L << 54, 1L << 54);
        place(nowNs, Math.ceilDiv(distance * to, (long) from));
    }

    private void place(long nowNs, long distance) {
        stamp.set(nowNs);
        stamp.set(stamp, distance);
    }

    /// When the next frame may start, rounded up to nanoseconds; `Long.MIN_VALUE` when nothing limits
    /// it.
    long dueNs() {
        return isOn() ? stamp.ceilingNs() : Long.MIN_VALUE;
    }

    /// From now until the next frame may start, units of [CardTime]; 0 or less when it may.
    long waitUnits(long nowNs) {
        return stamp.since(nowNs);
    }

    /// Makes `gate` no earlier than the exact time at which this limit lets the next frame start.
    void hold(CardTime gate) {
        if (isOn()) gate.latest(stamp);
    }

    /// A frame passed. Rule 3, with NOW the time at which the frame could start:
    /// TS + M, unless the queue then lags by more than the window W; then NOW - W + M.
    /// Without a window no lag is kept at all: each frame spaces from its own NOW (rule 4).
    ///
    /// @param lengthBytes PL
    /// @param gate        NOW; not before the time stamp
    /// @param windowBytes the window in bytes of frames, as MMW_SIZE x 1024; 0 for none
    void passed(int lengthBytes, CardTime gate, int windowBytes) {
        if (!isOn()) return;
        long spacing = lengthBytes * unitsPerByte;
        long window = windowBytes * unitsPerByte;
        boolean lags = windowBytes == 0 || gate.since(stamp) > window + spacing;
        stamp.set(lags ? gate : stamp, lags ? spacing - window : spacing);
    }
}
