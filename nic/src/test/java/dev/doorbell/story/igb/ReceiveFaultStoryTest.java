package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.DESCTYPE_SPLIT;
import static dev.doorbell.register.IgbBits.PSRTYPE_IPV4_TCP;
import static dev.doorbell.register.IgbBits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_LPE;
import static dev.doorbell.register.IgbBits.RCTL_SBP;
import static dev.doorbell.register.IgbBits.RCTL_SECRC;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.SRRCTL_DESCTYPE_SHIFT;
import static dev.doorbell.register.IgbBits.SRRCTL_DROP_EN;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.PSRTYPE;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RDBAH;
import static dev.doorbell.register.IgbRegister.RDBAL;
import static dev.doorbell.register.IgbRegister.RDH;
import static dev.doorbell.register.IgbRegister.RDLEN;
import static dev.doorbell.register.IgbRegister.RDT;
import static dev.doorbell.register.IgbRegister.RLPML;
import static dev.doorbell.register.IgbRegister.RNBC;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.SRRCTL;
import static dev.doorbell.register.IgbRegister.STATUS;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.DD;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.EOP;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.RXE;
import static dev.doorbell.story.igb.ReceiveRing.ENTRIES;
import static dev.doorbell.story.igb.ReceiveRing.ONE_BUFFER;
import static dev.doorbell.story.igb.ReceiveRing.RECEIVER_ON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ways in which guests have broken other models' receivers, each as the condition that did it. After
/// every story a reset must give a card back that receives.
class ReceiveFaultStoryTest {
    private static final long NOWHERE = 0x7FFF_0000_0000_0000L;

    private ReceiveRing guest = ReceiveRing.running();
    private final IgbBench bench = guest.bench();

    @AfterEach
    void cardStillWorksAfterAReset() {
        bench.write(CTRL, CTRL_RST);
        bench.awaitLink();
        guest = new ReceiveRing(bench, 0).start();
        bench.write(RCTL, RECEIVER_ON);
        byte[] frame = Frames.toStation(200, 0x55);
        guest.arrive(frame);
        assertArrayEquals(frame, guest.frameAt(0));
        assertEquals(1, guest.head());
    }

    private void smallBuffers(int moreControl) {
        bench.write(SRRCTL, ONE_BUFFER & ~0x7F);
        bench.write(RCTL, RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT | moreControl);
    }

    /// CVE-2012-6075 (b0d9ffcd02, 2c0331f4f7).
    @ParameterizedTest
    @CsvSource({"false, 1515", "false, 16000", "true, 9725", "true, 16384", "true, 20000"})
    void overlongFrameIsNotWrittenOverGuestMemory(boolean longFrames, int length) {
        bench.write(RCTL, RECEIVER_ON | (longFrames ? RCTL_LPE : 0));
        long writes = bench.memory.writes();
        guest.arrive(Frames.toStation(length, 1));
        assertEquals(writes, bench.memory.writes());
        assertEquals(0, guest.head());
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_BAD_LENGTH));
    }

    /// SBP lets every length pass: it spreads over as many buffers as it needs.
    @Test
    void overlongFrameThatIsLetThroughStaysInItsBuffers() {
        bench.write(RLPML, 1000);
        smallBuffers(RCTL_LPE | RCTL_SBP);
        byte[] frame = Frames.toStation(12_000, 1);
        guest.arrive(frame);
        assertArrayEquals(frame, guest.frameAt(0));
        assertEquals(47, guest.head());
    }

    @Test
    void nothingIsWrittenBeyondAPostedBuffer() {
        smallBuffers(0);
        for (int i = 0; i < ENTRIES; i++) bench.memory.fill(guest.packetIova(i), ReceiveRing.PACKET_BYTES, 0xEE);
        for (int length = 60; length <= 1514; length++) {
            guest.arrive(Frames.toStation(length, length));
            guest.takeAll();
        }
        for (int i = 0; i < ENTRIES; i++)
            for (int at = 256; at < 300; at++)
                assertEquals(0xEE, bench.memory.getByte(guest.packetIova(i) + at), "buffer " + i + " at " + at);
    }

    /// 9d946d56a2, bab496a183: an FCS that spills into a buffer of its own.
    @ParameterizedTest
    @CsvSource({"252, 256", "253, 1", "254, 2", "255, 3", "256, 4", "512, 4"})
    void fcsThatDoesNotFitItsFramesBuffer(int length, int lastBytes) {
        bench.write(SRRCTL, ONE_BUFFER & ~0x7F);
        bench.write(RCTL, (RECEIVER_ON & ~RCTL_SECRC) | 3 << RCTL_BSIZE_SHIFT);
        for (int i = 0; i < 4; i++) bench.memory.fill(guest.packetIova(i), 512, 0xEE);
        guest.arrive(Frames.toStation(length, 1));
        int last = guest.head() - 1;
        assertTrue(guest.endOfPacket(last));
        assertEquals(lastBytes, guest.length(last));
        assertEquals(length + 4, last * 256 + lastBytes);
        assertEquals(0xEE, bench.memory.getByte(guest.packetIova(last) + lastBytes));
    }

    /// CVE-2020-25707 = CVE-2020-28916 (c2cb511634, 6da0c98281).
    @Test
    void nullBufferIsConsumedAndTheNextGoodOneGetsTheFrame() {
        guest.put(0, 0, 0);
        guest.put(2, 0, 0);
        byte[] frame = Frames.toStation(100, 1);
        guest.arrive(frame);
        assertEquals(2, guest.head());
        assertEquals(DD, guest.status(0));
        assertEquals(0, guest.length(0));
        assertArrayEquals(frame, guest.packet(1, 100));
        guest.arrive(frame);
        assertArrayEquals(frame, guest.packet(3, 100));
    }

    @Test
    void ringOfNullBuffersIsConsumedWithoutEndlessWork() {
        for (int i = 0; i < ENTRIES; i++) guest.put(i, 0, 0);
        guest.arrive(Frames.toStation(100, 1));
        assertEquals(63, guest.head());
        assertEquals(0, bench.read(ICR), "no frame came");
        for (int i = 0; i < 20; i++) guest.arrive(Frames.toStation(100, 2));

        guest.put(63);
        guest.tail(0);
        bench.runUntilIdle();
        assertArrayEquals(Frames.toStation(100, 1), guest.packet(63, 100), "the first frame has waited");
    }

    @Test
    void longRingOfNullBuffersTakesMoreThanOneDutyCycle() {
        bench.write(RCTL, 0);
        guest.start(ONE_BUFFER, 4096);
        for (int i = 0; i < 4096; i++) guest.put(i, 0, 0);
        bench.write(RCTL, RECEIVER_ON);
        bench.wire.arrive(Frames.toStation(100, 1));
        int cycles = 0;
        while (bench.card.doWork() > 0) cycles++;
        assertTrue(cycles >= 16, cycles + " duty cycles");
        assertEquals(4095, guest.head());
    }

    /// CVE-2016-1981 (dd793a7488), CVE-2017-9310 (4154c7e03f).
    @ParameterizedTest
    @CsvSource({"64, 5", "65535, 5", "63, 64", "0, 65535", "100, 100"})
    void headOrTailBeyondTheRing(int head, int tail) {
        bench.write(RDH, head);
        guest.tail(tail);
        long writes = bench.memory.writes();
        for (int i = 0; i < 5; i++) guest.arrive(Frames.toStation(100, 1));
        assertEquals(writes, bench.memory.writes());
        assertEquals(0, bench.memory.faults());
        assertEquals(head, guest.head());
        assertEquals(head == tail ? 0 : 1, bench.counter(IgbCounter.RECEIVE_BAD_RING));
    }

    @Test
    void ringWithoutLength() {
        bench.write(RDLEN, 0);
        bench.read(STATUS); // a store in a shared page is seen with the next message
        guest.arrive(Frames.toStation(100, 1));
        assertEquals(0, guest.head());
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_BAD_RING));
    }

    /// The patterns of ethtool's register test, with the receiver on and frames arriving.
    @Test
    void patternsInTheRingRegistersOfARunningQueue() {
        for (int pattern : new int[] {0x5A5A_5A5A, 0xA5A5_A5A5, 0, -1}) {
            bench.write(RDBAL, pattern);
            bench.write(RDBAH, pattern);
            bench.write(RDLEN, pattern);
            bench.write(RDH, pattern);
            guest.tail(pattern);
            bench.write(SRRCTL, pattern);
            guest.arrive(Frames.toStation(100, 1), Packet.tcp4(3, 1).toStation());
        }
        bench.write(RDBAH, 0);
    }

    /// What drivers recycle: the buffer's descriptor is done, with an error and a length (Linux igb
    /// takes a length of 0 for one that is not done), but nobody is called for it.
    @Test
    void bufferWhereNoMemoryIsEndsItsFrameAsAnErrorWithoutAnInterrupt() {
        guest.put(0, NOWHERE, 0);
        guest.put(1, -64L, 0);
        for (int i = 0; i < 2; i++) guest.arrive(Frames.toStation(100, i));
        for (int i = 0; i < 2; i++) {
            assertEquals(DD | EOP | RXE, guest.status(i));
            assertEquals(100, guest.length(i));
        }
        assertEquals(2, guest.head());
        assertEquals(0, bench.read(ICR));
        guest.arrive(Frames.toStation(100, 2));
        assertArrayEquals(Frames.toStation(100, 2), guest.packet(2, 100));
        assertEquals(2, bench.counter(IgbCounter.RECEIVE_DMA_FAULTS));
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_FRAMES));
        assertTrue(bench.read(ICR) != 0);
    }

    @Test
    void secondBufferWhereNoMemoryIsEndsTheFrameThere() {
        smallBuffers(0);
        guest.put(1, -64L, 0);
        guest.arrive(Frames.toStation(700, 1));
        assertFalse(guest.endOfPacket(0));
        assertEquals(DD | EOP | RXE, guest.status(1));
        assertEquals(256, guest.length(1));
        assertEquals(2, guest.head());
        guest.arrive(Frames.toStation(100, 2));
        assertArrayEquals(Frames.toStation(100, 2), guest.frameAt(2));
    }

    @Test
    void headerBufferWhereNoMemoryIsEndsItsFrameToo() {
        bench.write(SRRCTL, DESCTYPE_SPLIT << SRRCTL_DESCTYPE_SHIFT | 2 << 8 | 2);
        bench.write(PSRTYPE, PSRTYPE_IPV4_TCP);
        guest.put(0, guest.packetIova(0), NOWHERE);
        byte[] frame = Packet.tcp4(100, 1).toStation();
        guest.arrive(frame);
        assertEquals(DD | EOP | RXE, guest.status(0));
        assertEquals(1, guest.head());
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_DMA_FAULTS));
        guest.arrive(frame);
        assertEquals(54, AdvancedReceiveDescriptor.headerBytes(guest.word0(1)));
    }

    @Test
    void ringWhereNoMemoryIsIsSkippedAndTheFrameWaitsForABetterOne() {
        bench.write(RDBAH, 0x7FFF_FFFF);
        bench.read(STATUS); // a store in a shared page is seen with the next message
        guest.arrive(Frames.toStation(100, 1));
        assertEquals(63, guest.head());
        assertEquals(63, bench.counter(IgbCounter.RECEIVE_DMA_FAULTS));
        assertEquals(0, bench.read(ICR));
        guest.arrive(Frames.toStation(100, 2));
        assertEquals(1, bench.read(RNBC));
        bench.write(RXDCTL, 0);
        bench.runUntilIdle();
        bench.write(RDBAH, 0);
        bench.write(RDH, 0);
        bench.write(RXDCTL, RXDCTL_ENABLE);
        guest.tail(63);
        guest.arrive(Frames.toStation(100, 3));
        assertArrayEquals(Frames.toStation(100, 3), guest.frameAt(0), "those before went with the queue");
    }

    /// A hostile ring of one queue costs its own frames.
    @Test
    void faultsOfAQueueThatDropsCostNobodyElse() {
        ReceiveRing other = new ReceiveRing(bench, 1).start(ONE_BUFFER | SRRCTL_DROP_EN);
        bench.write(RDLEN, 1, 0);
        for (int i = 0; i < 30; i++) {
            bench.write(MRQC, (i & 1) << 3);
            guest.arrive(Frames.toStation(100, i));
        }
        assertEquals(15, guest.head());
        assertEquals(0, other.head());
    }

    /// CVE-2020-15859, CVE-2021-20257, CVE-2021-3416, CVE-2023-3019: the ring or a buffer is where the
    /// other lies. (The card's own registers are not in its memory at all.)
    @Test
    void bufferThatIsTheRingItself() {
        for (int i = 0; i < ENTRIES; i++) guest.put(i, guest.ringIova(), guest.ringIova());
        for (int i = 0; i < 200; i++) {
            guest.arrive(Frames.toStation(1000, i));
            guest.tail(i * 7 % ENTRIES);
        }
        assertTrue(guest.head() < ENTRIES);
    }

    /// 8dc2779180, 034d00d485 (gitlab #402): a guest that polls DD sees both words complete.
    @Test
    void descriptorIsDoneAfterEverythingElse() {
        bench.memory.fill(guest.packetIova(0), 1000, 0xEE);
        byte[] frame = Packet.tcp4(900, 1).toStation();
        long address = guest.word0(0);
        int[] stages = {0, 0};
        bench.memory.onWrite(() -> {
            if (guest.word0(0) == address) return;
            assertArrayEquals(frame, guest.packet(0, frame.length), "the frame before its descriptor");
            if ((guest.word1(0) & 1) == 0) {
                stages[0]++;
                return;
            }
            stages[1]++;
            assertEquals(0x110, AdvancedReceiveDescriptor.packetType(guest.word0(0)));
            assertEquals(frame.length, guest.length(0));
            assertEquals(DD | EOP, guest.status(0) & (DD | EOP));
        });
        guest.put(0, address, 0);
        guest.arrive(frame);
        bench.memory.onWrite(() -> {});
        assertArrayEquals(new int[] {1, 1}, stages, "word 0, then word 1");
    }

    /// Random registers, descriptors and frames: nothing throws, nothing lies outside the posted
    /// buffers' memory, and the card comes back.
    @Test
    void nonsenseOfEveryKindIsSurvived() {
        SplittableRandom random = new SplittableRandom(20261121);
        for (int round = 0; round < 3000; round++) {
            int queue = random.nextInt(4);
            switch (random.nextInt(12)) {
                case 0 -> bench.write(SRRCTL, queue, random.nextInt());
                case 1 -> bench.write(RXDCTL, queue, random.nextInt() | RXDCTL_ENABLE);
                case 2 -> bench.write(RXDCTL, queue, 0);
                case 3 -> bench.write(RDH, queue, random.nextInt(80));
                case 4 -> bench.write(RDLEN, queue, random.nextInt(0x1_0000));
                case 5 -> bench.write(RCTL, (random.nextInt() & ~0xC0) | 1 << 1);
                case 6 -> bench.write(RDBAL, queue, random.nextInt(0x100_0000));
                case 7 -> bench.write(PSRTYPE, random.nextInt());
                case 8 ->
                    bench.memory.putLong(
                            guest.ringIova() + 8L * random.nextInt(128),
                            random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(0x100_0000));
                default -> bench.write(RDT, queue, random.nextInt(80));
            }
            bench.write(MRQC, random.nextInt(4) << 3);
            bench.wire.arrive(Frames.toStation(14 + random.nextInt(3000), round));
            bench.wire.arrive(Packet.tcp4(random.nextInt(200), round).toStation());
            bench.runUntilIdle();
        }
        for (int queue = 0; queue < 4; queue++) bench.write(RXDCTL, queue, 0);
        bench.write(RDBAH, 0);
    }
}
