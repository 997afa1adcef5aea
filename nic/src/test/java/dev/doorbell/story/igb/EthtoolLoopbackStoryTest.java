package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_LINK_MODE_SHIFT;
import static dev.doorbell.register.IgbBits.CTRL_FD;
import static dev.doorbell.register.IgbBits.CTRL_FRCDPLX;
import static dev.doorbell.register.IgbBits.CTRL_FRCSPD;
import static dev.doorbell.register.IgbBits.CTRL_SLU;
import static dev.doorbell.register.IgbBits.CTRL_SPEED_SHIFT;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FDV;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FLV_LINK_UP;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FORCE_LINK;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FSD;
import static dev.doorbell.register.IgbBits.STATUS_LU;
import static dev.doorbell.register.IgbRegister.CONNSW;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.PCS_LCTL;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.SCTL;
import static dev.doorbell.register.IgbRegister.STATUS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loopback part of `ethtool -t eth0 offline` of the igb driver: loopback of the PHY or of the
/// SerDes, frames of 256 bytes in bursts of 64 until the rings have gone round twice.
class EthtoolLoopbackStoryTest {
    private static final int ENTRIES = 256;
    private static final int FRAME_BYTES = 256;
    private static final int BURST = 64;

    private final IgbBench bench = IgbBench.withLink();
    private final ReceiveRing receive = new ReceiveRing(bench, 0);
    private int looked;

    private static byte[] testFrame() {
        byte[] frame = new byte[FRAME_BYTES];
        Arrays.fill(frame, (byte) 0xFF);
        Arrays.fill(frame, FRAME_BYTES / 2, FRAME_BYTES - 1, (byte) 0xAA);
        frame[FRAME_BYTES / 2 + 10] = (byte) 0xBE;
        frame[FRAME_BYTES / 2 + 12] = (byte) 0xAF;
        return frame;
    }

    private TransmitRing setUpRings() {
        bench.write(MRQC, 0);
        receive.start(ReceiveRing.ONE_BUFFER, ENTRIES);
        bench.write(RCTL, bench.read(RCTL) | ReceiveRing.RECEIVER_ON);
        return TransmitRing.start(bench, 0, ENTRIES);
    }

    private void phyLoopback() {
        new PhyBus(bench).write(0, 0x4140);
        int control = bench.read(CTRL) & ~(3 << CTRL_SPEED_SHIFT);
        bench.write(CTRL, control | CTRL_FRCSPD | CTRL_FRCDPLX | 2 << CTRL_SPEED_SHIFT | CTRL_FD | CTRL_SLU);
        bench.advance(500_000_000);
    }

    private void serdesLoopback() {
        bench.write(CTRL_EXT, bench.read(CTRL_EXT) | 3 << CTRL_EXT_LINK_MODE_SHIFT);
        bench.write(RCTL, bench.read(RCTL) | 3 << 6);
        bench.write(SCTL, 0x0410);
        bench.write(CTRL, (bench.read(CTRL) & ~(1 << 3 | 3 << 27)) | CTRL_SLU | CTRL_FD);
        bench.write(CONNSW, bench.read(CONNSW) & ~(1 << 2));
        bench.write(PCS_LCTL, PCS_LCTL_FORCE_LINK | PCS_LCTL_FLV_LINK_UP | PCS_LCTL_FSD | PCS_LCTL_FDV | 2 << 1);
    }

    /// Sends 64 frames, each with a doorbell, and takes what came back, as the driver does: by DD.
    private int burst(TransmitRing transmit) {
        for (int i = 0; i < BURST; i++) transmit.append(testFrame()).doorbell();
        bench.advance(200_000_000);
        int good = 0;
        while (receive.done(looked)) {
            if (holdsTestFrame(looked)) good++;
            receive.put(looked);
            receive.tail(looked);
            looked = (looked + 1) % ENTRIES;
        }
        return good;
    }

    private boolean holdsTestFrame(int index) {
        long buffer = receive.packetIova(index);
        return receive.length(index) == FRAME_BYTES
                && bench.memory.getByte(buffer + 3) == 0xFF
                && bench.memory.getByte(buffer + FRAME_BYTES / 2 + 10) == 0xBE
                && bench.memory.getByte(buffer + FRAME_BYTES / 2 + 12) == 0xAF;
    }

    private void assertEveryBurstComesBack(TransmitRing transmit) {
        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
        for (int burst = 0; burst < 2 * (ENTRIES / BURST) + 2; burst++)
            assertEquals(BURST, burst(transmit), "burst " + burst);
        assertEquals(transmit.tail(), transmit.head(), "everything was sent");
        assertEquals(0, bench.wire.takeAll().size(), "the peer hears nothing");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyBurstComesBackThroughThePhyWhetherOrNotThereIsAPeer(boolean peer) {
        bench.wire.link(peer);
        bench.runUntilIdle();
        TransmitRing transmit = setUpRings();
        phyLoopback();

        assertEveryBurstComesBack(transmit);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyBurstComesBackThroughTheSerdesWhetherOrNotThereIsAPeer(boolean peer) {
        bench.wire.link(peer);
        bench.runUntilIdle();
        TransmitRing transmit = setUpRings();
        serdesLoopback();

        assertEveryBurstComesBack(transmit);
    }

    @Test
    void serdesLoopbackNeedsItsCodeAndItsMode() {
        TransmitRing transmit = setUpRings();
        bench.write(RCTL, bench.read(RCTL) | 3 << 6);
        bench.write(SCTL, 0x0410);
        transmit.append(testFrame()).ring();
        assertEquals(1, bench.wire.takeAll().size(), "copper: nothing loops");
        bench.write(CTRL_EXT, bench.read(CTRL_EXT) | 3 << CTRL_EXT_LINK_MODE_SHIFT);
        transmit.append(testFrame()).ring();
        assertEquals(0, bench.wire.takeAll().size());
        bench.write(SCTL, 0x0400);
        transmit.append(testFrame()).ring();

        assertEquals(1, bench.wire.takeAll().size(), "the code ends it");
    }

    @Test
    void afterTheCleanUpFramesLeaveTheCardAgain() {
        TransmitRing transmit = setUpRings();
        phyLoopback();
        assertEquals(BURST, burst(transmit));
        PhyBus phy = new PhyBus(bench);
        phy.write(0, phy.read(0) & ~0x4000);
        phy.write(0, phy.read(0) | 0x8000);
        bench.advance(20_000_000);
        transmit.append(testFrame()).ring();

        assertArrayEquals(testFrame(), bench.wire.takeOnly());
    }
}
