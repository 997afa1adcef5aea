package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Bits.ICR_TXD_LOW;
import static dev.doorbell.register.E1000Bits.ICR_TXQE;
import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Bits.TXDCTL_GRAN;
import static dev.doorbell.register.E1000Bits.TXDCTL_LWTHRESH_SHIFT;
import static dev.doorbell.register.E1000Bits.TXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDBAH;
import static dev.doorbell.register.E1000Register.TDBAL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDLEN;
import static dev.doorbell.register.E1000Register.TDT;
import static dev.doorbell.register.E1000Register.TIDV;
import static dev.doorbell.register.E1000Register.TXDCTL;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IDE;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import org.junit.jupiter.api.Test;

/// Head, tail, write-backs and causes of the transmit ring; what stalls it, and what it does then.
class TransmitRingStoryTest {
    private static final byte[] FRAME = Frames.toPeer(100, 1);
    private static final long SEND = EOP | IFCS | RS;

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    private void append(int frames, long command) {
        for (int i = 0; i < frames; i++) guest.append(FRAME, command);
    }

    private boolean done(int index) {
        return TransmitDescriptor.done(guest.transmitWord1(index));
    }

    private int framesSent() {
        return bench.wire.takeAll().size();
    }

    @Test
    void transmitterThatIsOffTouchesNothingUntilItIsTurnedOn() {
        bench.write(TCTL, 0);
        append(3, SEND);
        guest.ring();
        assertEquals(0, framesSent());
        assertEquals(0, bench.read(TDH));
        assertEquals(0, bench.read(ICR));

        bench.write(TCTL, TCTL_EN);
        bench.runUntilIdle();
        assertEquals(3, framesSent());
        assertEquals(3, bench.read(TDH));
    }

    @Test
    void transmitterThatIsTurnedOffFinishesThePacketItHasBegun() {
        bench.wire.room(0);
        append(2, SEND);
        guest.ring();
        bench.write(TCTL, 0);
        bench.wire.room(10);
        bench.runUntilIdle();
        assertEquals(0, framesSent(), "none had begun");
    }

    @Test
    void segmentedPacketThatHasBegunIsFinishedAndNoOtherStarts() {
        Packet packet = Packet.tcp4(5000, 1);
        byte[] frame = packet.prototype();
        guest.append(
                TransmitContextDescriptor.word0(14, 24, 33, 34, 50, 0),
                TransmitContextDescriptor.word1(
                        5000,
                        TransmitContextDescriptor.TSE | TransmitContextDescriptor.TCP | TransmitContextDescriptor.IPV4,
                        54,
                        1000));
        guest.append(
                guest.buffer(frame),
                TransmitDataDescriptor.word1(
                        frame.length,
                        SEND | TransmitDataDescriptor.TSE | TransmitDataDescriptor.IXSM | TransmitDataDescriptor.TXSM,
                        0));
        append(2, SEND);
        bench.wire.room(2);
        guest.ring();
        bench.write(TCTL, 0);
        bench.wire.room(10);
        bench.runUntilIdle();
        assertEquals(5, framesSent());
        assertEquals(2, bench.read(TDH));

        bench.write(TCTL, TCTL_EN);
        bench.runUntilIdle();
        assertEquals(2, framesSent());
    }

    @Test
    void withoutLinkFramesStayInTheRing() {
        bench.card.connectCable(false);
        bench.runUntilIdle();
        append(2, SEND);
        guest.ring();
        assertEquals(0, framesSent());
        assertEquals(0, bench.read(TDH));

        bench.card.connectCable(true);
        bench.awaitLink();
        assertEquals(2, framesSent());
    }

    @Test
    void withoutBusMasteringNothingIsReadAndNothingIsLost() {
        bench.busMaster(false);
        append(2, SEND);
        guest.ring();
        assertEquals(0, bench.memory.faults(), "the card does not even try");
        assertEquals(0, bench.read(TDH));

        bench.busMaster(true);
        bench.runUntilIdle();
        assertEquals(2, framesSent());
        assertTrue(done(1));
    }

    @Test
    void framesThatTheWireDidNotTakeStayInTheRing() {
        bench.wire.room(3);
        append(5, SEND);
        guest.ring();

        assertEquals(3, framesSent());
        assertEquals(3, bench.read(TDH));
        assertTrue(done(2));
        assertFalse(done(3));
        assertEquals(ICR_TXDW, bench.read(ICR), "the queue is not empty");
        assertTrue(bench.counter(E1000Counter.TRANSMIT_BACKPRESSURE) > 0);

        bench.wire.room(10);
        bench.runUntilIdle();
        assertEquals(2, framesSent());
        assertEquals(5, bench.read(TDH));
        assertEquals(ICR_TXDW | ICR_TXQE | ICR_TXD_LOW, bench.read(ICR));
    }

    @Test
    void queueEmptyIsRaisedOncePerRunDryNotPerFrame() {
        append(40, EOP | IFCS);
        guest.ring();
        assertEquals(ICR_TXQE | ICR_TXD_LOW, bench.read(ICR));
        bench.runUntilIdle();
        assertEquals(0, bench.read(ICR), "nothing new without a doorbell");
    }

    @Test
    void lowThresholdIsRaisedOnTheStepOntoItOnly() {
        bench.write(TXDCTL, 2 << TXDCTL_LWTHRESH_SHIFT); // 16 descriptors
        append(20, EOP | IFCS);
        bench.wire.room(3);
        guest.ring();
        assertEquals(0, bench.read(ICR), "17 are left");

        bench.wire.room(1);
        bench.runUntilIdle();
        assertEquals(ICR_TXD_LOW, bench.read(ICR), "16 are left");

        bench.wire.room(5);
        bench.runUntilIdle();
        assertEquals(0, bench.read(ICR));

        bench.wire.room(20);
        bench.runUntilIdle();
        assertEquals(ICR_TXQE, bench.read(ICR));
    }

    @Test
    void writeBacksAreCollectedUpToTheThreshold() {
        bench.write(TXDCTL, 4 << TXDCTL_WTHRESH_SHIFT | TXDCTL_GRAN);
        bench.write(TIDV, 100);
        append(3, SEND | IDE);
        guest.ring();
        assertFalse(done(0));
        assertEquals(3, bench.read(TDH), "the head does not wait");
        assertEquals(3, framesSent());

        append(1, SEND | IDE);
        guest.ring();
        for (int i = 0; i < 4; i++) assertTrue(done(i), "descriptor " + i);
        assertEquals(0, bench.read(ICR) & ICR_TXDW, "the interrupt is delayed still");

        bench.advance(100 * 1024);
        assertEquals(ICR_TXDW, bench.read(ICR) & ICR_TXDW);
    }

    @Test
    void collectedWriteBacksAreDoneWhenTheDelayEnds() {
        bench.write(TXDCTL, 8 << TXDCTL_WTHRESH_SHIFT | TXDCTL_GRAN);
        bench.write(TIDV, 100);
        append(3, SEND | IDE);
        guest.ring();
        bench.advance(100 * 1024 - 1);
        assertFalse(done(2));
        assertEquals(0, bench.read(ICR) & ICR_TXDW);

        bench.advance(1);
        assertTrue(done(0));
        assertTrue(done(2));
        assertEquals(ICR_TXDW, bench.read(ICR) & ICR_TXDW);
    }

    @Test
    void emptyRingDoesNotKeepWriteBacksThatNoTimerEnds() {
        bench.write(TXDCTL, 8 << TXDCTL_WTHRESH_SHIFT | TXDCTL_GRAN);
        append(3, SEND);
        guest.ring();
        assertTrue(done(2));
        assertEquals(ICR_TXDW, bench.read(ICR) & ICR_TXDW);
    }

    @Test
    void thresholdInCacheLinesCountsFourDescriptorsEach() {
        bench.write(TXDCTL, 1 << TXDCTL_WTHRESH_SHIFT);
        bench.write(TIDV, 100);
        append(3, SEND | IDE);
        guest.ring();
        assertFalse(done(0));
        append(1, SEND | IDE);
        guest.ring();
        assertTrue(done(0));
    }

    @Test
    void headAndCausesWaitUntilTheGuestCanSeeTheWriteBacks() {
        bench.memory.visible(false);
        append(2, SEND);
        guest.ring();
        assertEquals(2, framesSent());
        assertEquals(0, bench.read(TDH));
        assertEquals(0, bench.read(ICR));

        append(1, SEND);
        guest.ring();
        bench.memory.visible(true);
        bench.runUntilIdle();
        assertEquals(3, bench.read(TDH));
        assertEquals(ICR_TXDW | ICR_TXQE | ICR_TXD_LOW, bench.read(ICR));
    }

    @Test
    void fullRingIsSentInSeveralDutyCyclesOfBoundedWork() {
        guest.startTransmit(4096);
        append(4095, EOP | IFCS);
        guest.doorbell();
        int cycles = 0;
        for (int done = bench.card.doWork(); done > 0; done = bench.card.doWork()) {
            assertTrue(done <= 600, done + " units in one duty cycle");
            cycles++;
        }
        assertTrue(cycles > 7, cycles + " duty cycles");
        assertEquals(4095, framesSent());
    }

    @Test
    void tailTakenBackDropsWhatWasOnlyFetched() {
        bench.wire.room(0);
        append(10, SEND);
        guest.ring();
        bench.write(TDT, 4);
        bench.wire.room(100);
        bench.runUntilIdle();
        assertEquals(4, framesSent());
        assertEquals(4, bench.read(TDH));
    }

    @Test
    void descriptorIsReadOnceAndLaterChangesDoNotCount() {
        bench.wire.room(0);
        append(1, SEND);
        guest.ring();
        guest.putTransmit(0, 0, 0); // the guest breaks its promise
        bench.wire.room(1);
        bench.runUntilIdle();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    @Test
    void guestThatMovesRingAndHeadIsFollowed() {
        append(2, SEND);
        guest.ring();
        bench.write(TCTL, 0);
        long otherRing = 0x3_0000;
        bench.write(TDBAL, (int) otherRing);
        bench.write(TDLEN, 128);
        bench.write(TDH, 6);
        bench.write(TDT, 6);
        long buffer = guest.buffer(FRAME);
        bench.memory.putLong(otherRing + 6 * 16, buffer);
        bench.memory.putLong(otherRing + 6 * 16 + 8, SEND | 100);
        bench.write(TCTL, TCTL_EN);
        bench.write(TDT, 7);
        bench.runUntilIdle();

        assertEquals(3, framesSent());
        assertEquals(7, bench.read(TDH));
        assertTrue(TransmitDescriptor.done(bench.memory.getLong(otherRing + 6 * 16 + 8)));
    }

    @Test
    void tailBeyondTheRingIsStoredCountedAndNothingIsFetched() {
        bench.write(TDT, Rings.ENTRIES);
        bench.runUntilIdle();
        bench.runUntilIdle();
        assertEquals(Rings.ENTRIES, bench.read(TDT));
        assertEquals(0, bench.read(TDH));
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_BAD_RING), "once per doorbell");

        append(1, SEND);
        guest.ring();
        assertEquals(1, framesSent());
    }

    @Test
    void ringWhereNoMemoryIsIsSkippedWithoutEnd() {
        bench.write(TDBAL, 0);
        bench.write(TDBAH, 0x7FFF_FFFF);
        bench.write(TDT, 63);
        bench.runUntilIdle();
        assertEquals(63, bench.read(TDH));
        assertEquals(63, bench.counter(E1000Counter.TRANSMIT_DMA_FAULTS));
    }
}
