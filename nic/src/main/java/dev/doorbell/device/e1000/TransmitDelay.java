package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.TADV;
import static dev.doorbell.register.E1000Register.TIDV;

import dev.doorbell.device.interrupt.InterruptCauses;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// The transmit delay timers: TIDV starts anew with every descriptor written back with IDE, TADV with the first one.
///
/// Whichever ends first has the waiting write-backs done, raises TXDW and stops the other. A write-back without IDE
/// raises TXDW at once and stops both. The manual forbids TIDV 0 with IDE: here it means no delay, so that no
/// interrupt is lost. // 317453, 13.4.41 and 13.4.44
final class TransmitDelay {
    private final RegisterFile registers;
    private final Timeline time;
    private final InterruptCauses causes;
    private final DmaMemory memory;
    private final Timer packet;
    private final Timer absolute;
    private Runnable flushWriteBacks = () -> {};
    private boolean awaitsVisibility;

    TransmitDelay(RegisterFile registers, Timeline time, InterruptCauses causes, DmaMemory memory) {
        this.registers = registers;
        this.time = time;
        this.causes = causes;
        this.memory = memory;
        packet = time.timer("TIDV", this::expire);
        absolute = time.timer("TADV", this::expire);
    }

    /// Names what writes back the descriptors that wait for WTHRESH, when a timer ends.
    void onExpiry(Runnable newFlushWriteBacks) {
        flushWriteBacks = newFlushWriteBacks;
    }

    /// A descriptor with RS was written back, and the guest can see it.
    ///
    /// @param delay its IDE bit
    void writtenBack(boolean delay) {
        int packetTicks = registers.get(TIDV);
        if (!delay || packetTicks == 0) {
            stop();
            causes.raise(ICR_TXDW);
            return;
        }
        long nowNs = time.nowNs();
        packet.armAt(nowNs + packetTicks * ReceiveDelay.TICK_NS);
        int absoluteTicks = registers.get(TADV);
        if (absoluteTicks != 0 && !absolute.isArmed()) absolute.armAt(nowNs + absoluteTicks * ReceiveDelay.TICK_NS);
    }

    /// TIDV.FPD: the packet timer ends now, as RDTR.FPD.
    void flush() {
        expire();
    }

    /// Raises the cause that waited for its write-backs to be seen.
    ///
    /// @return 1 when it did
    int doWork() {
        if (!awaitsVisibility || !memory.writesVisible()) return 0;
        awaitsVisibility = false;
        causes.raise(ICR_TXDW);
        return 1;
    }

    void reset() {
        stop();
        awaitsVisibility = false;
    }

    private void expire() {
        stop();
        flushWriteBacks.run();
        awaitsVisibility = true;
        doWork();
    }

    private void stop() {
        packet.disarm();
        absolute.disarm();
    }
}
