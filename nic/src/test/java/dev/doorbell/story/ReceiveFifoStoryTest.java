package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.ICR_RXO;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_LPE;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.MPC;
import static dev.doorbell.register.E1000Register.PBA;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDBAL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDLEN;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.RNBC;
import static dev.doorbell.register.E1000Register.TPR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/// Frames without descriptors: they wait in the packet buffer, in order, or are lost and counted. A
/// receiver that is off touches nothing.
class ReceiveFifoStoryTest {
    private static final int ON = RCTL_EN | RCTL_BAM | RCTL_SECRC;

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    private void arrive(int frames, int length) {
        for (int i = 0; i < frames; i++) bench.wire.arrive(Frames.toStation(length, i));
        bench.runUntilIdle();
    }

    @Test
    void framesWaitForDescriptorsAndComeInOrder() {
        bench.write(RDT, 2);
        arrive(10, 100);
        assertEquals(2, bench.read(RDH));
        assertEquals(8, bench.read(RNBC));
        assertEquals(10, bench.read(GPRC));
        assertEquals(0, bench.wire.waiting());

        bench.write(RDT, 7);
        bench.runUntilIdle();
        assertEquals(7, bench.read(RDH));
        bench.write(RDT, 63);
        bench.runUntilIdle();
        assertEquals(10, bench.read(RDH));
        for (int i = 0; i < 10; i++) assertArrayEquals(Frames.toStation(100, i), guest.received(i, 100), "frame " + i);
    }

    @Test
    void fullPacketBufferLosesFramesAndSaysSo() {
        bench.write(RDT, 0);
        arrive(60, 1024); // 48 KiB hold 48 of them
        assertEquals(12, bench.read(MPC));
        assertEquals(12, bench.counter(E1000Counter.RECEIVE_MISSED));
        assertEquals(ICR_RXO, bench.read(ICR));

        bench.write(RDT, 63);
        bench.runUntilIdle();
        assertEquals(48, bench.read(RDH));
        assertArrayEquals(Frames.toStation(1024, 47), guest.received(47, 1024));
        assertEquals(ICR_RXT0, bench.read(ICR) & ICR_RXT0);
    }

    @Test
    void packetBufferAllocationSaysHowMuchWaits() {
        bench.write(PBA, 8);
        bench.write(RDT, 0);
        arrive(20, 1024);
        assertEquals(12, bench.read(MPC));
        bench.write(PBA, 0);
        arrive(1, 60);
        assertEquals(1, bench.read(MPC));
    }

    @Test
    void waitingFramesWrapAroundInTheBufferUnharmed() {
        int next = 0;
        int seen = 0;
        for (int round = 0; round < 400; round++) {
            bench.write(RDT, bench.read(RDH));
            for (int i = 0; i < 3; i++) bench.wire.arrive(Frames.toStation(700 + 13 * (next % 60), next++));
            bench.runUntilIdle();
            bench.write(RDT, (bench.read(RDH) + 3) % Rings.ENTRIES);
            bench.runUntilIdle();
            for (int i = 0; i < 3; i++, seen++) {
                int length = 700 + 13 * (seen % 60);
                assertArrayEquals(
                        Frames.toStation(length, seen), guest.received(seen % Rings.ENTRIES, length), "frame " + seen);
            }
        }
        assertEquals(0, bench.read(MPC));
    }

    @Test
    void frameThatStopsForWantOfDescriptorsGoesOnWhereItStopped() {
        bench.write(RCTL, ON | RCTL_LPE | 3 << RCTL_BSIZE_SHIFT);
        guest.putReceive(1, 0); // an empty slot: fewer buffers than it seemed
        bench.write(RDT, 4);
        byte[] frame = Frames.toStation(1000, 1);
        bench.wire.arrive(frame);
        bench.wire.arrive(Frames.toStation(60, 2));
        bench.runUntilIdle();
        assertEquals(4, bench.read(RDH));
        assertFalse(LegacyReceiveDescriptor.endOfPacket(guest.receiveWord1(3)));

        bench.write(RDT, 63);
        bench.runUntilIdle();
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        for (int i : new int[] {0, 2, 3, 4})
            stored.writeBytes(guest.received(i, LegacyReceiveDescriptor.lengthBytes(guest.receiveWord1(i))));
        assertArrayEquals(frame, stored.toByteArray());
        assertTrue(LegacyReceiveDescriptor.endOfPacket(guest.receiveWord1(4)));
        assertArrayEquals(Frames.toStation(60, 2), guest.received(5, 60));
    }

    @Test
    void frameLargerThanTheWholeRingPassesAsTheDriverGivesBuffersBack() {
        bench.write(RCTL, 0);
        bench.write(RDLEN, 128); // eight descriptors
        bench.write(RDT, 7);
        bench.write(RCTL, ON | RCTL_LPE | 3 << RCTL_BSIZE_SHIFT);
        byte[] frame = Frames.toStation(9000, 1);
        bench.wire.arrive(frame);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        int index = 0;
        for (int round = 0; round < 36; round++) {
            bench.runUntilIdle();
            long word1 = guest.receiveWord1(index);
            assertTrue(LegacyReceiveDescriptor.done(word1), "descriptor " + round);
            stored.writeBytes(guest.received(index, LegacyReceiveDescriptor.lengthBytes(word1)));
            guest.putReceive(index, Rings.receiveBuffer(index));
            bench.write(RDT, index);
            index = (index + 1) % 8;
            if (LegacyReceiveDescriptor.endOfPacket(word1)) break;
        }
        assertArrayEquals(frame, stored.toByteArray());
    }

    @Test
    void receiverThatIsOffDropsWhatArrivesAndWritesNothing() {
        bench.write(RCTL, ON & ~RCTL_EN);
        long writes = bench.memory.writes();
        arrive(5, 100);
        assertEquals(writes, bench.memory.writes());
        assertEquals(0, bench.wire.waiting());
        assertEquals(5, bench.counter(E1000Counter.RECEIVE_DISABLED));
        assertEquals(0, bench.read(TPR), "statistics count while receives are enabled");
        assertEquals(0, bench.read(ICR));

        bench.write(RCTL, ON);
        arrive(1, 100);
        assertEquals(1, bench.read(RDH));
    }

    @Test
    void receiverThatIsTurnedOffForgetsWhatWaitedAndWritesNothingMore() {
        bench.write(RDT, 1);
        arrive(5, 100);
        bench.write(RCTL, ON & ~RCTL_EN);
        long writes = bench.memory.writes();
        bench.write(RDT, 63);
        bench.runUntilIdle();
        bench.write(RCTL, ON);
        bench.runUntilIdle();
        assertEquals(writes, bench.memory.writes());
        assertEquals(1, bench.read(RDH));

        arrive(1, 100);
        assertEquals(2, bench.read(RDH));
    }

    @Test
    void receiverThatIsTurnedOffInTheMidstOfAFrameStartsWithANewOne() {
        bench.write(RCTL, ON | 3 << RCTL_BSIZE_SHIFT);
        guest.putReceive(0, 0);
        bench.write(RDT, 3);
        bench.wire.arrive(Frames.toStation(700, 1));
        bench.runUntilIdle();
        assertEquals(3, bench.read(RDH));
        bench.write(RCTL, 0);
        bench.write(RCTL, ON);
        bench.write(RDT, 63);
        byte[] frame = Frames.toStation(80, 9);
        bench.wire.arrive(frame);
        bench.runUntilIdle();
        assertArrayEquals(frame, guest.received(3, 80));
        assertEquals(80, LegacyReceiveDescriptor.lengthBytes(guest.receiveWord1(3)));
    }

    @Test
    void ringSetUpAnewWhileTheReceiverIsOffIsUsedFromItsHead() {
        arrive(3, 100);
        bench.write(RCTL, 0);
        long otherRing = 0x3_0000;
        for (int i = 0; i < 8; i++) bench.memory.putLong(otherRing + 16L * i, Rings.receiveBuffer(20 + i));
        bench.write(RDBAL, (int) otherRing);
        bench.write(RDLEN, 128);
        bench.write(RDH, 5);
        bench.write(RDT, 4);
        bench.write(RCTL, ON);
        arrive(4, 100);
        assertEquals(1, bench.read(RDH));
        assertArrayEquals(Frames.toStation(100, 0), guest.received(25, 100));
        assertArrayEquals(Frames.toStation(100, 3), guest.received(20, 100));
    }

    @Test
    void withoutBusMasteringFramesWaitAndNothingIsWritten() {
        bench.busMaster(false);
        arrive(3, 100);
        assertEquals(0, bench.memory.faults());
        assertEquals(0, bench.read(RDH));
        bench.busMaster(true);
        bench.runUntilIdle();
        assertEquals(3, bench.read(RDH));
        assertArrayEquals(Frames.toStation(100, 2), guest.received(2, 100));
    }

    @Test
    void withoutLinkWhatTheBackendHasIsLost() {
        bench.card.connectCable(false);
        bench.runUntilIdle();
        arrive(3, 100);
        assertEquals(0, bench.wire.waiting());
        assertEquals(3, bench.counter(E1000Counter.RECEIVE_ISOLATED));
        assertEquals(0, bench.read(RDH));
    }
}
