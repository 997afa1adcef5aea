package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.ICR_SRPD;
import static dev.doorbell.register.E1000Register.RADV;
import static dev.doorbell.register.E1000Register.RDTR;
import static dev.doorbell.register.E1000Register.RSRPD;

import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import java.util.function.BooleanSupplier;

/// When a received frame interrupts: RDTR and RADV delay RXT0, RSRPD lets small frames through at once. With RDTR 0
/// every frame interrupts, whatever RADV says. // 317453, 13.4.30 to 13.4.32
final class ReceiveDelay {
    private final RegisterFile registers;
    private final CauseSink causes;
    private final DelayTimers timers;

    ReceiveDelay(RegisterFile registers, Timeline time, CauseSink causes, DmaMemory memory) {
        this.registers = registers;
        this.causes = causes;
        timers = new DelayTimers(registers, time, causes, memory, RDTR, RADV, ICR_RXT0);
    }

    /// Names what writes back the descriptors that wait for WTHRESH, as [DelayTimers#onEnd].
    void onExpiry(BooleanSupplier flushWriteBacks) {
        timers.onEnd(flushWriteBacks);
    }

    /// Whether a frame interrupts at once; with RSRPD 0 none does.
    ///
    /// @param lengthBytes bytes stored, with the FCS where it is kept
    boolean isSmall(int lengthBytes) {
        return lengthBytes <= registers.get(RSRPD);
    }

    /// Frames that are not small lie in guest memory, and the guest can see them.
    void frameStored() {
        timers.event();
    }

    /// A small one does.
    void smallFrameStored() {
        timers.stop(); // only the 82541 and 82547 let them run on
        causes.raise(ICR_SRPD | ICR_RXT0);
    }

    /// RDTR.FPD: the packet timer ends now, and that results in RXT0 whether it ran or not.
    void flush() {
        timers.end();
    }

    int doWork() {
        return timers.doWork();
    }

    void reset() {
        timers.reset();
    }
}
