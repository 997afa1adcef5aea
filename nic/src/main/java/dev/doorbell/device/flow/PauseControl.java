package dev.doorbell.device.flow;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.register.Register;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// IEEE 802.3x flow control in both directions, of a MAC whose registers have these fields at these
/// bits. A subclass says where the registers are and counts. // 317453, 8.7
///
/// **Received** PAUSE frames stop the transmitter for their time, with CTRL.RFCE set.
///
/// **Sent** PAUSE frames are counted (XOFFTXC, XONTXC) but never leave the card: bridges and
/// sockets of the host drop them. What they are for happens all the same: while the receive FIFO is
/// above its high water mark, the card does not read its backend ([#holdsPeer()]), so that frames
/// wait there instead of being dropped here. The hold ends at the low water mark, without the
/// timeout (FCTTV) that a real peer would apply.
public abstract class PauseControl {
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /// Addresses, EtherType, opcode, time.
    private static final int HEADER_BYTES = 18;

    private static final int TYPE_AT = 12;
    private static final int OPCODE_AT = 14;
    private static final int TIME_AT = 16;
    private static final int OPCODE_PAUSE = 1;

    private static final int CTRL_RFCE = 1 << 27;
    private static final int CTRL_TFCE = 1 << 28;
    private static final int RCTL_DPF = 1 << 22;
    private static final int RCTL_PMCF = 1 << 23;
    private static final int RAH_AV = 1 << 31;
    private static final int FCRT_BYTES_MASK = 0xFFF8;
    private static final int FCRTL_XONE = 1 << 31;

    /// What a MAC counts.
    protected enum Event {
        XON_SENT,
        XOFF_SENT,
        XON_RECEIVED,
        XOFF_RECEIVED,
        /// A MAC control frame other than PAUSE.
        UNSUPPORTED
    }

    /// Where the MAC has them.
    ///
    /// @param addressLow  FCAL
    /// @param addressHigh FCAH
    /// @param type        FCT
    /// @param stationLow  RAL, whose first element is the station's
    /// @param stationHigh RAH
    /// @param highWater   FCRTH
    /// @param lowWater    FCRTL
    public record Places(
            Register control,
            Register receiveControl,
            Register addressLow,
            Register addressHigh,
            Register type,
            Register stationLow,
            Register stationHigh,
            Register highWater,
            Register lowWater) {}

    private final RegisterFile registers;
    private final Timeline time;
    private final Places places;
    private final Timer pauseEnd;
    private final MemorySegment header = Arena.ofAuto().allocate(HEADER_BYTES, 8);
    private boolean paused;
    private boolean aboveHighWater;

    protected PauseControl(RegisterFile registers, Timeline time, Places places) {
        this.registers = registers;
        this.time = time;
        this.places = places;
        pauseEnd = time.timer("pause", () -> paused = false);
    }

    /// One more.
    protected abstract void count(Event event);

    /// 512 bit times at the link's speed, the unit of PAUSE.
    protected abstract long slotTimeNs();

    /// STATUS.TXOFF: the peer asked for silence that has not ended.
    public final boolean transmitPaused() {
        return paused && (registers.get(places.control()) & CTRL_RFCE) != 0;
    }

    /// Judges an arrived frame and obeys it when it is a PAUSE frame. Without CTRL.RFCE none is
    /// special.
    ///
    /// @return whether the frame ends here; else the filters decide, as for every other frame
    public final boolean pauseFrame(FrameBatch batch, int frame) {
        if ((registers.get(places.control()) & CTRL_RFCE) == 0) return false;
        if (batch.copyTo(frame, 0, HEADER_BYTES, header, 0) < HEADER_BYTES) return false;
        if (Short.toUnsignedInt(header.get(BE16, TYPE_AT)) != registers.get(places.type())) return false;
        int low = header.get(LE32, 0);
        int high = Short.toUnsignedInt(header.get(LE16, 4));
        boolean toStation = low == registers.get(places.stationLow())
                && (high | RAH_AV) == (registers.get(places.stationHigh()) & (RAH_AV | 0xFFFF));
        if (!toStation && (low != registers.get(places.addressLow()) || high != registers.get(places.addressHigh())))
            return false;

        int control = registers.get(places.receiveControl());
        if (header.get(BE16, OPCODE_AT) != OPCODE_PAUSE) {
            count(Event.UNSUPPORTED);
            return (control & RCTL_PMCF) == 0;
        }
        pause(Short.toUnsignedInt(header.get(BE16, TIME_AT)));
        return toStation ? (control & RCTL_DPF) != 0 : false;
    }

    /// How full the receive FIFO is now, bytes: crosses the water marks, with CTRL.TFCE set.
    public final void fifoLevel(int usedBytes) {
        if ((registers.get(places.control()) & CTRL_TFCE) == 0) {
            aboveHighWater = false;
            return;
        }
        int highBytes = registers.get(places.highWater()) & FCRT_BYTES_MASK;
        int low = registers.get(places.lowWater());
        if (!aboveHighWater && highBytes != 0 && usedBytes >= highBytes) {
            aboveHighWater = true;
            count(Event.XOFF_SENT);
        } else if (aboveHighWater && usedBytes <= (low & FCRT_BYTES_MASK)) {
            aboveHighWater = false;
            if ((low & FCRTL_XONE) != 0) count(Event.XON_SENT);
        }
    }

    /// Whether the backend must not be read now, so that its frames wait.
    public final boolean holdsPeer() {
        return aboveHighWater && (registers.get(places.control()) & CTRL_TFCE) != 0;
    }

    /// TCTL.SWXOFF: software asks for one XOFF frame.
    public final void softwareXoff() {
        count(Event.XOFF_SENT);
    }

    public void reset() {
        paused = false;
        aboveHighWater = false;
        pauseEnd.disarm();
    }

    private void pause(int slots) {
        paused = slots != 0;
        if (paused) {
            count(Event.XOFF_RECEIVED);
            pauseEnd.armAt(time.nowNs() + slots * slotTimeNs());
        } else {
            count(Event.XON_RECEIVED);
            pauseEnd.disarm();
        }
    }
}
