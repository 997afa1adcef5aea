package dev.doorbell.device.igb.statistics;

import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;

/// The chip's statistics registers, global and per pool. Each sticks at all ones; a guest's read clears it, a pair is
/// cleared by reading its high half. Lengths are those on the wire, with the FCS.
public final class Statistics {
    /// Kinds of destination address.
    public static final int UNICAST = 0;

    public static final int MULTICAST = 1;
    public static final int BROADCAST = 2;

    private final RegisterFile registers;

    public Statistics(RegisterFile registers) {
        this.registers = registers;
    }

    /// A good frame that passed the filters. Once per frame, however many queues it is copied to.
    ///
    /// @param cast [#UNICAST], [#MULTICAST] or [#BROADCAST]
    public void received(int lengthWithFcsBytes, int cast) {
        count(IgbRegister.GPRC);
    }

    /// A frame that came in and went no further (filtered, too long, a pause frame): only the totals count it.
    public void seen(int lengthWithFcsBytes) {
        count(IgbRegister.TPR);
    }

    /// A copy of a frame for a queue of `pool` (0 to 7) is in guest memory.
    ///
    /// @param looped it came from a queue of this card, not from the wire
    public void poolReceived(int pool, int lengthWithFcsBytes, int cast, boolean looped) {}

    /// A frame that went out to the wire.
    public void transmitted(int lengthWithFcsBytes, int cast) {
        count(IgbRegister.GPTC);
    }

    /// A frame of a queue of `pool` went out, to the wire or, `looped`, to another queue of this card.
    public void poolTransmitted(int pool, int lengthWithFcsBytes, boolean looped) {}

    /// One more of what a 32-bit counter counts.
    public void count(IgbRegister counter) {
        count(counter, 0);
    }

    /// One more of what element `index` of a counter counts.
    public void count(IgbRegister counter, int index) {
        int was = registers.get(counter, index);
        if (was != -1) registers.set(counter, index, was + 1);
    }
}
