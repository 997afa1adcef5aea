package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_FD;
import static dev.doorbell.register.E1000Bits.CTRL_FRCDPX;
import static dev.doorbell.register.E1000Bits.CTRL_FRCSPD;
import static dev.doorbell.register.E1000Bits.CTRL_ILOS;
import static dev.doorbell.register.E1000Bits.CTRL_SPEED_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Bits.TCTL_PSP;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDBAL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDLEN;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDBAL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDLEN;
import static dev.doorbell.register.E1000Register.TDT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loopback part of `ethtool -t eth0 offline` of the e1000 driver: PHY loopback, forced link, 256 descriptors,
/// frames of 1024 bytes in bursts of 64 until the rings have gone round twice.
class EthtoolLoopbackStoryTest {
    private static final int ENTRIES = 256;
    private static final int FRAME_BYTES = 1024;
    private static final int BUFFER_BYTES = 2048;
    private static final int BURST = 64;
    private static final long TRANSMIT_RING = 0x1_0000;
    private static final long RECEIVE_RING = 0x2_0000;
    private static final long TRANSMIT_BUFFERS = 0x10_0000;
    private static final long RECEIVE_BUFFERS = 0x20_0000;
    private static final long COMMAND = TransmitDescriptor.EOP | TransmitDescriptor.IFCS | TransmitDescriptor.RPS;

    private final Bench bench = Bench.withLink();
    private int sent;
    private int looked;

    private static byte[] testFrame() {
        byte[] frame = new byte[FRAME_BYTES];
        Arrays.fill(frame, (byte) 0xFF);
        Arrays.fill(frame, FRAME_BYTES / 2, FRAME_BYTES - 1, (byte) 0xAA);
        frame[FRAME_BYTES / 2 + 10] = (byte) 0xBE;
        frame[FRAME_BYTES / 2 + 12] = (byte) 0xAF;
        return frame;
    }

    private void setUpRings() {
        for (int i = 0; i < ENTRIES; i++) {
            bench.memory.put(TRANSMIT_BUFFERS + (long) i * FRAME_BYTES, testFrame());
            bench.memory.putLong(TRANSMIT_RING + 16L * i, TRANSMIT_BUFFERS + (long) i * FRAME_BYTES);
            bench.memory.putLong(
                    TRANSMIT_RING + 16L * i + 8, LegacyTransmitDescriptor.word1(FRAME_BYTES, 0, 0, COMMAND, 0));
            bench.memory.putLong(RECEIVE_RING + 16L * i, RECEIVE_BUFFERS + (long) i * BUFFER_BYTES);
        }
        bench.write(TDBAL, (int) TRANSMIT_RING);
        bench.write(TDLEN, ENTRIES * 16);
        bench.write(TDH, 0);
        bench.write(TDT, 0);
        bench.write(TCTL, TCTL_PSP | TCTL_EN | 15 << 4 | 0x40 << 12);
        bench.write(RCTL, 0);
        bench.write(RDBAL, (int) RECEIVE_RING);
        bench.write(RDLEN, ENTRIES * 16);
        bench.write(RDH, 0);
        bench.write(RDT, 0);
        bench.write(RCTL, RCTL_EN | RCTL_BAM);
    }

    private void setUpLoopback() {
        PhyBus phy = new PhyBus(bench);
        phy.write(16, 0x0808);
        phy.write(0, 0x9140);
        phy.write(0, 0x8140);
        phy.write(0, 0x4140);
        int control = bench.read(CTRL) & ~(3 << CTRL_SPEED_SHIFT);
        bench.write(CTRL, control | CTRL_FRCSPD | CTRL_FRCDPX | 2 << CTRL_SPEED_SHIFT | CTRL_FD | CTRL_ILOS);
        phy.write(29, 0x001F);
        phy.write(30, 0x8FFC);
        phy.write(29, 0x001A);
        phy.write(30, 0x8FF0);
        bench.advance(500_000);
    }

    /// Rings 64 descriptors and looks for 64 good buffers, going round, as the driver does.
    private int burst() {
        sent = (sent + BURST) % ENTRIES;
        bench.write(TDT, sent);
        bench.advance(200_000_000);
        int good = 0;
        for (int look = 0; look < 2 * ENTRIES && good < BURST; look++) {
            if (holdsTestFrame(looked)) good++;
            looked = (looked + 1) % ENTRIES;
        }
        return good;
    }

    private boolean holdsTestFrame(int index) {
        long buffer = RECEIVE_BUFFERS + (long) index * BUFFER_BYTES;
        return bench.memory.getByte(buffer + 3) == 0xFF
                && bench.memory.getByte(buffer + FRAME_BYTES / 2 + 10) == 0xBE
                && bench.memory.getByte(buffer + FRAME_BYTES / 2 + 12) == 0xAF;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyBurstComesBackWhetherOrNotThereIsAPeer(boolean peer) {
        bench.wire.link(peer);
        bench.runUntilIdle();
        setUpRings();
        setUpLoopback();
        bench.write(RDT, ENTRIES - 1);
        for (int burst = 0; burst < 2 * (ENTRIES / BURST) + 2; burst++) assertEquals(BURST, burst(), "burst " + burst);

        assertEquals(sent, bench.read(TDH), "everything was sent, also what found no descriptor any more");
        assertEquals(0, bench.wire.takeAll().size(), "the peer hears nothing");
        assertArrayEquals(testFrame(), bench.memory.get(RECEIVE_BUFFERS, FRAME_BYTES));
    }

    @Test
    void afterTheCleanUpFramesLeaveTheCardAgain() {
        setUpRings();
        setUpLoopback();
        bench.write(RDT, ENTRIES - 1);
        assertEquals(BURST, burst());
        PhyBus phy = new PhyBus(bench);
        phy.write(0, phy.read(0) & ~0x4000);
        phy.write(0, phy.read(0) | 0x8000);
        bench.advance(20_000_000);
        bench.write(TDT, sent + 1);
        bench.runUntilIdle();

        assertArrayEquals(testFrame(), bench.wire.takeOnly());
    }
}
