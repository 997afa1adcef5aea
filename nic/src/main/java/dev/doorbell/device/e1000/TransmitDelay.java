package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.TADV;
import static dev.doorbell.register.E1000Register.TIDV;

import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import java.util.function.BooleanSupplier;

/// When a descriptor written back interrupts: TIDV and TADV delay TXDW where the descriptor says IDE; without IDE it
/// comes at once and stops the timers. The manual forbids TIDV 0 with IDE: here it means no delay, so that no
/// interrupt is lost. // 317453, 13.4.41 and 13.4.44
final class TransmitDelay {
    private final CauseSink causes;
    private final DelayTimers timers;

    TransmitDelay(RegisterFile registers, Timeline time, CauseSink causes, DmaMemory memory) {
        this.causes = causes;
        timers = new DelayTimers(registers, time, causes, memory, TIDV, TADV, ICR_TXDW);
    }

    /// Names what writes back the descriptors that wait for WTHRESH, as [DelayTimers#onEnd].
    void onExpiry(BooleanSupplier flushWriteBacks) {
        timers.onEnd(flushWriteBacks);
    }

    /// A descriptor with RS was written back, and the guest can see it.
    ///
    /// @param delay its IDE bit
    void writtenBack(boolean delay) {
        if (delay) {
            timers.event();
            return;
        }
        timers.stop();
        causes.raise(ICR_TXDW);
    }

    /// TIDV.FPD: the packet timer ends now, as RDTR.FPD.
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
