package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.RCTL_EN;
import static dev.doorbell.register.IgbBits.TXDCTL_ENABLE;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.TDH;
import static dev.doorbell.register.IgbRegister.TDLEN;
import static dev.doorbell.register.IgbRegister.TDT;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.ring.AdvancedTransmitContext.IPV4;
import static dev.doorbell.ring.AdvancedTransmitContext.SCTP;
import static dev.doorbell.ring.AdvancedTransmitContext.TCP;
import static dev.doorbell.ring.AdvancedTransmitContext.UDP;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.EOP;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IFCS;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.TSE;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.TXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.VLE;
import static dev.doorbell.story.igb.TransmitRing.SEND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.ring.AdvancedTransmitContext;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways in which guests have broken other models' transmitters, each as the condition that did it. After
/// every story the card must still send a frame, from that queue and from another, before a reset and after one.
class TransmitFaultTest {
    private static final byte[] FRAME = Frames.toPeer(100, 1);
    private static final int LONGEST = 9724;
    private static final int RCTL_LBM_MAC = 1 << 6;

    private IgbBench bench = IgbBench.withLink();
    private TransmitRing ring = TransmitRing.start(bench, 0);

    @AfterEach
    void cardStillWorks() {
        bench.memory.visible(true);
        bench.write(RCTL, 0);
        bench.wire.room(Integer.MAX_VALUE);
        bench.wire.takeAll();
        TransmitRing.start(bench, 7).append(FRAME).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly(), "another queue");
        ring.restart(TransmitRing.ENTRIES);
        ring.append(FRAME).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly(), "before a reset");
        bench.write(CTRL, CTRL_RST);
        bench.awaitLink();
        ring = TransmitRing.start(bench, 0);
        ring.append(FRAME).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly(), "after a reset");
    }

    private void useWire(Capabilities capabilities) {
        bench = new IgbBench(new IgbOptions(IgbBench.MAC), new Wire(capabilities)).awaitLink();
        ring = TransmitRing.start(bench, 0);
    }

    private void appendData(byte[] content, long command, int payloadBytes) {
        ring.append(ring.buffer(content), AdvancedTransmitDescriptor.word1(content.length, command, 0, payloadBytes));
    }

    private void assertNothingSent() {
        assertEquals(List.of(), bench.wire.takeAll());
        assertEquals(ring.tail(), ring.head(), "the descriptors are consumed all the same");
    }

    // ---- lengths

    /// CVE-2012-0029 (65f82df0d7).
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void descriptorsWithoutEndThatAddUpBeyondEveryBuffer(boolean legacy) {
        ring.restart(1024);
        long buffer = ring.buffer(new byte[0x4000]);
        for (int i = 0; i < 1000; i++)
            ring.append(
                    buffer,
                    legacy
                            ? LegacyTransmitDescriptor.word1(0x4000, 0, 0, IFCS, 0)
                            : AdvancedTransmitDescriptor.word1(0x4000, IFCS, 0, 0));
        ring.ring();
        assertNothingSent();

        ring.append(FRAME).ring();
        assertNothingSent(); // it was the end of the endless one
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_OVERLONG));
    }

    @Test
    void segmentedPacketWithoutEndThatAddsUpBeyondTheLargestPaylen() {
        ring.restart(1024);
        ring.appendContext(0, IPV4 | TCP, 14, 20, 20, 1000);
        long buffer = ring.buffer(new byte[0x8000]);
        for (int i = 0; i < 1000; i++) ring.append(buffer, AdvancedTransmitDescriptor.word1(0x8000, TSE, 0, 0x3_FFFF));
        ring.append(buffer, AdvancedTransmitDescriptor.word1(0x8000, TSE | SEND, 0, 0x3_FFFF));
        ring.ring();
        assertNothingSent();
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_OVERLONG));
    }

    @Test
    void longestFrameLeavesAndOneByteMoreDoesNot() {
        byte[] longest = Frames.toPeer(LONGEST, 1);
        ring.append(longest).ring();
        assertArrayEquals(longest, bench.wire.takeOnly());

        ring.append(Frames.toPeer(LONGEST + 1, 1)).ring();
        assertNothingSent();
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_OVERLONG));
        assertTrue(ring.done(1));
    }

    @Test
    void segmentsThatComeOutLongerThanAFrameMayBe() {
        Packet packet = Packet.tcp4(20_000, 1);
        ring.appendSegmented(packet, LONGEST - 53).ring();
        assertNothingSent();
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_OVERLONG));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 13})
    void framesShorterThanAnEthernetHeaderLeavePaddedOrNotAtAll(int length) {
        ring.append(new byte[length], SEND).ring();
        assertEquals(length == 0 ? 0 : 1, bench.wire.takeAll().size());
        ring.appendTagContext(0, 5).append(new byte[length], SEND | VLE).ring();
        assertNothingSent(); // no place for the tag
        assertEquals(length == 0 ? 2 : 1, bench.counter(IgbCounter.TRANSMIT_RUNTS));
    }

    // ---- contexts

    /// CVE-2015-6815 (b947ac2bf2); CVE-2019-5609 (FreeBSD-SA-19:21): headers that do not cover what segmentation edits,
    /// longer than the frame, longer than any stack buffer.
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "0, 0, 0, 1000",
        "14, 20, 20, 0",
        "13, 20, 20, 1000",
        "0, 20, 20, 1000",
        "14, 0, 20, 1000",
        "14, 3, 20, 1000",
        "14, 20, 0, 1000",
        "14, 20, 13, 1000",
        "14, 20, 17, 1000",
        "127, 511, 255, 1000",
        "14, 511, 255, 1000",
        "14, 20, 255, 1",
        "127, 20, 20, 1000"
    })
    void segmentationThatCannotWorkIsCountedAndDropped(int macBytes, int ipBytes, int layer4Bytes, int mss) {
        byte[] short_ = Packet.tcp4(200, 1).prototype();
        ring.appendContext(0, IPV4 | TCP, macBytes, ipBytes, layer4Bytes, mss);
        appendData(short_, TSE | IXSM | TXSM | SEND, 200);
        ring.ring();
        assertNothingSent();
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BAD_CONTEXT));
        assertTrue(ring.done(1));
    }

    @Test
    void segmentationOfNoPayloadAtAll() {
        Packet packet = Packet.tcp4(0, 1);
        ring.appendSegmented(packet, 1000).ring();
        ring.appendContext(packet, 1000);
        appendData(Packet.tcp4(500, 1).prototype(), TSE | IXSM | TXSM | SEND, 0);
        ring.ring();
        assertNothingSent();
        assertEquals(2, bench.counter(IgbCounter.TRANSMIT_BAD_CONTEXT));
    }

    @ParameterizedTest
    @ValueSource(longs = {2L << 11, 3L << 11})
    void segmentationOfWhatIsNeitherTcpNorUdp(long layer4Type) {
        ring.appendContext(0, IPV4 | layer4Type, 14, 20, 20, 1000);
        appendData(Packet.tcp4(2000, 1).prototype(), TSE | IXSM | TXSM | SEND, 2000);
        ring.ring();
        assertNothingSent();
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BAD_CONTEXT));
    }

    /// VirtualBox up to 5.2.20, 2018: a later context shrinks what an earlier one allowed.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void contextThatShrinksBetweenTwoPackets(boolean loopback) {
        if (loopback) bench.write(RCTL, RCTL_EN | RCTL_LBM_MAC);
        ring.appendContext(0, 0, 0, 0, 0, 0x3010);
        appendData(new byte[0x10], TSE, 0x10);
        appendData(new byte[0], TSE | EOP, 0x10);
        ring.appendContext(0, 0, 0, 0, 0, 0xF);
        appendData(new byte[0x4188], TSE | EOP, 0x4188);
        ring.ring();
        assertNothingSent();
        assertEquals(2, bench.counter(IgbCounter.TRANSMIT_BAD_CONTEXT));
        assertEquals(0, bench.counter(IgbCounter.RECEIVE_FRAMES));
    }

    /// VirtualBox, the same without the end of the first packet in between.
    @Test
    void contextInTheMidstOfAPacketIsForLaterOnes() {
        Packet packet = Packet.tcp4(2000, 1);
        byte[] frame = packet.prototype();
        ring.appendContext(packet, 1000);
        appendData(Arrays.copyOf(frame, 700), TSE | IXSM | TXSM, 2000);
        ring.appendContext(0, 0, 0, 0, 0, 1);
        appendData(Arrays.copyOfRange(frame, 700, frame.length), TSE | SEND, 0);
        ring.ring();
        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(2, sent.size());
        for (int i = 0; i < 2; i++) assertArrayEquals(packet.segments(1000).get(i), sent.get(i));
    }

    /// d62644b46a, 7d08c73e7b: the context of one kind of packet does not disturb that of another.
    @Test
    void checksumContextBetweenSegmentationContextAndItsPacket() {
        Packet packet = Packet.tcp4(2000, 1);
        ring.appendContext(packet, 1000).appendContext(1, UDP, 14, 40, 8, 0);
        appendData(packet.prototype(), TransmitRing.segmentation(packet) | SEND, 2000);
        ring.ring();
        assertEquals(2, bench.wire.takeAll().size());
    }

    /// CVE-2020-27617 (7564bf7701): segmentation of a frame that is no IP at all.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void segmentationOfAFrameThatIsNoIp(boolean wireSegments) {
        if (wireSegments) useWire(new Capabilities(16_384, 64, true, true, false));
        byte[] frame = Frames.toPeer(2054, 1);
        frame[14] = (byte) 0x85;
        ring.appendContext(0, IPV4 | TCP, 14, 20, 20, 1000);
        appendData(frame, TSE | IXSM | TXSM | SEND, 2000);
        ring.appendContext(0, TCP, 14, 20, 20, 1000);
        appendData(Packet.tcp4(2000, 1).prototype(), TSE | TXSM | SEND, 2000); // IPv4 that is called IPv6
        ring.ring();
        assertNothingSent();
        assertEquals(2, bench.counter(IgbCounter.TRANSMIT_BAD_CONTEXT));
    }

    /// CVE-2024-3567 (83ddb3dbba): SCTP shorter than its header, in fragments.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 11})
    void sctpChecksumOfAFrameShorterThanItsHeader(int sctpBytes) {
        byte[] frame = Frames.toPeer(34 + sctpBytes, 1);
        ring.appendContext(0, SCTP, 14, 20, 0, 0);
        appendData(Arrays.copyOf(frame, 20), TXSM, 0);
        appendData(Arrays.copyOfRange(frame, 20, frame.length), SEND | TXSM, 0);
        ring.ring();
        assertNothingSent();
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BAD_CONTEXT));
    }

    /// dd32b5ea7e, f9a9eb16e2, CVE-2022-23087 (FreeBSD-SA-22:05): checksum fields behind the end of the frame.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void checksumOffloadOfFramesShorterThanTheirChecksumField(boolean wireCompletes) {
        if (wireCompletes) useWire(new Capabilities(16_384, 64, true, false, false));
        int packets = 0;
        int good = 0;
        for (int macBytes : new int[] {0, 13, 14, 40, 127})
            for (int ipBytes : new int[] {0, 12, 20, 26, 28, 29, 38, 39, 46, 511})
                for (long type : new long[] {UDP, TCP, SCTP, 3L << 11}) {
                    ring.appendContext(0, type | IPV4, macBytes, ipBytes, 0, 0);
                    appendData(Frames.toPeer(60, 1), SEND | TXSM | IXSM, 0);
                    ring.ring();
                    packets++;
                    int field = type == UDP ? 8 : type == TCP ? 18 : 12;
                    if (type != 3L << 11 && macBytes >= 14 && ipBytes >= 12 && macBytes + ipBytes + field <= 60) good++;
                }
        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(good, sent.size());
        assertTrue(good > 5);
        for (byte[] frame : sent) assertEquals(60, frame.length);
        for (Wire.Offload wish : bench.wire.lastWishes())
            assertTrue(wish.checksumStart() + wish.checksumOffset() + 2 <= 60, wish.toString());
        assertEquals(packets - good, bench.counter(IgbCounter.TRANSMIT_BAD_CONTEXT));
    }

    @Test
    void legacyChecksumBehindTheEndStoresNothing() {
        for (int at : new int[] {59, 60, 255})
            for (int start : new int[] {0, 59, 60, 255})
                ring.append(
                        ring.buffer(Frames.toPeer(60, 1)),
                        LegacyTransmitDescriptor.word1(60, at, start, SEND | LegacyTransmitDescriptor.IC, 0));
        ring.ring();
        for (byte[] frame : bench.wire.takeAll()) assertArrayEquals(Frames.toPeer(60, 1), frame);
        assertEquals(12, ring.head());
    }

    /// 89a8de364b: no checksum wanted, none left open.
    @Test
    void frameWithoutChecksumWishLeavesNothingOpenThoughAContextIsLoaded() {
        useWire(new Capabilities(16_384, 64, true, true, false));
        Packet packet = Packet.tcp4(100, 1);
        ring.appendContext(packet, 1000).append(packet.finished()).ring();
        assertArrayEquals(packet.finished(), bench.wire.takeOnly());
        assertEquals(Wire.Offload.NONE, bench.wire.lastWishes().getFirst());
    }

    /// 9e41b5d22a: sums of a frame that is padded afterwards.
    @Test
    void paddingIsNoPartOfChecksums() {
        Packet packet = Packet.udp4(1, 1);
        ring.appendContext(packet, 0)
                .append(packet.withOpenChecksum(), SEND | TXSM | IXSM)
                .ring();
        assertArrayEquals(Frames.padded(packet.finished()), bench.wire.takeOnly());
    }

    // ---- descriptors and buffers

    /// CVE-2020-16092 (035e69b063): one packet of more fragments than any table.
    @Test
    void frameOfThousandsOfSingleByteDescriptors() {
        ring.restart(8192);
        byte[] frame = Frames.toPeer(6000, 1);
        long buffer = ring.buffer(frame);
        for (int i = 0; i < 6000; i++)
            ring.append(buffer + i, AdvancedTransmitDescriptor.word1(1, i == 5999 ? SEND : IFCS, 0, 6000));
        ring.ring();
        assertArrayEquals(frame, bench.wire.takeOnly());
    }

    @Test
    void thousandsOfEmptyDescriptorsAroundAFrame() {
        ring.restart(8192);
        for (int i = 0; i < 5000; i++)
            ring.append(0, i % 2 == 0 ? IFCS : AdvancedTransmitDescriptor.word1(0, IFCS, 0, 0));
        ring.append(FRAME).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    @Test
    void ringFullOfContextsIsConsumedInBoundedDutyCycles() {
        ring.restart(8192);
        for (int i = 0; i < 8190; i++) ring.appendContext(i & 1, IPV4 | TCP, 14, 20, 20, 1000);
        ring.append(FRAME).doorbell();
        assertTrue(bench.card.doWork() <= 600);
        bench.runUntilIdle();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    /// CVE-2024-3567's other half: a ring full of ones, as a guest that has not written it yet.
    @Test
    void ringOfOnes() {
        bench.memory.fill(ring.base(), TransmitRing.ENTRIES * 16, 0xFF);
        bench.write(TDT, 0, TransmitRing.ENTRIES - 1);
        bench.runUntilIdle();
        assertEquals(TransmitRing.ENTRIES - 1, bench.read(TDH, 0));
        assertEquals(List.of(), bench.wire.takeAll());
        assertEquals(TransmitRing.ENTRIES - 1, bench.counter(IgbCounter.TRANSMIT_BAD_DESCRIPTORS));
    }

    /// The extended formats of the 82540EM are none here.
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4, 15})
    void descriptorOfAnUnknownTypeIsConsumedAndCounted(long type) {
        ring.append(0, SEND | AdvancedTransmitDescriptor.DEXT | type << 20 | 100)
                .append(FRAME)
                .ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BAD_DESCRIPTORS));
        assertTrue(ring.done(0));
    }

    @Test
    void bufferWhereNoMemoryIs() {
        ring.append(0x7FFF_0000_0000_0000L, AdvancedTransmitDescriptor.word1(100, SEND, 0, 100))
                .append(-8L, AdvancedTransmitDescriptor.word1(100, SEND, 0, 100))
                .append(FRAME)
                .ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(2, bench.counter(IgbCounter.TRANSMIT_DMA_FAULTS));
        assertTrue(ring.done(0));
        assertTrue(ring.done(1));
    }

    @Test
    void secondBufferOfAFrameWhereNoMemoryIsDropsTheWholeFrame() {
        ring.append(FRAME, IFCS)
                .append(-4096L, AdvancedTransmitDescriptor.word1(100, IFCS, 0, 0))
                .append(FRAME)
                .ring();
        assertNothingSent();
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_DMA_FAULTS));
    }

    /// CVE-2020-15859, CVE-2023-3019, CVE-2021-20257, CVE-2021-3416: descriptors or buffers in the card's own
    /// registers. The memory knows no such place, so it is one more address without memory.
    @Test
    void bufferInTheCardsOwnRegisters() {
        long ownBar = 0xFEBC_0000L;
        ring.append(ownBar + 0x3818, AdvancedTransmitDescriptor.word1(100, SEND, 0, 100))
                .ring();
        assertNothingSent();
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_DMA_FAULTS));
    }

    /// Bus address 0 is legal for transmission.
    @Test
    void bufferAtAddressZero() {
        bench.memory.put(0, FRAME);
        ring.append(0, AdvancedTransmitDescriptor.word1(100, SEND, 0, 100)).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    // ---- ring registers

    /// CVE-2016-1981 (dd793a7488), CVE-2017-9310 (4154c7e03f): a walk that never comes back to where it
    /// began.
    @ParameterizedTest
    @CsvSource({"64, 5", "65535, 5", "100, 64", "63, 65535", "0, 64"})
    void headOrTailBeyondTheRing(int head, int tail) {
        bench.write(TXDCTL, 0, 0);
        bench.write(TDH, 0, head);
        bench.write(TDT, 0, tail);
        bench.write(TXDCTL, 0, TXDCTL_ENABLE);
        bench.runUntilIdle();
        assertEquals(head, bench.read(TDH, 0));
        assertEquals(0, bench.memory.faults());
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BAD_RING));
    }

    @Test
    void ringWithoutLength() {
        bench.write(TDLEN, 0, 0);
        bench.write(TDT, 0, 1);
        bench.runUntilIdle();
        assertEquals(0, bench.read(TDH, 0));
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BAD_RING));
    }

    @Test
    void ringThatShrinksUnderItsTail() {
        bench.wire.room(0);
        for (int i = 0; i < 40; i++) ring.append(FRAME);
        ring.ring();
        bench.write(TDLEN, 0, 128);
        bench.wire.room(100);
        bench.runUntilIdle();
        assertEquals(List.of(), bench.wire.takeAll());
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BAD_RING));
    }

    /// f22a57ac09: the other end goes away with frames under way.
    @Test
    void backendThatLosesItsPeer() {
        bench.wire.link(false);
        ring.append(FRAME).ring();
        assertEquals(0, ring.head());
        bench.wire.link(true);
        bench.runUntilIdle();
        bench.awaitLink();
        bench.runUntilIdle();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    @Test
    void largestPacketInSingleByteSegmentsIsBoundedPerDutyCycle() {
        ring.appendContext(0, IPV4 | TCP, 14, 20, 20, 1);
        long buffer = ring.buffer(new byte[0x1_0000]);
        long command = TSE | IXSM | TXSM;
        ring.append(
                ring.buffer(Packet.tcp4(0, 1).prototype()), AdvancedTransmitDescriptor.word1(54, command, 0, 0x3_FFFF));
        for (int i = 0; i < 4; i++)
            ring.append(buffer, AdvancedTransmitDescriptor.word1(0xFFFF, command | (i == 3 ? SEND : 0), 0, 0));
        ring.doorbell();
        for (int cycle = 0; cycle < 20; cycle++) {
            int done = bench.card.doWork();
            assertTrue(done > 0 && done <= 300, done + " units in one duty cycle");
        }
        bench.wire.takeAll();
        bench.write(CTRL, CTRL_RST);
        bench.awaitLink();
        bench.runUntilIdle();
        assertEquals(List.of(), bench.wire.takeAll(), "a reset ends it");
    }

    /// Rings, registers and memory of noise: nothing throws, nothing runs without end, and the card still works.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void noise(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        if (random.nextBoolean())
            useWire(new Capabilities(16_384, 64, random.nextBoolean(), random.nextBoolean(), false));
        for (int round = 0; round < 60; round++) {
            int queue = random.nextInt(16);
            TransmitRing noisy = TransmitRing.start(bench, queue);
            for (int i = 0; i < 60; i++) appendNoise(random, noisy);
            if (random.nextInt(8) == 0) bench.write(TDH, queue, random.nextInt());
            if (random.nextInt(8) == 0) bench.write(TDT, queue, random.nextInt());
            else noisy.doorbell();
            if (random.nextInt(8) == 0) bench.write(TDLEN, queue, random.nextInt(4096));
            if (random.nextInt(4) == 0) bench.wire.room(random.nextInt(50));
            for (int cycle = 0; cycle < 20; cycle++) bench.card.doWork();
            bench.wire.takeAll();
        }
        bench.wire.room(Integer.MAX_VALUE);
        for (int queue = 0; queue < 16; queue++) bench.write(TXDCTL, queue, 0);
        for (int cycle = 0; cycle < 5000; cycle++) bench.card.doWork();
    }

    private static void appendNoise(SplittableRandom random, TransmitRing noisy) {
        long word0 = switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> AdvancedTransmitContext.word0(14, 20, random.nextInt());
            default -> random.nextInt(15 << 20);
        };
        long word1 = random.nextLong();
        switch (random.nextInt(4)) {
            case 0 ->
                word1 = AdvancedTransmitContext.word1(word1 & 7L << 10, random.nextInt(2), 20, random.nextInt(3000));
            case 1 -> word1 = AdvancedTransmitDescriptor.word1((int) word1 & 0xFFF, word1 & 0xCB00_0000L, 0, 500);
            case 2 -> word1 &= ~AdvancedTransmitDescriptor.DEXT;
            default -> {}
        }
        noisy.append(word0, word1);
    }
}
