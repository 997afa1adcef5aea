package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.CTRL_RFCE;
import static dev.doorbell.register.E1000Bits.CTRL_TFCE;
import static dev.doorbell.register.E1000Bits.FCRTL_XONE;
import static dev.doorbell.register.E1000Bits.FCRT_BYTES_MASK;
import static dev.doorbell.register.E1000Bits.RAH_AV;
import static dev.doorbell.register.E1000Bits.RCTL_DPF;
import static dev.doorbell.register.E1000Bits.RCTL_PMCF;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.FCAH;
import static dev.doorbell.register.E1000Register.FCAL;
import static dev.doorbell.register.E1000Register.FCRTH;
import static dev.doorbell.register.E1000Register.FCRTL;
import static dev.doorbell.register.E1000Register.FCRUC;
import static dev.doorbell.register.E1000Register.FCT;
import static dev.doorbell.register.E1000Register.RAH;
import static dev.doorbell.register.E1000Register.RAL;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.XOFFRXC;
import static dev.doorbell.register.E1000Register.XOFFTXC;
import static dev.doorbell.register.E1000Register.XONRXC;
import static dev.doorbell.register.E1000Register.XONTXC;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// IEEE 802.3x flow control in both directions. // 317453, 8.7
///
/// **Received** PAUSE frames stop the transmitter for their time, with CTRL.RFCE set.
///
/// **Sent** PAUSE frames are counted (XOFFTXC, XONTXC) but never leave the card: bridges and sockets of the host drop
/// them. What they are for happens all the same: while the receive FIFO is above its high water mark, the card does
/// not read its backend ([#holdsPeer()]), so that frames wait there instead of being dropped here. The hold ends at
/// the low water mark, without the timeout (FCTTV) that a real peer would apply.
final class FlowControl {
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /// Addresses, EtherType, opcode, time.
    private static final int HEADER_BYTES = 18;

    private static final int TYPE_AT = 12;
    private static final int OPCODE_AT = 14;
    private static final int TIME_AT = 16;
    private static final int OPCODE_PAUSE = 1;

    private final RegisterFile registers;
    private final Timeline time;
    private final LinkState link;
    private final Statistics statistics;
    private final Timer pauseEnd;
    private final MemorySegment header = Arena.ofAuto().allocate(HEADER_BYTES, 8);
    private boolean paused;
    private boolean aboveHighWater;

    FlowControl(RegisterFile registers, Timeline time, LinkState link, Statistics statistics) {
        this.registers = registers;
        this.time = time;
        this.link = link;
        this.statistics = statistics;
        pauseEnd = time.timer("pause", () -> paused = false);
    }

    /// STATUS.TXOFF: the peer asked for silence that has not ended.
    boolean transmitPaused() {
        return paused && (registers.get(CTRL) & CTRL_RFCE) != 0;
    }

    /// Judges an arrived frame and obeys it when it is a PAUSE frame. Without CTRL.RFCE none is special.
    ///
    /// @return whether the frame ends here; else the filters decide, as for every other frame
    boolean pauseFrame(FrameBatch batch, int frame) {
        if ((registers.get(CTRL) & CTRL_RFCE) == 0) return false;
        if (batch.copyTo(frame, 0, HEADER_BYTES, header, 0) < HEADER_BYTES) return false;
        if (Short.toUnsignedInt(header.get(BE16, TYPE_AT)) != registers.get(FCT)) return false;
        int low = header.get(LE32, 0);
        int high = Short.toUnsignedInt(header.get(LE16, 4));
        boolean toStation = low == registers.get(RAL) && (high | RAH_AV) == (registers.get(RAH) & (RAH_AV | 0xFFFF));
        if (!toStation && (low != registers.get(FCAL) || high != registers.get(FCAH))) return false;

        int control = registers.get(RCTL);
        if (header.get(BE16, OPCODE_AT) != OPCODE_PAUSE) {
            statistics.count(FCRUC);
            return (control & RCTL_PMCF) == 0;
        }
        pause(Short.toUnsignedInt(header.get(BE16, TIME_AT)));
        return toStation ? (control & RCTL_DPF) != 0 : false;
    }

    /// How full the receive FIFO is now, bytes: crosses the water marks, with CTRL.TFCE set.
    void fifoLevel(int usedBytes) {
        if ((registers.get(CTRL) & CTRL_TFCE) == 0) {
            aboveHighWater = false;
            return;
        }
        int highBytes = registers.get(FCRTH) & FCRT_BYTES_MASK;
        int low = registers.get(FCRTL);
        if (!aboveHighWater && highBytes != 0 && usedBytes >= highBytes) {
            aboveHighWater = true;
            statistics.count(XOFFTXC);
        } else if (aboveHighWater && usedBytes <= (low & FCRT_BYTES_MASK)) {
            aboveHighWater = false;
            if ((low & FCRTL_XONE) != 0) statistics.count(XONTXC);
        }
    }

    /// Whether the backend must not be read now, so that its frames wait.
    boolean holdsPeer() {
        return aboveHighWater && (registers.get(CTRL) & CTRL_TFCE) != 0;
    }

    /// TCTL.SWXOFF: software asks for one XOFF frame.
    void softwareXoff() {
        statistics.count(XOFFTXC);
    }

    void reset() {
        paused = false;
        aboveHighWater = false;
        pauseEnd.disarm();
    }

    private void pause(int slots) {
        paused = slots != 0;
        if (paused) {
            statistics.count(XOFFRXC);
            pauseEnd.armAt(time.nowNs() + slots * link.slotTimeNs());
        } else {
            statistics.count(XONRXC);
            pauseEnd.disarm();
        }
    }
}
