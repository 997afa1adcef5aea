package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.ICR_SRPD;
import static dev.doorbell.register.E1000Register.RADV;
import static dev.doorbell.register.E1000Register.RDTR;
import static dev.doorbell.register.E1000Register.RSRPD;

import dev.doorbell.device.interrupt.InterruptCauses;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// The receive delay timers: packet timer RDTR, absolute timer RADV, and small packet detection RSRPD.
///
/// The packet timer starts anew with every frame stored; the absolute timer starts with the first one after
/// a pause. Whichever ends first raises RXT0 and stops the other. // 317453, 13.4.30 to 13.4.32
final class ReceiveDelay {
    /// Unit of RDTR, RADV, TIDV and TADV.
    static final long TICK_NS = 1024;

    private final RegisterFile registers;
    private final Timeline time;
    private final InterruptCauses causes;
    private final Timer packet;
    private final Timer absolute;
    private Runnable flushWriteBacks = () -> {};

    ReceiveDelay(RegisterFile registers, Timeline time, InterruptCauses causes) {
        this.registers = registers;
        this.time = time;
        this.causes = causes;
        packet = time.timer("RDTR", this::expire);
        absolute = time.timer("RADV", this::expire);
    }

    /// Names what writes back the descriptors that wait for WTHRESH, when a timer ends.
    void onExpiry(Runnable newFlushWriteBacks) {
        flushWriteBacks = newFlushWriteBacks;
    }

    /// A frame lies in guest memory, and the guest can see it.
    ///
    /// @param lengthBytes bytes stored, with the FCS where it is kept
    void frameStored(int lengthBytes) {
        int smallBytes = registers.get(RSRPD);
        if (lengthBytes <= smallBytes) { // RSRPD 0 never matches
            stop(); // only the 82541/47 let the timers run on
            causes.raise(ICR_SRPD | ICR_RXT0);
            return;
        }
        int packetTicks = registers.get(RDTR);
        if (packetTicks == 0) { // RADV has no effect then
            expire();
            return;
        }
        long nowNs = time.nowNs();
        packet.armAt(nowNs + packetTicks * TICK_NS);
        int absoluteTicks = registers.get(RADV);
        if (absoluteTicks != 0 && !absolute.isArmed()) absolute.armAt(nowNs + absoluteTicks * TICK_NS);
    }

    /// RDTR.FPD: the packet timer ends now, and that results in RXT0 whether it ran or not.
    void flush() {
        expire();
    }

    void reset() {
        stop();
    }

    private void expire() {
        stop();
        flushWriteBacks.run();
        causes.raise(ICR_RXT0);
    }

    private void stop() {
        packet.disarm();
        absolute.disarm();
    }
}
