package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.TCTL_EN;
import static dev.doorbell.register.IgbBits.TCTL_PSP;
import static dev.doorbell.register.IgbBits.TDWBAL_HEAD_WB_EN;
import static dev.doorbell.register.IgbBits.TXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.TXDCTL_SWFLUSH;
import static dev.doorbell.register.IgbBits.TXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.EICR;
import static dev.doorbell.register.IgbRegister.EIMS;
import static dev.doorbell.register.IgbRegister.FCAH;
import static dev.doorbell.register.IgbRegister.FCAL;
import static dev.doorbell.register.IgbRegister.FCT;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.IVAR0;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.TCTL;
import static dev.doorbell.register.IgbRegister.TDBAH;
import static dev.doorbell.register.IgbRegister.TDBAL;
import static dev.doorbell.register.IgbRegister.TDH;
import static dev.doorbell.register.IgbRegister.TDLEN;
import static dev.doorbell.register.IgbRegister.TDT;
import static dev.doorbell.register.IgbRegister.TDWBAH;
import static dev.doorbell.register.IgbRegister.TDWBAL;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.EOP;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IFCS;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.RS;
import static dev.doorbell.story.igb.TransmitRing.SEND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.register.IgbBits;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Head, tail, write-backs and causes of transmit queues; what stalls one, and what it does then.
class TransmitQueueTest {
    private static final byte[] FRAME = Frames.toPeer(100, 1);
    private static final long QUIET = EOP | IFCS;
    private static final int TXDW = IgbBits.ICR_TXDW;

    private final IgbBench bench = IgbBench.withLink();
    private final TransmitRing ring = TransmitRing.start(bench, 0);

    private void append(int frames, long command) {
        for (int i = 0; i < frames; i++) ring.append(FRAME, command);
    }

    private int framesSent() {
        return bench.wire.takeAll().size();
    }

    private void threshold(int descriptors) {
        bench.write(TXDCTL, 0, TXDCTL_ENABLE | descriptors << TXDCTL_WTHRESH_SHIFT);
    }

    // ---- on and off

    @Test
    void afterResetQueueZeroIsEnabledAndTheOthersAreNot() {
        bench.write(CTRL, IgbBits.CTRL_RST);
        assertEquals(TXDCTL_ENABLE, bench.read(TXDCTL, 0));
        for (int queue = 1; queue < 16; queue++) assertEquals(0, bench.read(TXDCTL, queue));
    }

    /// Stock drivers reach queues 0 to 3 at the places that the 82575 has for them.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void queueAtItsOldPlaceIsTheSame(int queue) {
        TransmitRing other = TransmitRing.start(bench, queue);
        other.append(FRAME);
        bench.writeAt(0x3818 + 0x100 * queue, 1);
        bench.runUntilIdle();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(1, bench.readAt(0x3810 + 0x100 * queue));
    }

    @Test
    void transmitterThatIsOffTouchesNothingUntilItIsTurnedOn() {
        bench.write(TCTL, 0);
        append(3, SEND);
        ring.ring();
        assertEquals(0, framesSent());
        assertEquals(0, ring.head());

        bench.write(TCTL, TCTL_EN);
        bench.runUntilIdle();
        assertEquals(3, framesSent());
        assertEquals(3, ring.head());
    }

    @Test
    void queueThatIsOffKeepsItsFramesAndDoesNotHinderOthers() {
        TransmitRing other = TransmitRing.start(bench, 5);
        bench.write(TXDCTL, 0, 0);
        append(2, SEND);
        ring.ring();
        other.append(FRAME).ring();
        assertEquals(1, framesSent());
        assertEquals(0, ring.head());

        bench.write(TXDCTL, 0, TXDCTL_ENABLE);
        bench.runUntilIdle();
        assertEquals(2, framesSent());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void segmentedPacketThatHasBegunIsFinishedAndNoOtherStarts(boolean wholeTransmitter) {
        ring.appendSegmented(Packet.tcp4(5000, 1), 1000);
        append(2, SEND);
        bench.wire.room(2);
        ring.ring();
        if (wholeTransmitter) bench.write(TCTL, 0);
        else bench.write(TXDCTL, 0, 0);
        bench.wire.room(10);
        bench.runUntilIdle();
        assertEquals(5, framesSent());
        assertEquals(2, ring.head());

        bench.write(TCTL, TCTL_EN);
        bench.write(TXDCTL, 0, TXDCTL_ENABLE);
        bench.runUntilIdle();
        assertEquals(2, framesSent());
    }

    @Test
    void withoutLinkFramesStayInTheRing() {
        bench.card.connectCable(false);
        bench.runUntilIdle();
        append(2, SEND);
        ring.ring();
        assertEquals(0, framesSent());
        assertEquals(0, ring.head());

        bench.card.connectCable(true);
        bench.awaitLink();
        bench.runUntilIdle();
        assertEquals(2, framesSent());
    }

    @Test
    void withoutBusMasteringNothingIsReadAndNothingIsLost() {
        bench.busMaster(false);
        append(2, SEND);
        ring.ring();
        assertEquals(0, bench.memory.faults(), "the card does not even try");
        assertEquals(0, ring.head());

        bench.busMaster(true);
        bench.runUntilIdle();
        assertEquals(2, framesSent());
        assertTrue(ring.done(1));
    }

    @Test
    void peerThatAsksForSilenceGetsItFromEveryQueue() {
        TransmitRing other = TransmitRing.start(bench, 11);
        bench.write(FCAL, 0x00C2_8001);
        bench.write(FCAH, 0x0000_0100);
        bench.write(FCT, 0x8808);
        bench.write(CTRL, bench.read(CTRL) | IgbBits.CTRL_RFCE);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON);
        bench.wire.arrive(HexFormat.of()
                .parseHex("0180c20000010255000000018808000103e8" + "00".repeat(42))); // 1000 slots of 512 ns
        bench.runUntilIdle();
        append(2, SEND);
        ring.ring();
        other.append(FRAME).ring();
        bench.advance(1000 * 512 - 1);
        assertEquals(0, framesSent());
        bench.advance(1);
        assertEquals(3, framesSent());
    }

    // ---- back-pressure and bounds

    @Test
    void framesThatTheWireDidNotTakeStayInTheRing() {
        bench.wire.room(3);
        append(5, SEND);
        ring.ring();
        assertEquals(3, framesSent());
        assertEquals(3, ring.head());
        assertTrue(ring.done(2));
        assertFalse(ring.done(3));
        assertTrue(bench.counter(IgbCounter.TRANSMIT_BACKPRESSURE) > 0);

        bench.wire.room(10);
        bench.runUntilIdle();
        assertEquals(2, framesSent());
        assertEquals(5, ring.head());
        assertEquals(5, bench.read(GPTC));
        assertEquals(5, bench.counter(IgbCounter.TRANSMIT_FRAMES));
        assertEquals(500, bench.counter(IgbCounter.TRANSMIT_BYTES));
    }

    @Test
    void fullRingIsSentInSeveralDutyCyclesOfBoundedWork() {
        ring.restart(4096);
        append(4095, QUIET);
        ring.doorbell();
        int cycles = 0;
        for (int done = bench.card.doWork(); done > 0; done = bench.card.doWork()) {
            assertTrue(done <= 300, done + " units in one duty cycle");
            cycles++;
        }
        assertTrue(cycles >= 16, cycles + " duty cycles");
        assertEquals(4095, framesSent());
    }

    @Test
    void queuesTakeTurnsWithBatches() {
        TransmitRing other = TransmitRing.start(bench, 9, 1024);
        ring.restart(1024);
        for (int i = 0; i < 500; i++) {
            ring.append(Frames.toPeer(100, 1), QUIET);
            other.append(Frames.toPeer(200, 1), QUIET);
        }
        ring.doorbell();
        other.doorbell();
        bench.card.doWork();
        int own = 0;
        for (byte[] frame : bench.wire.takeAll()) own += frame.length == 100 ? 1 : 0;
        assertEquals(128, own, "half of a duty cycle's frames");
        bench.runUntilIdle();
        assertEquals(1000 - 256, framesSent());
    }

    // ---- write-back

    @Test
    void queueWithoutReportsMovesItsHeadAndRaisesNothing() {
        append(10, QUIET);
        ring.ring();
        assertEquals(10, ring.head());
        assertFalse(ring.done(0));
        assertEquals(0, bench.read(ICR) & TXDW);
    }

    @Test
    void reportedDescriptorKeepsEverythingButItsStatus() {
        append(1, SEND);
        long before = ring.word1(0);
        ring.ring();
        assertEquals(before | AdvancedTransmitDescriptor.DD, ring.word1(0));
        assertEquals(TXDW, bench.read(ICR) & TXDW);
    }

    @Test
    void contextIsWrittenBackWhereItAsksForThat() {
        ring.appendContext(0, RS, 14, 20, 20, 1000).appendContext(1, 0, 14, 20, 20, 1000);
        ring.ring();
        assertTrue(ring.done(0));
        assertFalse(ring.done(1));
        assertEquals(2, ring.head());
    }

    @Test
    void writeBacksAreCollectedUpToTheThreshold() {
        threshold(4);
        bench.wire.room(3);
        append(6, SEND);
        ring.ring();
        assertFalse(ring.done(0));
        assertEquals(3, ring.head(), "the head does not wait");
        assertEquals(0, bench.read(ICR) & TXDW);

        bench.wire.room(2);
        bench.runUntilIdle();
        for (int i = 0; i < 5; i++) assertTrue(ring.done(i), "descriptor " + i);
        assertEquals(TXDW, bench.read(ICR) & TXDW);
        assertEquals(5, ring.head());
    }

    @Test
    void emptyQueueWritesBackWhatNoTimerWould() {
        threshold(16);
        append(3, SEND);
        ring.ring();
        assertTrue(ring.done(2));
        assertEquals(TXDW, bench.read(ICR) & TXDW);
    }

    @Test
    void softwareFlushWritesBackAtOnceAndReadsBackClear() {
        threshold(16);
        bench.wire.room(2);
        append(6, SEND);
        ring.ring();
        assertFalse(ring.done(0));
        bench.write(TXDCTL, 0, TXDCTL_ENABLE | 16 << TXDCTL_WTHRESH_SHIFT | TXDCTL_SWFLUSH);
        bench.runUntilIdle();
        assertTrue(ring.done(0));
        assertTrue(ring.done(1));
        assertFalse(ring.done(2));
        assertEquals(TXDW, bench.read(ICR) & TXDW);
        assertEquals(TXDCTL_ENABLE | 16 << TXDCTL_WTHRESH_SHIFT, bench.read(TXDCTL, 0));
    }

    @Test
    void headIsStoredInMemoryInsteadOfDone() {
        long head = 0x70_0008L;
        bench.memory.putLong(head, -1);
        bench.write(TDWBAH, 0, 0);
        bench.write(TDWBAL, 0, (int) head | TDWBAL_HEAD_WB_EN);
        append(2, QUIET);
        ring.ring();
        assertEquals(-1, bench.memory.getLong(head), "none asked for it");

        append(3, SEND);
        ring.ring();
        assertEquals(0xFFFF_FFFF_0000_0005L, bench.memory.getLong(head), "32 bits, no more");
        assertFalse(ring.done(4));
        assertEquals(TXDW, bench.read(ICR) & TXDW);
    }

    @Test
    void storedHeadWrapsWithTheRing() {
        long head = 0x70_0000L;
        bench.write(TDWBAL, 0, (int) head | TDWBAL_HEAD_WB_EN);
        for (int round = 0; round < 3; round++) {
            append(40, SEND);
            ring.ring();
            assertEquals(ring.tail(), bench.memory.getInt(head));
        }
        assertEquals(120, framesSent());
    }

    @Test
    void storedHeadObeysTheThreshold() {
        long head = 0x70_0000L;
        bench.write(TDWBAL, 0, (int) head | TDWBAL_HEAD_WB_EN);
        threshold(4);
        bench.wire.room(3);
        append(9, SEND);
        ring.ring();
        assertEquals(0, bench.memory.getInt(head));
        bench.wire.room(2);
        bench.runUntilIdle();
        assertEquals(5, bench.memory.getInt(head));
        bench.wire.room(9);
        bench.runUntilIdle();
        assertEquals(9, bench.memory.getInt(head), "empty");
    }

    @Test
    void headStoreWhereNoMemoryIsIsCountedAndTheQueueGoesOn() {
        bench.write(TDWBAH, 0, 0x7FFF_0000);
        bench.write(TDWBAL, 0, TDWBAL_HEAD_WB_EN);
        append(3, SEND);
        ring.ring();
        assertEquals(3, framesSent());
        assertEquals(3, ring.head());
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_DMA_FAULTS));
    }

    @Test
    void headAndCauseWaitUntilTheGuestCanSeeTheWriteBacks() {
        bench.memory.visible(false);
        append(2, SEND);
        ring.ring();
        assertEquals(2, framesSent());
        assertEquals(0, ring.head());
        assertEquals(0, bench.read(ICR) & TXDW);

        append(1, SEND);
        ring.ring();
        bench.memory.visible(true);
        bench.runUntilIdle();
        assertEquals(3, ring.head());
        assertEquals(TXDW, bench.read(ICR) & TXDW);
    }

    /// Queue 1's cause goes to vector 2, as IVAR0 says.
    @Test
    void queueRaisesItsOwnVector() {
        TransmitRing other = TransmitRing.start(bench, 1);
        bench.write(GPIE, IgbBits.GPIE_MULTIPLE_MSIX);
        bench.write(IVAR0, 1, (0x80 | 2) << 8); // queue 1's transmit half
        bench.write(EIMS, -1);
        other.append(FRAME).ring();
        assertEquals(1, bench.messages(2));
        assertEquals(1 << 2, bench.read(EICR));
        append(1, SEND);
        ring.ring();
        assertEquals(1, bench.messages(2), "queue 0 has no vector");
    }

    // ---- ring registers

    @Test
    void tailTakenBackDropsWhatWasOnlyFetched() {
        bench.wire.room(0);
        append(10, SEND);
        ring.ring();
        bench.write(TDT, 0, 4);
        bench.wire.room(100);
        bench.runUntilIdle();
        assertEquals(4, framesSent());
        assertEquals(4, ring.head());
    }

    @Test
    void descriptorIsReadOnceAndLaterChangesDoNotCount() {
        bench.wire.room(0);
        append(1, SEND);
        ring.ring();
        ring.put(0, 0, 0); // the guest breaks its promise
        bench.wire.room(1);
        bench.runUntilIdle();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    /// A driver that closes its interface and opens it again, with descriptors of the old life still in the card.
    @Test
    void ringThatIsSetUpAnewForgetsWhatWasFetched() {
        bench.wire.room(0);
        append(10, SEND);
        ring.ring();
        ring.restart(TransmitRing.ENTRIES);
        bench.wire.room(100);
        byte[] other = Frames.toPeer(200, 7);
        ring.append(other).ring();
        assertArrayEquals(other, bench.wire.takeOnly());
        assertEquals(1, ring.head());
    }

    /// A driver stops the queue, frees its ring and uses the memory for something else.
    @Test
    void collectedWriteBacksAreMadeWhenTheQueueStopsAndNeverInAMovedRing() {
        threshold(16);
        bench.wire.room(2);
        append(6, SEND);
        ring.ring();
        assertFalse(ring.done(1));
        bench.write(TXDCTL, 0, 0);
        bench.runUntilIdle();
        assertTrue(ring.done(1));

        threshold(16);
        bench.wire.room(2);
        bench.runUntilIdle();
        assertEquals(4, ring.head());
        bench.write(TXDCTL, 0, 0);
        bench.write(TDBAL, 0, 0x3_0000);
        bench.write(TDLEN, 0, 1024);
        bench.write(TDH, 0, 0);
        bench.write(TDT, 0, 0);
        bench.memory.fill(ring.base(), TransmitRing.ENTRIES * 16, 0);
        bench.write(TXDCTL, 0, TXDCTL_ENABLE | TXDCTL_SWFLUSH);
        bench.runUntilIdle();
        for (int i = 0; i < TransmitRing.ENTRIES; i++) assertEquals(0, ring.word1(i), "slot " + i);
    }

    @Test
    void guestThatMovesRingAndHeadIsFollowed() {
        append(2, SEND);
        ring.ring();
        long elsewhere = 0x3_0000;
        bench.write(TXDCTL, 0, 0);
        bench.write(TDBAL, 0, (int) elsewhere);
        bench.write(TDLEN, 0, 128);
        bench.write(TDH, 0, 6);
        bench.write(TDT, 0, 6);
        long buffer = ring.buffer(FRAME);
        bench.memory.putLong(elsewhere + 6 * 16, buffer);
        bench.memory.putLong(elsewhere + 6 * 16 + 8, AdvancedTransmitDescriptor.word1(100, SEND, 0, 100));
        bench.write(TXDCTL, 0, TXDCTL_ENABLE);
        bench.write(TDT, 0, 7);
        bench.runUntilIdle();

        assertEquals(3, framesSent());
        assertEquals(7, ring.head());
        assertTrue(AdvancedTransmitDescriptor.done(bench.memory.getLong(elsewhere + 6 * 16 + 8)));
    }

    @Test
    void tailBeyondTheRingIsStoredCountedOnceAndNothingIsFetched() {
        bench.write(TDT, 0, TransmitRing.ENTRIES);
        bench.runUntilIdle();
        bench.runUntilIdle();
        assertEquals(TransmitRing.ENTRIES, bench.read(TDT, 0));
        assertEquals(0, ring.head());
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BAD_RING), "once per doorbell");

        append(1, SEND);
        ring.ring();
        assertEquals(1, framesSent());
    }

    @Test
    void ringWhereNoMemoryIsIsSkippedWithoutEnd() {
        bench.write(TDBAL, 0, 0);
        bench.write(TDBAH, 0, 0x7FFF_FFFF);
        bench.write(TDT, 0, 63);
        bench.runUntilIdle();
        assertEquals(63, ring.head());
        assertEquals(63, bench.counter(IgbCounter.TRANSMIT_DMA_FAULTS));
    }

    // ---- frames

    @Test
    void doorbellsAreCounted() {
        long before = bench.counter(IgbCounter.TRANSMIT_DOORBELLS);
        ring.append(FRAME).ring().append(FRAME).ring();
        assertEquals(before + 2, bench.counter(IgbCounter.TRANSMIT_DOORBELLS));
    }

    @Test
    void shortFramesArePaddedWhereTheGuestWantsIt() {
        byte[] shortest = Frames.toPeer(20, 1);
        ring.append(shortest).ring();
        assertArrayEquals(Frames.padded(shortest), bench.wire.takeOnly());

        bench.write(TCTL, TCTL_EN);
        ring.append(shortest).ring();
        assertArrayEquals(shortest, bench.wire.takeOnly());
        bench.write(TCTL, TCTL_EN | TCTL_PSP);
    }

    @Test
    void fcsThatTheGuestBringsIsTakenOff() {
        byte[] frame = Frames.toPeer(100, 3);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(frame);
        byte[] withFcs = java.util.Arrays.copyOf(frame, 104);
        java.nio.ByteBuffer.wrap(withFcs)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(100, (int) crc.getValue());
        ring.append(withFcs, EOP | RS).ring();
        assertArrayEquals(frame, bench.wire.takeOnly());

        ring.append(frame, EOP | RS).ring();
        assertArrayEquals(frame, bench.wire.takeOnly(), "bytes that are no FCS stay");
    }

    @Test
    void legacyDescriptorsAndAdvancedOnesMix() {
        ring.append(ring.buffer(FRAME), SEND | 100).append(FRAME).append(ring.buffer(FRAME), SEND | 100);
        ring.ring();
        assertEquals(3, framesSent());
        for (int i = 0; i < 3; i++) assertTrue(ring.done(i));
    }

    @Test
    void frameOfManyBuffersLeavesAsOne() {
        byte[] frame = Frames.toPeer(1000, 1);
        long buffer = ring.buffer(frame);
        for (int i = 0; i < 10; i++)
            ring.append(buffer + 100L * i, AdvancedTransmitDescriptor.word1(100, i == 9 ? SEND : IFCS, 0, 1000));
        ring.ring();
        assertArrayEquals(frame, bench.wire.takeOnly());
        assertTrue(ring.done(9));
        assertFalse(ring.done(8));
    }

    @Test
    void packetWhoseEndComesLaterIsKept() {
        byte[] frame = Frames.toPeer(1000, 1);
        long buffer = ring.buffer(frame);
        ring.append(buffer, AdvancedTransmitDescriptor.word1(600, IFCS, 0, 1000))
                .ring();
        assertEquals(1, ring.head(), "its descriptors are given back all the same");
        ring.append(buffer + 600, AdvancedTransmitDescriptor.word1(400, SEND, 0, 1000))
                .ring();
        assertArrayEquals(frame, bench.wire.takeOnly());
    }
}
