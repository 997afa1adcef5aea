package dev.doorbell.device.e1000;

import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.util.function.BooleanSupplier;

/// A packet timer and an absolute timer that delay one cause, as RDTR with RADV and TIDV with TADV do.
///
/// Every event starts the packet timer anew; the absolute timer starts with the first event after a pause. Whichever
/// ends first stops the other, has the waiting write-backs done and raises the cause, once the guest can see them.
/// Units of the registers are 1.024 us; an absolute delay of 0 is none. // 317453, 3.2.7 and 3.4.3
final class DelayTimers {
    private static final long TICK_NS = 1024;

    private final RegisterFile registers;
    private final Timeline time;
    private final CauseSink causes;
    private final DmaMemory memory;
    private final E1000Register packetDelay;
    private final E1000Register absoluteDelay;
    private final int cause;
    private final Timer packet;
    private final Timer absolute;
    private BooleanSupplier flushWriteBacks = () -> true;
    private boolean ended; // the cause waits for its write-backs

    /// @param cause bit of ICR
    DelayTimers(
            RegisterFile registers,
            Timeline time,
            CauseSink causes,
            DmaMemory memory,
            E1000Register packetDelay,
            E1000Register absoluteDelay,
            int cause) {
        this.registers = registers;
        this.time = time;
        this.causes = causes;
        this.memory = memory;
        this.packetDelay = packetDelay;
        this.absoluteDelay = absoluteDelay;
        this.cause = cause;
        packet = time.timer(packetDelay.name(), this::end);
        absolute = time.timer(absoluteDelay.name(), this::end);
    }

    /// Names what does the write-backs that wait when a timer ends; false when the memory was too busy for them all.
    void onEnd(BooleanSupplier newFlushWriteBacks) {
        flushWriteBacks = newFlushWriteBacks;
    }

    /// An event whose write-back the guest can see. With a packet delay of 0 the timers end at once.
    void event() {
        int packetTicks = registers.get(packetDelay);
        if (packetTicks == 0) {
            end();
            return;
        }
        long nowNs = time.nowNs();
        packet.armAt(nowNs + packetTicks * TICK_NS);
        int absoluteTicks = registers.get(absoluteDelay);
        if (absoluteTicks != 0 && !absolute.isArmed()) absolute.armAt(nowNs + absoluteTicks * TICK_NS);
    }

    /// Ends the timers now, whether they run or not.
    void end() {
        stop();
        ended = true;
        doWork();
    }

    /// Stops the timers without a cause.
    void stop() {
        packet.disarm();
        absolute.disarm();
    }

    /// Raises the cause that waited for its write-backs.
    ///
    /// @return 1 when it did
    int doWork() {
        if (!ended || !flushWriteBacks.getAsBoolean() || !memory.writesVisible()) return 0;
        ended = false;
        causes.raise(cause);
        return 1;
    }

    void reset() {
        stop();
        ended = false;
    }
}
