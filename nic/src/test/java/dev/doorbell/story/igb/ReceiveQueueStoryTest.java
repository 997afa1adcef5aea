package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.ICR_RXDW;
import static dev.doorbell.register.IgbBits.MRQC_DEF_Q_SHIFT;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbBits.RAH_POOL_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_EN;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.VMOLR_BAM;
import static dev.doorbell.register.IgbBits.VMOLR_STRCRC;
import static dev.doorbell.register.IgbBits.VMOLR_STRVLAN;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAL;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RDBAL;
import static dev.doorbell.register.IgbRegister.RDH;
import static dev.doorbell.register.IgbRegister.RDLEN;
import static dev.doorbell.register.IgbRegister.RDT;
import static dev.doorbell.register.IgbRegister.RPLOLR;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.SRRCTL;
import static dev.doorbell.register.IgbRegister.STATUS;
import static dev.doorbell.register.IgbRegister.VFRE;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;
import static dev.doorbell.story.igb.ReceiveRing.RECEIVER_ON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Queues turned on and off, set up anew, side by side, and as copies of one frame.
class ReceiveQueueStoryTest {
    private final ReceiveRing guest = ReceiveRing.exact();
    private final IgbBench bench = guest.bench();

    private void arrive(int frames) {
        for (int i = 0; i < frames; i++) bench.wire.arrive(Frames.toStation(100, i));
        bench.runUntilIdle();
    }

    /// The register test of ethtool enables every queue before it writes patterns into RDT.
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 15})
    void tailIsWritableWhileTheQueueIsOnOnly(int queue) {
        bench.write(RXDCTL, queue, 0);
        int before = bench.read(RDT, queue);
        bench.write(RDT, queue, 0x1234);
        assertEquals(before, bench.read(RDT, queue));
        bench.write(RXDCTL, queue, RXDCTL_ENABLE);
        for (int pattern : new int[] {0x5A5A, 0xA5A5, 0, 0xFFFF}) {
            bench.write(RDT, queue, pattern);
            assertEquals(pattern, bench.read(RDT, queue));
        }
        bench.runUntilIdle();
    }

    /// A queue that comes up has an empty ring: what an earlier driver gave it is not used.
    @Test
    void queueStartsAtItsFirstDescriptorWithNothingGiven() {
        arrive(5);
        bench.write(RXDCTL, 0);
        assertEquals(5, guest.head(), "kept until the queue is turned on, for those who look");
        assertEquals(63, bench.read(RDT));
        bench.write(RXDCTL, RXDCTL_ENABLE);
        assertEquals(0, guest.head());
        assertEquals(0, bench.read(RDT));
        long writes = bench.memory.writes();
        arrive(1);
        assertEquals(writes, bench.memory.writes());

        for (int i = 0; i < 4; i++) guest.put(i);
        guest.tail(4);
        bench.runUntilIdle();
        assertArrayEquals(Frames.toStation(100, 0), guest.frameAt(0));
    }

    /// With shared doorbells the card may see a queue's whole restart at once, and the tail that the
    /// guest stored last is the one that it stored before: it counts all the same.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void queueRestartedThroughSharedPagesHasItsTail(boolean seenWhileOff) {
        IgbBench shared = IgbBench.shared().awaitLink();
        ReceiveRing ring = new ReceiveRing(shared, 0).start();
        shared.write(RCTL, RECEIVER_ON);
        ring.arrive(Frames.toStation(100, 1));
        assertEquals(1, ring.head());

        shared.write(RXDCTL, 0);
        if (seenWhileOff) shared.runUntilIdle();
        ring.start();
        shared.read(STATUS); // a message, as a driver that restarts sends many
        ring.arrive(Frames.toStation(100, 2), Frames.toStation(100, 3));
        assertArrayEquals(Frames.toStation(100, 2), ring.frameAt(0));
        assertEquals(2, ring.head());
        assertEquals(63, shared.read(RDT));
    }

    /// Older FreeBSD drivers write the head of a queue that is on to where they are.
    @Test
    void headIsUsedAsWritten() {
        bench.write(RDH, 7);
        arrive(2);
        assertEquals(9, guest.head());
        assertFalse(guest.done(0));
        assertArrayEquals(Frames.toStation(100, 1), guest.frameAt(8));
    }

    @Test
    void headWrittenWhileTheQueueIsOffCountsToo() {
        arrive(3);
        bench.write(RXDCTL, 0);
        bench.write(RDH, 9);
        bench.write(RXDCTL, RXDCTL_ENABLE);
        assertEquals(9, bench.read(RDT), "nothing is given yet");
        guest.tail(12);
        arrive(2);
        assertEquals(11, guest.head());
        assertArrayEquals(Frames.toStation(100, 1), guest.frameAt(10));
    }

    /// Descriptors fetched ahead are forgotten with the queue that they were fetched for.
    @Test
    void descriptorsChangedWhileTheQueueWasOffAreReadAnew() {
        arrive(1);
        bench.write(RXDCTL, 0);
        for (int i = 0; i < 8; i++) guest.put(i, guest.packetIova(i + 20), 0);
        bench.write(RXDCTL, RXDCTL_ENABLE);
        guest.tail(8);
        arrive(3);
        assertArrayEquals(Frames.toStation(100, 2), guest.packet(22, 100));
    }

    @Test
    void ringSetUpElsewhereIsUsedFromItsStart() {
        arrive(3);
        long other = 0x50_0000;
        for (int i = 0; i < 8; i++) bench.memory.putLong(other + 16L * i, guest.packetIova(40 + i));
        bench.write(RXDCTL, 0);
        bench.write(RDBAL, (int) other);
        bench.write(RDLEN, 128);
        bench.write(RXDCTL, RXDCTL_ENABLE);
        bench.write(RDT, 7);
        arrive(7);
        assertEquals(7, bench.read(RDH));
        assertArrayEquals(Frames.toStation(100, 6), guest.packet(46, 100));
    }

    @Test
    void framesForAQueueThatIsOffAreDroppedAndCounted() {
        bench.write(RXDCTL, 0);
        long writes = bench.memory.writes();
        arrive(3);
        assertEquals(writes, bench.memory.writes());
        assertEquals(3, bench.counter(IgbCounter.RECEIVE_QUEUE_OFF));
        assertEquals(0, bench.wire.waiting());
        assertEquals(0, bench.read(ICR));
    }

    /// Turned off, a queue writes nothing more; the frame in work goes no further, the next queue's
    /// frames do.
    @Test
    void queueTurnedOffInTheMidstOfAFrameHoldsUpNobody() {
        guest.put(1, 0, 0);
        guest.tail(2); // one buffer only
        ReceiveRing other = new ReceiveRing(bench, 1).start();
        bench.write(RCTL, RECEIVER_ON | 3 << 16 | 1 << 5);
        bench.write(SRRCTL, ReceiveRing.ONE_BUFFER & ~0x7F);
        bench.wire.arrive(Frames.toStation(500, 1));
        bench.runUntilIdle();
        bench.write(MRQC, 1 << MRQC_DEF_Q_SHIFT);
        bench.wire.arrive(Frames.toStation(100, 2));
        bench.runUntilIdle();
        assertEquals(0, other.head(), "it stands in the way");

        bench.write(RXDCTL, 0);
        long writes = bench.memory.writes();
        bench.runUntilIdle();
        assertArrayEquals(Frames.toStation(100, 2), other.frameAt(0));
        assertEquals(writes + 3, bench.memory.writes(), "one buffer and one descriptor of the other queue");
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_QUEUE_OFF));
    }

    @Test
    void receiverThatIsOffDropsWhatArrivesAndWritesNothing() {
        bench.write(RCTL, RECEIVER_ON & ~RCTL_EN);
        long writes = bench.memory.writes();
        arrive(5);
        assertEquals(writes, bench.memory.writes());
        assertEquals(0, bench.wire.waiting());
        assertEquals(5, bench.counter(IgbCounter.RECEIVE_DISABLED));
        assertEquals(0, bench.read(ICR));

        bench.write(RCTL, RECEIVER_ON);
        arrive(1);
        assertEquals(1, guest.head());
    }

    @Test
    void everyQueueHasItsOwnRing() {
        for (int queue = 0; queue < 8; queue++) {
            ReceiveRing ring = queue == 0 ? guest : new ReceiveRing(bench, queue).start();
            bench.write(MRQC, queue << MRQC_DEF_Q_SHIFT);
            for (int i = 0; i <= queue; i++) bench.wire.arrive(Frames.toStation(100, 10 * queue + i));
            bench.runUntilIdle();
            assertEquals(queue + 1, ring.head(), "queue " + queue);
            for (int i = 0; i <= queue; i++) assertArrayEquals(Frames.toStation(100, 10 * queue + i), ring.frameAt(i));
        }
    }

    private ReceiveRing[] pools(int count) {
        ReceiveRing[] rings = new ReceiveRing[count];
        for (int pool = 0; pool < count; pool++) {
            rings[pool] = pool == 0 ? guest : new ReceiveRing(bench, pool).start();
            bench.write(VMOLR, pool, 0x2600 | VMOLR_STRCRC | VMOLR_BAM);
        }
        bench.write(MRQC, MRQC_MRQE_VMDQ);
        bench.write(VT_CTL, VT_CTL_RPL_EN);
        bench.write(RPLOLR, VMOLR_STRCRC);
        return rings;
    }

    private static byte[] broadcast(int seed) {
        return Frames.frame(Frames.BROADCAST, Frames.PEER, 100, seed);
    }

    /// One copy for each pool, and one cause for each queue.
    @Test
    void broadcastIsCopiedToEveryPool() {
        ReceiveRing[] rings = pools(4);
        guest.arrive(broadcast(1), broadcast(2));
        for (ReceiveRing ring : rings) {
            assertArrayEquals(broadcast(1), ring.frameAt(0));
            assertArrayEquals(broadcast(2), ring.frameAt(1));
            assertEquals(2, ring.head());
        }
        assertEquals(8, bench.counter(IgbCounter.RECEIVE_FRAMES));
        assertEquals(ICR_RXDW, bench.read(ICR));
    }

    @Test
    void everyPoolStripsAsItsOwnPolicySays() {
        ReceiveRing[] rings = pools(2);
        for (int pool = 0; pool < 2; pool++) {
            bench.write(RAL, pool, 0x0000_5452);
            bench.write(RAH, pool, (0x5634 + pool) | 1 << (RAH_POOL_SHIFT + pool) | RAH_AV);
        }
        bench.write(VMOLR, 0, 0x2600 | VMOLR_STRVLAN | VMOLR_STRCRC);
        bench.write(VMOLR, 1, 0x2600);
        byte[] frame = Frames.tagged(Frames.toStation(100, 1), 0x8100, 5);
        for (int pool = 0; pool < 2; pool++) {
            byte[] copy = frame.clone();
            System.arraycopy(new byte[] {0x52, 0x54, 0, 0, (byte) (0x34 + pool), 0x56}, 0, copy, 0, 6);
            bench.wire.arrive(copy);
        }
        bench.runUntilIdle();
        assertEquals(100, rings[0].length(0));
        assertEquals(5, AdvancedReceiveDescriptor.vlanTag(rings[0].word1(0)));
        assertEquals(108, rings[1].length(0), "with tag and FCS");
    }

    /// The pools that have theirs keep them, the one without descriptors gets its copy later; nobody
    /// gets it twice.
    @Test
    void copyThatWaitsIsMadeLaterAndTheOthersNotAgain() {
        ReceiveRing[] rings = pools(3);
        rings[1].tail(0);
        guest.arrive(broadcast(1));
        assertEquals(1, rings[0].head());
        assertEquals(0, rings[2].head(), "the frame waits on its way to pool 1");
        rings[1].tail(63);
        bench.runUntilIdle();
        for (ReceiveRing ring : rings) assertEquals(1, ring.head());
        assertArrayEquals(broadcast(1), rings[2].frameAt(0));
    }

    @Test
    void poolThatMayNotReceiveGetsNoCopy() {
        ReceiveRing[] rings = pools(3);
        bench.write(VFRE, 0b101);
        guest.arrive(broadcast(1));
        assertEquals(1, rings[0].head());
        assertEquals(0, rings[1].head());
        assertEquals(1, rings[2].head());
    }

    @Test
    void poolThatLosesItsPermissionWhileAFrameWaitsHoldsUpNobody() {
        ReceiveRing[] rings = pools(3);
        rings[1].tail(0);
        guest.arrive(broadcast(1));
        bench.write(VFRE, 0b101);
        bench.runUntilIdle();
        assertEquals(1, rings[2].head());
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_QUEUE_OFF));
    }
}
