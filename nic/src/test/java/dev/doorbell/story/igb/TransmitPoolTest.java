package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.DTXSWC_LOOPBACK_EN;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbBits.RAH_POOL_SHIFT;
import static dev.doorbell.register.IgbBits.VMOLR_BAM;
import static dev.doorbell.register.IgbBits.VMOLR_STRCRC;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAL;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Wire;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames of one batch that go different ways, and a wire that does not take all of them: none is lost, none leaves
/// twice, their order holds.
class TransmitPoolTest {
    private static final byte[] OWN = HexFormat.of().parseHex("020000000000");
    private static final byte[] NEIGHBOUR = HexFormat.of().parseHex("020000000001");
    private static final byte[] OUTSIDE = HexFormat.of().parseHex("025500000009");

    private final IgbBench bench = new IgbBench(
                    new IgbOptions(IgbBench.MAC), new Wire(new Capabilities(16_384, 64, true, true, false)))
            .awaitLink();
    private final TransmitRing ring = TransmitRing.start(bench, 0);
    private final ReceiveRing neighbour = new ReceiveRing(bench, 1).start();

    /// Pools 0 and 1 have an address each; pool 0 sends.
    @BeforeEach
    void twoPools() {
        for (int pool = 0; pool < 2; pool++) {
            long address = EthernetAddress.parse("02:00:00:00:00:0" + pool);
            bench.write(RAL, pool, (int) address);
            bench.write(RAH, pool, (int) (address >>> 32) | 1 << (RAH_POOL_SHIFT + pool) | RAH_AV);
            bench.write(VMOLR, pool, VMOLR_STRCRC | (pool == 0 ? 0 : VMOLR_BAM));
        }
        bench.write(MRQC, MRQC_MRQE_VMDQ);
        bench.write(VT_CTL, VT_CTL_RPL_EN);
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON);
    }

    private static void assertFrames(List<byte[]> expected, List<byte[]> actual, String what) {
        assertEquals(expected.size(), actual.size(), what);
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), actual.get(i), what + " " + i);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 101, 102, 103, 104})
    void mixedBatchesAndBackPressureLoseAndDoubleNothing(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean spoofRules = seed > 100;
        if (spoofRules) bench.write(DTXSWC, DTXSWC_LOOPBACK_EN | 1);
        List<byte[]> toWire = new ArrayList<>();
        List<byte[]> toPool = new ArrayList<>();
        List<byte[]> wire = new ArrayList<>();
        List<byte[]> pool = new ArrayList<>();
        int forged = 0;
        for (int round = 0; round < 30; round++) {
            int frames = 1 + random.nextInt(20);
            for (int i = 0; i < frames; i++) {
                int kind = random.nextInt(spoofRules ? 4 : 3);
                byte[] destination = kind == 0 ? NEIGHBOUR : kind == 1 ? Frames.BROADCAST : OUTSIDE;
                byte[] frame = Frames.frame(
                        destination, kind == 3 ? OUTSIDE : OWN, 60 + random.nextInt(500), random.nextInt());
                ring.append(frame);
                if (kind == 1 || kind == 2) toWire.add(frame);
                if (kind < 2) toPool.add(frame);
                if (kind == 3) forged++;
            }
            bench.wire.room(random.nextInt(8));
            ring.ring();
            while (ring.head() != ring.tail()) {
                bench.wire.room(random.nextInt(4));
                bench.card.doWork();
                pool.addAll(neighbour.takeAll());
            }
            bench.runUntilIdle();
            wire.addAll(bench.wire.takeAll());
            pool.addAll(neighbour.takeAll());
        }
        assertFrames(toWire, wire, "wire");
        assertFrames(toPool, pool, "pool");
        assertEquals(forged, bench.counter(IgbCounter.TRANSMIT_FORGED), "each is caught once");
        assertEquals(toWire.size(), bench.read(GPTC));
    }

    /// The wire could cut and sum by itself, but these frames may go elsewhere.
    @Test
    void betweenPoolsTheCardDoesItsOwnWork() {
        Packet packet = Packet.tcp4(3000, 1);
        ring.appendSegmented(packet, 1000).ring();
        assertFrames(packet.segments(1000), bench.wire.takeAll(), "segment");
        for (Wire.Offload wish : bench.wire.lastWishes()) assertEquals(Wire.Offload.NONE, wish);
    }

    @Test
    void poolThatIsFullHoldsTheQueueWhileItsReceiverEmptiesIt() {
        neighbour.start(ReceiveRing.ONE_BUFFER, 1024);
        ring.restart(1024);
        for (int i = 0; i < 500; i++) ring.append(Frames.frame(NEIGHBOUR, OWN, 1500, i));
        ring.ring();
        assertEquals(500, neighbour.head());
        assertEquals(500, ring.head());
        assertTrue(bench.wire.takeAll().isEmpty());
        assertEquals(0, bench.counter(IgbCounter.RECEIVE_MISSED));
    }
}
