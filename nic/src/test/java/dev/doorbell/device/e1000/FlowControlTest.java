package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.CTRL_RFCE;
import static dev.doorbell.register.E1000Bits.CTRL_TFCE;
import static dev.doorbell.register.E1000Bits.FCRTL_XONE;
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
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// PAUSE frames in and out. // 317453, 8.7
class FlowControlTest {
    private static final byte[] GROUP = {0x01, (byte) 0x80, (byte) 0xC2, 0, 0, 0x01};
    private static final byte[] STATION = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
    private static final byte[] OTHER = {0x52, 0x54, 0, 0x12, 0x34, 0x57};

    private final DelayBench bench = new DelayBench();
    private final Statistics statistics = new Statistics(bench.registers);
    private final Phy phy = new Phy(bench.time, 0, () -> {});
    private final LinkState link =
            new LinkState(bench.registers, phy, bench.causes, new CounterTable<>(E1000Counter.class));
    private final FlowControl flow = new FlowControl(bench.registers, bench.time, link, statistics);

    FlowControlTest() {
        bench.registers.set(FCAL, 0x00C2_8001);
        bench.registers.set(FCAH, 0x0000_0100);
        bench.registers.set(FCT, 0x8808);
        bench.registers.set(RAL, 0x1200_5452);
        bench.registers.set(RAH, RAH_AV | 0x5634);
        bench.registers.set(CTRL, CTRL_RFCE | CTRL_TFCE);
    }

    /// A MAC control frame of 60 bytes, in two slices cut inside the header.
    private boolean arrives(byte[] destination, int type, int opcode, int time) {
        byte[] bytes = new byte[60];
        System.arraycopy(destination, 0, bytes, 0, 6);
        bytes[12] = (byte) (type >>> 8);
        bytes[13] = (byte) type;
        bytes[14] = (byte) (opcode >>> 8);
        bytes[15] = (byte) opcode;
        bytes[16] = (byte) (time >>> 8);
        bytes[17] = (byte) time;
        MemorySegment frame = java.lang.foreign.Arena.ofAuto().allocate(60);
        frame.copyFrom(MemorySegment.ofArray(bytes));
        FrameBatch batch = new FrameBatch(1, 2, 0);
        batch.beginFrame();
        batch.addSlice(frame, 0, 13);
        batch.addSlice(frame, 13, 47);
        batch.endFrame();
        return flow.pauseFrame(batch, 0);
    }

    @Test
    void xoffStopsTheTransmitterForItsTimeToTheNanosecond() {
        assertFalse(arrives(GROUP, 0x8808, 1, 100), "the filters decide about the frame itself");
        assertTrue(flow.transmitPaused());
        bench.time.advance(100 * 512 - 1);
        assertTrue(flow.transmitPaused());
        bench.time.advance(1);

        assertFalse(flow.transmitPaused());
        assertEquals(1, bench.registers.get(XOFFRXC));
        assertEquals(0, bench.registers.get(XONRXC));
    }

    @Test
    void timeIsCountedInSlotsOfTheLinksSpeed() {
        bench.registers.set(CTRL, CTRL_RFCE | 1 << 11 | 1 << 8); // forced to 100 Mb/s
        arrives(GROUP, 0x8808, 1, 1);
        bench.time.advance(5120 - 1);
        assertTrue(flow.transmitPaused());
        bench.time.advance(1);

        assertFalse(flow.transmitPaused());
    }

    @Test
    void laterXoffReplacesTheTimeThatIsLeft() {
        arrives(GROUP, 0x8808, 1, 0xFFFF);
        arrives(GROUP, 0x8808, 1, 2);
        bench.time.advance(2 * 512);

        assertFalse(flow.transmitPaused());
        assertEquals(2, bench.registers.get(XOFFRXC));
    }

    @Test
    void xonEndsThePauseAtOnce() {
        arrives(GROUP, 0x8808, 1, 0xFFFF);
        arrives(GROUP, 0x8808, 1, 0);

        assertFalse(flow.transmitPaused());
        assertEquals(1, bench.registers.get(XONRXC));
        assertEquals(0, bench.time.advance(1_000_000_000), "no timer is left");
    }

    @Test
    void withoutReceiveFlowControlAPauseFrameIsAFrameLikeAnyOther() {
        bench.registers.set(CTRL, CTRL_TFCE);
        assertFalse(arrives(STATION, 0x8808, 1, 100));

        assertFalse(flow.transmitPaused());
        assertEquals(0, bench.registers.get(XOFFRXC));
    }

    @Test
    void switchingReceiveFlowControlOffEndsThePause() {
        arrives(GROUP, 0x8808, 1, 0xFFFF);
        bench.registers.set(CTRL, 0);

        assertFalse(flow.transmitPaused());
    }

    @Test
    void frameToAnotherStationOrOfAnotherTypePausesNothing() {
        assertFalse(arrives(OTHER, 0x8808, 1, 100));
        assertFalse(arrives(GROUP, 0x0800, 1, 100));

        assertFalse(flow.transmitPaused());
        assertEquals(0, bench.registers.get(XOFFRXC));
        assertEquals(0, bench.registers.get(FCRUC));
    }

    @Test
    void pauseFrameToTheStationIsObeyedAndKeptFromTheHostWithDpf() {
        assertFalse(arrives(STATION, 0x8808, 1, 100), "without DPF the host gets it");
        bench.registers.set(RCTL, RCTL_DPF);
        assertTrue(arrives(STATION, 0x8808, 1, 100));

        assertTrue(flow.transmitPaused());
        assertEquals(2, bench.registers.get(XOFFRXC));
    }

    @Test
    void otherControlFramesAreCountedAndPassWithPmcfOnly() {
        assertTrue(arrives(GROUP, 0x8808, 2, 100));
        bench.registers.set(RCTL, RCTL_PMCF);
        assertFalse(arrives(GROUP, 0x8808, 2, 100));

        assertFalse(flow.transmitPaused());
        assertEquals(2, bench.registers.get(FCRUC));
    }

    @Test
    void frameTooShortForAPauseFrameIsLeftToTheFilters() {
        FrameBatch batch = new FrameBatch(1, 1, 0);
        batch.beginFrame();
        batch.addSlice(java.lang.foreign.Arena.ofAuto().allocate(17), 0, 17);
        batch.endFrame();

        assertFalse(flow.pauseFrame(batch, 0));
    }

    @Test
    void peerIsHeldFromTheHighWaterMarkToTheLowOne() {
        bench.registers.set(FCRTH, 0x8000_8000);
        bench.registers.set(FCRTL, FCRTL_XONE | 0x4000);
        flow.fifoLevel(0x7FFF);
        assertFalse(flow.holdsPeer());
        flow.fifoLevel(0x8000);
        assertTrue(flow.holdsPeer());
        flow.fifoLevel(0x9000);
        flow.fifoLevel(0x4001);
        assertTrue(flow.holdsPeer());
        flow.fifoLevel(0x4000);

        assertFalse(flow.holdsPeer());
        assertEquals(1, bench.registers.get(XOFFTXC), "one for the crossing, not one for each frame");
        assertEquals(1, bench.registers.get(XONTXC));
    }

    @Test
    void withoutXonEnabledTheEndIsNotCounted() {
        bench.registers.set(FCRTH, 0x8000);
        bench.registers.set(FCRTL, 0x4000);
        flow.fifoLevel(0x8000);
        flow.fifoLevel(0);

        assertFalse(flow.holdsPeer());
        assertEquals(0, bench.registers.get(XONTXC));
    }

    @Test
    void highWaterMarkZeroHoldsNobody() {
        flow.fifoLevel(48 * 1024);

        assertFalse(flow.holdsPeer());
        assertEquals(0, bench.registers.get(XOFFTXC));
    }

    @Test
    void withoutTransmitFlowControlNobodyIsHeld() {
        bench.registers.set(FCRTH, 0x8000);
        flow.fifoLevel(0x8000);
        bench.registers.set(CTRL, CTRL_RFCE);
        assertFalse(flow.holdsPeer());
        flow.fifoLevel(0x9000);
        bench.registers.set(CTRL, CTRL_TFCE);

        assertFalse(flow.holdsPeer(), "switching it off forgot the crossing");
    }

    @Test
    void resetEndsPauseAndHold() {
        bench.registers.set(FCRTH, 0x8000);
        flow.fifoLevel(0x8000);
        arrives(GROUP, 0x8808, 1, 0xFFFF);
        flow.reset();

        assertFalse(flow.transmitPaused());
        assertFalse(flow.holdsPeer());
        assertEquals(0, bench.time.advance(1_000_000_000));
    }
}
