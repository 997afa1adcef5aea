package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.DTXSWC_LOOPBACK_EN;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbBits.RAH_POOL_SHIFT;
import static dev.doorbell.register.IgbBits.VMOLR_BAM;
import static dev.doorbell.register.IgbBits.VMOLR_STRCRC;
import static dev.doorbell.register.IgbBits.VMOLR_STRVLAN;
import static dev.doorbell.register.IgbBits.VT_CTL_DEF_PL_SHIFT;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAL;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RPLOLR;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;
import static dev.doorbell.register.IgbRegister.WVBR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pools of a whole card: frames of the wire, and of one pool for another, end in the right rings.
class PoolTrafficStoryTest {
    private static final String BROADCAST = "ffffffffffff";
    private static final String OUTSIDE = "025500000001";

    private final IgbBench bench = IgbBench.withLink();
    private final TransmitRing sender = TransmitRing.start(bench, 0);
    private final ReceiveRing[] receivers = new ReceiveRing[8];

    /// Pool n has the address 02:00:00:00:00:0n and one receive queue; pool 0 sends.
    @BeforeEach
    void eightPools() {
        for (int pool = 0; pool < 8; pool++) {
            long address = EthernetAddress.parse("02:00:00:00:00:0" + pool);
            bench.write(RAL, pool, (int) address);
            bench.write(RAH, pool, (int) (address >>> 32) | 1 << (RAH_POOL_SHIFT + pool) | RAH_AV);
            bench.write(VMOLR, pool, VMOLR_STRCRC | (pool == 0 ? 0 : VMOLR_BAM));
        }
        for (int pool = 1; pool < 8; pool++) receivers[pool] = new ReceiveRing(bench, pool).start();
        bench.write(MRQC, MRQC_MRQE_VMDQ);
        bench.write(VT_CTL, VT_CTL_RPL_EN | 7 << VT_CTL_DEF_PL_SHIFT);
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON);
    }

    private static byte[] frame(String from, String to, int seed) {
        byte[] payload = new byte[80];
        for (int i = 0; i < payload.length; i++) payload[i] = (byte) (seed + i);
        return Flow.ethernet(0x88B5).payload(payload).from(from).to(to).bytes();
    }

    private void arrive(byte[] frame) {
        bench.wire.arrive(frame);
        bench.runUntilIdle();
    }

    private void assertOnly(int pools, byte[] frame) {
        for (int pool = 1; pool < 8; pool++) {
            List<byte[]> got = receivers[pool].takeAll();
            assertEquals(pools >> pool & 1, got.size(), "frames in pool " + pool);
            if (!got.isEmpty()) assertArrayEquals(frame, got.getFirst());
        }
    }

    @Test
    void framesOfTheWireFindTheirPool() {
        for (int pool = 1; pool < 8; pool++) {
            byte[] frame = frame(OUTSIDE, "02000000000" + pool, pool);
            arrive(frame);
            assertEquals(0, receivers[pool].status(0) & AdvancedReceiveDescriptor.LB);
            assertOnly(1 << pool, frame);
        }
        byte[] unknown = frame(OUTSIDE, "020000000099", 9);
        arrive(unknown);
        assertOnly(1 << 7, unknown);
    }

    @Test
    void broadcastsAreCopiedIntoEveryPool() {
        bench.write(RPLOLR, VMOLR_STRCRC);
        byte[] frame = frame(OUTSIDE, BROADCAST, 1);
        bench.write(VMOLR, 3, VMOLR_STRCRC);
        arrive(frame);
        assertOnly(0b1111_0110, frame);
    }

    @Test
    void eachPoolStripsForItself() {
        bench.write(VMOLR, 2, VMOLR_STRCRC | VMOLR_STRVLAN);
        byte[] plain = frame(OUTSIDE, "020000000002", 1);
        byte[] tagged = Frames.tagged(plain, 0x8100, 5);
        arrive(tagged);
        assertEquals(5, AdvancedReceiveDescriptor.vlanTag(receivers[2].word1(0)));
        assertOnly(1 << 2, plain);
        byte[] toThree = Frames.tagged(frame(OUTSIDE, "020000000003", 1), 0x8100, 5);
        arrive(toThree);
        assertOnly(1 << 3, toThree);
    }

    @Test
    void aFrameForAnotherPoolStaysInside() {
        byte[] frame = frame("020000000000", "020000000004", 1);
        sender.append(frame).ring();
        assertTrue(sender.done(0));
        assertEquals(0, bench.wire.takeAll().size());
        assertTrue((receivers[4].status(0) & AdvancedReceiveDescriptor.LB) != 0, "told as local");
        assertOnly(1 << 4, frame);
    }

    @Test
    void aFrameForOutsideAndABroadcastGoToTheWire() {
        byte[] outside = frame("020000000000", OUTSIDE, 1);
        sender.append(outside).ring();
        assertArrayEquals(outside, bench.wire.takeOnly());
        assertOnly(0, outside);
        byte[] broadcast = frame("020000000000", BROADCAST, 2);
        sender.append(broadcast).ring();
        assertArrayEquals(broadcast, bench.wire.takeOnly());
        assertOnly(0b1111_1110, broadcast);
    }

    @Test
    void aForgedFrameIsCompletedAndGone() {
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN | 1);
        byte[] forged = frame("020000000003", "020000000004", 1);
        byte[] honest = frame("020000000000", "020000000004", 2);
        sender.append(forged).append(honest).ring();
        assertTrue(sender.done(0));
        assertTrue(sender.done(1));
        assertEquals(0, bench.wire.takeAll().size());
        assertOnly(1 << 4, honest);
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_FORGED));
        assertEquals(1, bench.read(WVBR));
    }

    @Test
    void inMacLoopbackFramesComeInAsFromTheWire() {
        bench.write(RCTL, ReceiveRing.RECEIVER_ON | 1 << 6);
        byte[] frame = frame("020000000000", "020000000099", 1);
        sender.append(frame).ring();
        assertEquals(0, bench.wire.takeAll().size());
        assertEquals(0, receivers[7].status(0) & AdvancedReceiveDescriptor.LB);
        assertOnly(1 << 7, frame); // the default pool, which frames of other pools never reach
    }
}
