package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_GIO_MASTER_DISABLE;
import static dev.doorbell.register.IgbBits.CTRL_RFCE;
import static dev.doorbell.register.IgbBits.CTRL_TFCE;
import static dev.doorbell.register.IgbBits.STATUS_TXOFF;
import static dev.doorbell.register.IgbBits.TCTL_EN;
import static dev.doorbell.register.IgbBits.TCTL_SWXOFF;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.FCAH;
import static dev.doorbell.register.IgbRegister.FCAL;
import static dev.doorbell.register.IgbRegister.FCRTH;
import static dev.doorbell.register.IgbRegister.FCRTL;
import static dev.doorbell.register.IgbRegister.FCRTV;
import static dev.doorbell.register.IgbRegister.FCT;
import static dev.doorbell.register.IgbRegister.FCTTV;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.MPC;
import static dev.doorbell.register.IgbRegister.STATUS;
import static dev.doorbell.register.IgbRegister.TCTL;
import static dev.doorbell.register.IgbRegister.TPR;
import static dev.doorbell.register.IgbRegister.XOFFRXC;
import static dev.doorbell.register.IgbRegister.XOFFTXC;
import static dev.doorbell.register.IgbRegister.XONRXC;
import static dev.doorbell.register.IgbRegister.XONTXC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Flow control as drivers set it up, with frames on both sides.
class FlowControlStoryTest {
    private static final int XON_ENABLE = 1 << 31;
    private static final int SLOT_NS = 512; // at 1000 Mb/s

    private final ReceiveRing receive = ReceiveRing.running();
    private final IgbBench bench = receive.bench();
    private final TransmitRing transmit = TransmitRing.start(bench, 0);

    FlowControlStoryTest() {
        bench.write(FCAL, 0x00C2_8001);
        bench.write(FCAH, 0x0000_0100);
        bench.write(FCT, 0x8808);
        bench.write(CTRL, bench.read(CTRL) | CTRL_RFCE | CTRL_TFCE);
    }

    private static byte[] frame(String header, int lengthBytes) {
        byte[] frame = new byte[lengthBytes];
        byte[] start = HexFormat.of().parseHex(header);
        System.arraycopy(start, 0, frame, 0, start.length);
        return frame;
    }

    private static byte[] toPeer() {
        return frame("5254000000015254001234560800", 100);
    }

    private void pauseArrives(int slots) {
        String time = HexFormat.of().toHexDigits((short) slots);
        bench.wire.arrive(frame("0180c2000001525400000001" + "8808" + "0001" + time, 60));
        bench.runUntilIdle();
    }

    @Test
    void pauseFrameKeepsFramesInTheRingForItsTimeAndLosesNone() {
        pauseArrives(1000);
        transmit.append(toPeer()).ring();
        assertEquals(STATUS_TXOFF, bench.read(STATUS) & STATUS_TXOFF);
        assertEquals(0, bench.wire.takeAll().size());
        bench.advance(1000 * SLOT_NS - 1);
        assertEquals(0, bench.wire.takeAll().size());
        bench.advance(1);

        assertEquals(1, bench.wire.takeAll().size());
        assertEquals(0, bench.read(STATUS) & STATUS_TXOFF);
        assertEquals(1, bench.read(XOFFRXC));
        assertEquals(0, bench.read(GPRC), "a pause frame is no good packet");
        assertEquals(1, bench.read(TPR));
    }

    @Test
    void xonLetsTheTransmitterGoOnAtOnce() {
        pauseArrives(0xFFFF);
        transmit.append(toPeer()).ring();
        pauseArrives(0);

        assertEquals(1, bench.wire.takeAll().size());
        assertEquals(1, bench.read(XONRXC));
    }

    /// 16 KiB and 8 KiB.
    private void fillAboveTheHighWaterMark() {
        bench.write(FCRTH, 16 << 10);
        bench.write(FCRTL, XON_ENABLE | 8 << 10);
        for (int i = 0; i < 200; i++) bench.wire.arrive(frame("5254001234565254000000010800", 1000));
        bench.runUntilIdle();
    }

    @Test
    void withoutDescriptorsThePeerIsHeldFromTheHighWaterMarkOnAndNothingIsLost() {
        fillAboveTheHighWaterMark();

        assertTrue(bench.wire.waiting() >= 50, bench.wire.waiting() + " frames wait at the peer");
        assertEquals(1, bench.read(XOFFTXC));
        assertEquals(0, bench.read(MPC));
        int next = 0;
        int received = 0;
        for (int round = 0; round < 1000 && received < 200; round++) {
            for (; receive.done(next); next = (next + 1) % ReceiveRing.ENTRIES) {
                received++;
                receive.put(next);
                receive.tail(next);
            }
            bench.runUntilIdle();
        }

        assertEquals(200, received, "every frame reached the guest");
        assertTrue(bench.read(XONTXC) > 0);
        assertEquals(0, bench.read(MPC));
    }

    @Test
    void silenceIsAskedForAgainBeforeItEnds() {
        bench.write(FCTTV, 1000);
        bench.write(FCRTV, 300);
        fillAboveTheHighWaterMark();
        assertEquals(1, bench.read(XOFFTXC));
        bench.advance(700 * SLOT_NS - 1);
        assertEquals(0, bench.read(XOFFTXC));
        bench.advance(1);
        assertEquals(1, bench.read(XOFFTXC));
        bench.advance(3 * 700 * SLOT_NS);

        assertEquals(3, bench.read(XOFFTXC));
    }

    @Test
    void withoutARefreshThresholdSilenceIsAskedForOnce() {
        bench.write(FCTTV, 1000);
        fillAboveTheHighWaterMark();
        bench.advance(100_000 * SLOT_NS);
        assertEquals(1, bench.read(XOFFTXC));
        bench.write(FCRTV, 1000); // nothing is left between the two

        bench.advance(100_000 * SLOT_NS);
        assertEquals(0, bench.read(XOFFTXC));
    }

    @Test
    void softwareAsksForSilenceAndTheBitClearsItself() {
        bench.write(TCTL, bench.read(TCTL) | TCTL_SWXOFF);

        assertEquals(1, bench.read(XOFFTXC));
        assertEquals(TCTL_EN, bench.read(TCTL) & (TCTL_SWXOFF | TCTL_EN));
    }

    /// Not flow control, but the other thing that keeps frames where they are.
    @Test
    void disabledMasterMovesNothingUntilItIsEnabledAgain() {
        int control = bench.read(CTRL);
        bench.write(CTRL, control | CTRL_GIO_MASTER_DISABLE);
        long writes = bench.memory.writes();
        transmit.append(toPeer()).ring();
        bench.wire.arrive(frame("5254001234565254000000010800", 100));
        bench.runUntilIdle();
        assertEquals(0, bench.wire.takeAll().size());
        assertEquals(writes, bench.memory.writes());
        bench.write(CTRL, control);
        bench.runUntilIdle();

        assertEquals(1, bench.wire.takeAll().size());
        assertTrue(receive.done(0));
    }
}
