package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_TFCE;
import static dev.doorbell.register.IgbBits.ICR_RXDW;
import static dev.doorbell.register.IgbBits.ICR_RXO;
import static dev.doorbell.register.IgbBits.LBM_MAC;
import static dev.doorbell.register.IgbBits.MRQC_DEF_Q_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_LBM_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_LPE;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.SRRCTL_DROP_EN;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.FCRTH;
import static dev.doorbell.register.IgbRegister.FCRTL;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.MPC;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.QDE;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RDLEN;
import static dev.doorbell.register.IgbRegister.RNBC;
import static dev.doorbell.register.IgbRegister.RQDPC;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.RXPBS;
import static dev.doorbell.register.IgbRegister.SRRCTL;
import static dev.doorbell.story.igb.ReceiveRing.ENTRIES;
import static dev.doorbell.story.igb.ReceiveRing.ONE_BUFFER;
import static dev.doorbell.story.igb.ReceiveRing.RECEIVER_ON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.story.Frames;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/// Frames without descriptors: they wait in the packet buffer, in order, or are dropped, as the queue
/// says; what finds no room is lost and counted.
class ReceiveFifoStoryTest {
    private final ReceiveRing guest = ReceiveRing.exact();
    private final IgbBench bench = guest.bench();

    private void arrive(int frames, int length) {
        for (int i = 0; i < frames; i++) bench.wire.arrive(Frames.toStation(length, i));
        bench.runUntilIdle();
    }

    private void toQueue(int queue) {
        bench.write(MRQC, queue << MRQC_DEF_Q_SHIFT);
    }

    @Test
    void framesWaitForDescriptorsAndComeInOrder() {
        guest.tail(2);
        arrive(10, 100);
        assertEquals(2, guest.head());
        assertEquals(8, bench.read(RNBC));
        assertEquals(10, bench.read(GPRC));
        assertEquals(0, bench.wire.waiting());
        assertEquals(0, bench.read(RQDPC));

        guest.tail(7);
        bench.runUntilIdle();
        assertEquals(7, guest.head());
        guest.tail(63);
        bench.runUntilIdle();
        assertEquals(10, guest.head());
        for (int i = 0; i < 10; i++) assertArrayEquals(Frames.toStation(100, i), guest.packet(i, 100), "frame " + i);
    }

    @Test
    void fullPacketBufferLosesFramesAndSaysSo() {
        guest.tail(0);
        arrive(70, 1024); // 64 KiB hold 64 of them
        assertEquals(6, bench.read(MPC));
        assertEquals(6, bench.counter(IgbCounter.RECEIVE_MISSED));
        assertEquals(ICR_RXO, bench.read(ICR));

        guest.tail(63);
        bench.runUntilIdle();
        assertEquals(63, guest.head());
        assertArrayEquals(Frames.toStation(1024, 62), guest.packet(62, 1024));
        assertEquals(ICR_RXDW, bench.read(ICR) & ICR_RXDW);
    }

    @Test
    void packetBufferSizeSaysHowMuchWaits() {
        bench.write(RXPBS, 8);
        guest.tail(0);
        arrive(20, 1024);
        assertEquals(12, bench.read(MPC));
        bench.write(RXPBS, 0);
        arrive(1, 60);
        assertEquals(1, bench.read(MPC));
        bench.write(RXPBS, 0x7F); // more than the chip has
        arrive(60, 1024);
        assertEquals(4, bench.read(MPC), "8 waited already");
    }

    @Test
    void waitingFramesWrapAroundInTheBufferUnharmed() {
        int next = 0;
        int seen = 0;
        for (int round = 0; round < 400; round++) {
            guest.tail(guest.head());
            for (int i = 0; i < 3; i++) bench.wire.arrive(Frames.toStation(700 + 13 * (next % 60), next++));
            bench.runUntilIdle();
            guest.tail((guest.head() + 3) % ENTRIES);
            bench.runUntilIdle();
            for (int i = 0; i < 3; i++, seen++) {
                int length = 700 + 13 * (seen % 60);
                assertArrayEquals(
                        Frames.toStation(length, seen), guest.packet(seen % ENTRIES, length), "frame " + seen);
                guest.put(seen % ENTRIES);
            }
        }
        assertEquals(0, bench.read(MPC));
    }

    @Test
    void queueThatDropsLosesWhatFindsNoDescriptorAndCountsIt() {
        bench.write(SRRCTL, ONE_BUFFER | SRRCTL_DROP_EN);
        guest.tail(2);
        arrive(10, 100);
        assertEquals(2, guest.head());
        assertEquals(8, bench.counter(IgbCounter.RECEIVE_NO_DESCRIPTORS));
        assertEquals(8, bench.read(RQDPC));
        assertEquals(0, bench.read(RQDPC), "reading clears it");
        assertEquals(0, bench.read(MPC));
        assertEquals(ICR_RXDW, bench.read(ICR), "nothing overran");
        guest.tail(63);
        arrive(1, 200);
        assertArrayEquals(Frames.toStation(200, 0), guest.packet(2, 200));
    }

    @Test
    void dropCounterSticksAtItsTwelveBits() {
        bench.write(QDE, 1);
        guest.tail(0);
        for (int i = 0; i < 10; i++) arrive(500, 60);
        assertEquals(0xFFF, bench.read(RQDPC));
        assertEquals(5000, bench.counter(IgbCounter.RECEIVE_NO_DESCRIPTORS));
    }

    /// QDE has a bit for each queue, SRRCTL.DROP_EN is the queue's own.
    @Test
    void queueDropEnableCountsForItsQueueOnly() {
        ReceiveRing other = new ReceiveRing(bench, 5).start().tail(0);
        guest.tail(0);
        bench.write(QDE, 1 << 5);
        toQueue(5);
        arrive(3, 100);
        assertEquals(3, bench.read(RQDPC, 5));
        toQueue(0);
        arrive(3, 100);
        assertEquals(0, bench.read(RQDPC, 0));
        guest.tail(63);
        bench.runUntilIdle();
        assertEquals(3, guest.head());
        assertEquals(0, other.head());
    }

    /// A frame larger than the descriptors left is dropped whole, nothing of it is written.
    @Test
    void queueThatDropsStartsNoFrameThatItCannotFinish() {
        bench.write(SRRCTL, (ONE_BUFFER & ~0x7F) | SRRCTL_DROP_EN);
        bench.write(RCTL, RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        guest.tail(3);
        arrive(1, 769);
        assertEquals(0, guest.head());
        assertEquals(1, bench.read(RQDPC));
        arrive(1, 768);
        assertEquals(3, guest.head());
    }

    /// The FIFO is one for all: a queue that does not drop holds up its neighbours, which is what
    /// DROP_EN is for.
    @Test
    void queueThatDoesNotDropHoldsUpItsNeighbours() {
        ReceiveRing slow = new ReceiveRing(bench, 1).start().tail(1);
        toQueue(1);
        arrive(2, 100);
        toQueue(0);
        arrive(3, 100);
        assertEquals(1, slow.head());
        assertEquals(0, guest.head());

        slow.tail(2);
        bench.runUntilIdle();
        assertEquals(2, slow.head());
        assertEquals(3, guest.head());
    }

    @Test
    void queueThatDropsHoldsUpNobody() {
        ReceiveRing slow =
                new ReceiveRing(bench, 1).start(ONE_BUFFER | SRRCTL_DROP_EN).tail(1);
        toQueue(1);
        arrive(20, 100);
        toQueue(0);
        arrive(3, 100);
        assertEquals(1, slow.head());
        assertEquals(3, guest.head());
        assertEquals(19, bench.read(RQDPC, 1));
    }

    /// A queue that begins to drop while frames wait for it lets them go.
    @Test
    void waitingFramesAreDroppedWhenTheirQueueBeginsToDrop() {
        guest.tail(0);
        arrive(4, 100);
        bench.write(SRRCTL, ONE_BUFFER | SRRCTL_DROP_EN);
        bench.runUntilIdle();
        assertEquals(4, bench.read(RQDPC));
        guest.tail(63);
        arrive(1, 200);
        assertArrayEquals(Frames.toStation(200, 0), guest.packet(0, 200));
    }

    @Test
    void waitingFramesGoWithTheirQueue() {
        guest.tail(0);
        arrive(4, 100);
        bench.write(RXDCTL, 0);
        bench.runUntilIdle();
        assertEquals(4, bench.counter(IgbCounter.RECEIVE_QUEUE_OFF));
        bench.write(RXDCTL, RXDCTL_ENABLE);
        guest.tail(63);
        arrive(1, 200);
        assertArrayEquals(Frames.toStation(200, 0), guest.packet(0, 200));
    }

    @Test
    void receiverThatIsTurnedOffForgetsWhatWaitedAndWritesNothingMore() {
        guest.tail(1);
        arrive(5, 100);
        bench.write(RCTL, 0);
        long writes = bench.memory.writes();
        guest.tail(63);
        bench.runUntilIdle();
        bench.write(RCTL, RECEIVER_ON);
        bench.runUntilIdle();
        assertEquals(writes, bench.memory.writes());
        assertEquals(1, guest.head());

        arrive(1, 100);
        assertEquals(2, guest.head());
    }

    @Test
    void receiverThatIsTurnedOffInTheMidstOfAFrameStartsWithANewOne() {
        bench.write(SRRCTL, ONE_BUFFER & ~0x7F);
        bench.write(RCTL, RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        guest.put(0, 0, 0);
        guest.tail(3);
        arrive(1, 700);
        assertEquals(3, guest.head());
        bench.write(RCTL, 0);
        bench.write(RCTL, RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        guest.tail(63);
        byte[] frame = Frames.toStation(80, 9);
        guest.arrive(frame);
        assertArrayEquals(frame, guest.frameAt(3));
    }

    @Test
    void frameThatStopsForWantOfDescriptorsGoesOnWhereItStopped() {
        bench.write(SRRCTL, ONE_BUFFER & ~0x7F);
        bench.write(RCTL, RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        guest.put(1, 0, 0); // an empty slot: fewer buffers than it seemed
        guest.tail(4);
        byte[] frame = Frames.toStation(1000, 1);
        guest.arrive(frame, Frames.toStation(60, 2));
        assertEquals(4, guest.head());
        assertFalse(guest.endOfPacket(3));

        guest.tail(63);
        bench.runUntilIdle();
        assertArrayEquals(frame, guest.frameAt(0));
        assertTrue(guest.endOfPacket(4));
        assertArrayEquals(Frames.toStation(60, 2), guest.packet(5, 60));
    }

    @Test
    void frameLargerThanTheWholeRingPassesAsTheDriverGivesBuffersBack() {
        bench.write(RCTL, 0);
        bench.write(SRRCTL, ONE_BUFFER & ~0x7F);
        bench.write(RDLEN, 128); // eight descriptors
        guest.tail(7);
        bench.write(RCTL, RECEIVER_ON | RCTL_LPE | 3 << RCTL_BSIZE_SHIFT);
        byte[] frame = Frames.toStation(9000, 1);
        bench.wire.arrive(frame);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        int index = 0;
        for (int round = 0; round < 36; round++) {
            bench.runUntilIdle();
            assertTrue(guest.done(index), "descriptor " + round);
            stored.writeBytes(guest.packet(index, guest.length(index)));
            boolean last = guest.endOfPacket(index);
            guest.put(index);
            guest.tail(index);
            index = (index + 1) % 8;
            if (last) break;
        }
        assertArrayEquals(frame, stored.toByteArray());
    }

    @Test
    void withoutBusMasteringFramesWaitAndNothingIsWritten() {
        bench.busMaster(false);
        arrive(3, 100);
        assertEquals(0, bench.memory.faults());
        assertEquals(0, guest.head());
        bench.busMaster(true);
        bench.runUntilIdle();
        assertEquals(3, guest.head());
        assertArrayEquals(Frames.toStation(100, 2), guest.packet(2, 100));
    }

    @Test
    void withoutLinkOrInLoopbackWhatTheBackendHasIsLost() {
        bench.card.connectCable(false);
        bench.runUntilIdle();
        arrive(3, 100);
        assertEquals(0, bench.wire.waiting());
        assertEquals(3, bench.counter(IgbCounter.RECEIVE_ISOLATED));
        bench.card.connectCable(true);
        bench.awaitLink();
        bench.write(RCTL, RECEIVER_ON | LBM_MAC << RCTL_LBM_SHIFT);
        arrive(3, 100);
        assertEquals(6, bench.counter(IgbCounter.RECEIVE_ISOLATED));
        assertEquals(0, guest.head());
    }

    /// Above the high water mark the backend is not read: its frames wait there.
    @Test
    void flowControlHoldsThePeerInsteadOfLosingFrames() {
        bench.write(FCRTH, 16 << 10);
        bench.write(FCRTL, 8 << 10);
        bench.write(CTRL, bench.read(CTRL) | CTRL_TFCE);
        guest.tail(0);
        arrive(200, 1000);
        assertTrue(bench.wire.waiting() >= 100, bench.wire.waiting() + " frames wait at the peer");
        assertEquals(0, bench.read(MPC));
        int received = 0;
        for (int round = 0; round < 20; round++) {
            guest.tail((guest.head() + ENTRIES - 1) % ENTRIES);
            bench.runUntilIdle();
            received += guest.takeAll().size();
        }
        assertEquals(200, received, "every frame reached the guest");
        assertEquals(0, bench.read(MPC));
    }

    private void loopback() {
        bench.write(RCTL, RECEIVER_ON | LBM_MAC << RCTL_LBM_SHIFT);
    }

    /// A loopback batch larger than the packet buffer, with a descriptor for every frame: nothing is
    /// lost.
    @Test
    void loopbackBatchLosesNothingWhileThereAreDescriptors() {
        bench.write(RCTL, 0);
        guest.start(ONE_BUFFER, 4096);
        loopback();
        TransmitRing sender = TransmitRing.start(bench, 0, 4096);
        byte[] frame = Frames.toStation(1024, 1);
        long buffer = sender.buffer(frame);
        long word1 = AdvancedTransmitDescriptor.word1(1024, TransmitRing.SEND, 0, 1024);
        for (int i = 0; i < 4095; i++) sender.append(buffer, word1);
        sender.ring();
        assertEquals(4095, guest.head());
        assertEquals(0, bench.read(MPC));
        assertTrue(guest.done(4094));
        assertArrayEquals(frame, guest.packet(4094, 1024));
        assertEquals(0, bench.wire.takeAll().size());
    }

    /// Without descriptors the packet buffer fills and the rest is lost: the transmitter does not wait
    /// for the guest.
    @Test
    void loopbackWithoutDescriptorsLosesWhatFindsNoRoom() {
        guest.tail(0);
        loopback();
        TransmitRing sender = TransmitRing.start(bench, 0, 128);
        byte[] frame = Frames.toStation(1024, 1);
        for (int i = 0; i < 100; i++) sender.append(frame);
        sender.ring();
        assertEquals(100, sender.head());
        assertEquals(36, bench.read(MPC));
        assertEquals(36, bench.counter(IgbCounter.RECEIVE_MISSED));
        guest.tail(63);
        bench.runUntilIdle();
        assertEquals(63, guest.head());
    }

    @Test
    void loopedFramesOfAReceiverThatIsOffAreDroppedAndCounted() {
        loopback();
        bench.write(RCTL, LBM_MAC << RCTL_LBM_SHIFT);
        TransmitRing sender = TransmitRing.start(bench, 0, 128);
        for (int i = 0; i < 100; i++) sender.append(Frames.toStation(1024, i));
        sender.ring();
        assertEquals(100, sender.head());
        assertEquals(100, bench.counter(IgbCounter.RECEIVE_DISABLED));
    }
}
