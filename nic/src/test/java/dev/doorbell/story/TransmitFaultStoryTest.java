package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_LBM_MAC;
import static dev.doorbell.register.E1000Bits.RCTL_LPE;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Bits.RCTL_UPE;
import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDLEN;
import static dev.doorbell.register.E1000Register.TDT;
import static dev.doorbell.register.E1000Register.TSCTFC;
import static dev.doorbell.ring.TransmitDataDescriptor.IXSM;
import static dev.doorbell.ring.TransmitDataDescriptor.TSE;
import static dev.doorbell.ring.TransmitDataDescriptor.TXSM;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static dev.doorbell.ring.TransmitDescriptor.VLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways in which guests have broken other models' transmitters, each as the condition that did it. After
/// every story the card must still send a frame, before a reset and after one.
class TransmitFaultStoryTest {
    private static final long SEND = EOP | IFCS | RS;
    private static final long SEGMENT = TSE | IXSM | TXSM | IFCS;
    private static final byte[] FRAME = Frames.toPeer(100, 1);

    private Rings guest = Rings.running();
    private Bench bench = guest.bench();
    private boolean staysInRing;

    @AfterEach
    void cardStillWorks() {
        bench.write(RCTL, 0);
        bench.write(CTRL, bench.read(CTRL) & ~CTRL_VME);
        bench.wire.takeAll();
        if (!staysInRing) {
            guest.append(FRAME, SEND).ring();
            assertArrayEquals(FRAME, bench.wire.takeOnly(), "before a reset");
        }
        bench.write(CTRL, CTRL_RST);
        bench.awaitLink();
        guest = new Rings(bench).startTransmit();
        guest.append(FRAME, SEND).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly(), "after a reset");
    }

    private void appendContext(int headerBytes, int mss, int payloadBytes, long command) {
        guest.append(
                TransmitContextDescriptor.word0(14, 24, 33, 34, 50, 0),
                TransmitContextDescriptor.word1(
                        payloadBytes, TransmitContextDescriptor.TSE | command, headerBytes, mss));
    }

    private void appendTcp4Context(int headerBytes, int mss, int payloadBytes) {
        appendContext(headerBytes, mss, payloadBytes, TransmitContextDescriptor.TCP | TransmitContextDescriptor.IPV4);
    }

    private void appendData(byte[] content, long command) {
        guest.append(guest.buffer(content), TransmitDataDescriptor.word1(content.length, command, 0));
    }

    private void assertNothingSent() {
        assertEquals(List.of(), bench.wire.takeAll());
        assertEquals(guest.transmitTail(), bench.read(TDH), "the descriptors are consumed all the same");
    }

    /// CVE-2012-0029 (65f82df0d7).
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void descriptorsWithoutEndThatAddUpBeyondEveryBuffer(boolean legacy) {
        guest.startTransmit(256);
        long buffer = guest.buffer(new byte[0x4000]);
        for (int i = 0; i < 250; i++)
            guest.append(
                    buffer,
                    legacy
                            ? LegacyTransmitDescriptor.word1(0x4000, 0, 0, IFCS, 0)
                            : TransmitDataDescriptor.word1(0x4000, IFCS, 0));
        guest.ring();
        assertNothingSent();

        guest.append(FRAME, SEND).ring();
        assertNothingSent(); // it was the end of the endless one
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_OVERLONG));
    }

    @Test
    void longestFrameLeavesAndOneByteMoreDoesNot() {
        byte[] longest = Frames.toPeer(16_288, 1);
        guest.append(longest, SEND).ring();
        assertArrayEquals(longest, bench.wire.takeOnly());

        guest.append(Frames.toPeer(16_289, 1), SEND).ring();
        assertNothingSent();
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_OVERLONG));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(1)));
    }

    /// CVE-2015-6815 (b947ac2bf2).
    @Test
    void segmentationWithoutHeaderAndWithoutSegmentSize() {
        appendTcp4Context(0, 0, 1000);
        appendData(new byte[1054], SEGMENT | EOP | RS);
        guest.ring();
        assertNothingSent();
        assertEquals(1, bench.read(TSCTFC));
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_BAD_CONTEXT));
    }

    @ParameterizedTest
    @CsvSource({"0, 1448", "54, 0", "13, 1448", "33, 1448", "47, 1448", "255, 0"})
    void segmentationThatCannotWorkIsCountedAndDropped(int headerBytes, int mss) {
        appendTcp4Context(headerBytes, mss, 3000);
        appendData(new byte[3054], SEGMENT | EOP | RS);
        guest.ring();
        assertNothingSent();
        assertEquals(1, bench.read(TSCTFC));
    }

    /// VirtualBox up to 5.2.20, 2018: a later context shrinks what an earlier one allowed.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void contextThatShrinksBetweenTwoPackets(boolean loopback) {
        if (loopback) bench.write(RCTL, RCTL_EN | RCTL_LBM_MAC | RCTL_UPE | RCTL_BAM | RCTL_LPE | RCTL_SECRC);
        appendContext(0, 0x3010, 0x10, 0);
        appendData(new byte[0x10], TSE);
        appendData(new byte[0], TSE | EOP);
        appendContext(0, 0xF, 0x4188, 0);
        appendData(new byte[0x4188], TSE | EOP);
        guest.ring();
        assertNothingSent();
        assertEquals(2, bench.read(TSCTFC));
        assertEquals(0, bench.counter(E1000Counter.RECEIVE_FRAMES));
    }

    /// VirtualBox, the same without the end of the first packet in between.
    @Test
    void contextInTheMidstOfAPacketIsForLaterOnes() {
        Packet packet = Packet.tcp4(2000, 1);
        byte[] frame = packet.prototype();
        appendTcp4Context(54, 1000, 2000);
        appendData(Arrays.copyOf(frame, 700), SEGMENT);
        appendTcp4Context(0, 1, 1);
        appendData(Arrays.copyOfRange(frame, 700, frame.length), SEGMENT | EOP | RS);
        guest.ring();

        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(2, sent.size());
        assertArrayEquals(packet.segments(1000).get(0), sent.get(0));
        assertArrayEquals(packet.segments(1000).get(1), sent.get(1));
    }

    /// CVE-2020-16092 (035e69b063): one packet of more fragments than any table.
    @Test
    void frameOfThousandsOfSingleByteDescriptors() {
        guest.startTransmit(8192);
        byte[] frame = Frames.toPeer(6000, 1);
        long buffer = guest.buffer(frame);
        for (int i = 0; i < 6000; i++)
            guest.append(buffer + i, LegacyTransmitDescriptor.word1(1, 0, 0, i == 5999 ? SEND : IFCS, 0));
        guest.ring();
        assertArrayEquals(frame, bench.wire.takeOnly());
    }

    @Test
    void thousandsOfEmptyDescriptorsAroundAFrame() {
        guest.startTransmit(8192);
        for (int i = 0; i < 5000; i++) guest.append(0, i % 2 == 0 ? IFCS : TransmitDataDescriptor.word1(0, IFCS, 0));
        guest.append(FRAME, SEND);
        guest.ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    /// CVE-2020-27617 (7564bf7701): segmentation of a frame that is no IP at all.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void segmentationOfAFrameThatIsNoIp(boolean wireSegments) {
        if (wireSegments) useWire(new Capabilities(16_384, 64, true, true, false));
        byte[] frame = Frames.toPeer(2054, 1);
        appendTcp4Context(54, 1000, 2000);
        appendData(frame, SEGMENT | EOP | RS);
        guest.ring();
        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(2, sent.size(), "edited where the context says, whatever is there");
        for (Wire.Offload wish : bench.wire.lastWishes()) assertEquals(0, wish.segmentType());
    }

    private void useWire(Capabilities capabilities) {
        bench = new Bench(new E1000Options(E1000Model.I82540EM, Bench.MAC), new Wire(capabilities)).awaitLink();
        guest = new Rings(bench).startTransmit();
    }

    /// CVE-2024-3567 (83ddb3dbba), CVE-2022-23087 (FreeBSD-SA-22:05), dd32b5ea7e, f9a9eb16e2: checksum
    /// fields behind the end of the frame.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void checksumOffloadOfFramesShorterThanTheirChecksumField(boolean wireCompletes) {
        if (wireCompletes) useWire(new Capabilities(16_384, 64, true, false, false));
        int frames = 0;
        for (int at : new int[] {0, 1, 33, 34, 58, 59, 60, 61, 254, 255})
            for (int start : new int[] {0, 13, 14, 59, 60, 255}) {
                guest.append(
                        TransmitContextDescriptor.word0(start, at, 0xFFFF, start, at, 0),
                        TransmitContextDescriptor.word1(0, 0, 0, 0));
                guest.append(
                        guest.buffer(Frames.toPeer(60, 1)), TransmitDataDescriptor.word1(60, SEND | TXSM | IXSM, 0));
                guest.ring();
                frames++;
            }
        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(frames, sent.size());
        for (byte[] frame : sent) assertEquals(60, frame.length);
        for (Wire.Offload wish : bench.wire.lastWishes())
            assertTrue(wish.checksumStart() + wish.checksumOffset() + 2 <= 60, wish.toString());
    }

    /// The same, with the descriptor ring full of ones, as a guest that has not written it yet.
    @Test
    void ringOfOnes() {
        bench.memory.fill(Rings.TRANSMIT_RING, Rings.ENTRIES * 16, 0xFF);
        bench.write(TDT, Rings.ENTRIES - 1);
        bench.runUntilIdle();
        assertEquals(Rings.ENTRIES - 1, bench.read(TDH));
        assertEquals(List.of(), bench.wire.takeAll());
        staysInRing = true; // the helper's tail is behind
    }

    /// 89a8de364b: no checksum wanted, none left open.
    @Test
    void frameWithoutChecksumWishLeavesNothingOpenThoughAContextIsLoaded() {
        useWire(new Capabilities(16_384, 64, true, true, false));
        appendTcp4Context(54, 1000, 2000);
        guest.append(
                TransmitContextDescriptor.word0(14, 24, 33, 34, 50, 0), TransmitContextDescriptor.word1(0, 0, 0, 0));
        appendData(Packet.tcp4(100, 1).finished(), SEND);
        guest.ring();
        assertArrayEquals(Packet.tcp4(100, 1).finished(), bench.wire.takeOnly());
        assertEquals(Wire.Offload.NONE, bench.wire.lastWishes().getFirst());
    }

    /// CVE-2019-5609 (FreeBSD-SA-19:21): headers longer than a stack buffer, or shorter than the tag's
    /// place.
    @ParameterizedTest
    @ValueSource(ints = {1, 11, 12, 13, 241, 255})
    void segmentationWithATagAndAHeaderOfAnyLength(int headerBytes) {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        appendTcp4Context(headerBytes, 1000, 2000);
        appendData(new byte[headerBytes + 2000], SEGMENT | VLE | EOP | RS);
        guest.ring();
        assertEquals(headerBytes > 200 ? 2 : 0, bench.wire.takeAll().size());
    }

    /// 9e41b5d22a: sums and lengths of a frame that is padded afterwards.
    @Test
    void paddingIsNoPartOfChecksumsAndLengths() {
        Packet packet = Packet.udp4(1, 1);
        guest.append(
                TransmitContextDescriptor.word0(14, 24, 33, 34, 40, 0), TransmitContextDescriptor.word1(0, 0, 0, 0));
        byte[] frame = packet.withOpenChecksum();
        frame[24] = 0;
        frame[25] = 0;
        appendData(frame, SEND | IXSM | TXSM);
        guest.ring();
        assertArrayEquals(Frames.padded(packet.finished()), bench.wire.takeOnly());
    }

    /// f22a57ac09: the other end goes away with frames under way.
    @Test
    void backendThatLosesItsPeer() {
        bench.wire.link(false);
        bench.wire.arrive(Frames.toStation(100, 1));
        guest.append(FRAME, SEND).ring();
        assertEquals(0, bench.read(TDH));
        bench.wire.link(true);
        bench.runUntilIdle();
        bench.awaitLink();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    /// CVE-2016-1981 (dd793a7488), CVE-2017-9310 (4154c7e03f): a walk that never comes back to where it
    /// began.
    @ParameterizedTest
    @CsvSource({"64, 5", "65535, 5", "100, 64", "63, 65535", "0, 64"})
    void headOrTailBeyondTheRing(int head, int tail) {
        bench.write(TCTL, 0);
        bench.write(TDH, head);
        bench.write(TDT, tail);
        bench.write(TCTL, TCTL_EN);
        bench.runUntilIdle();
        assertEquals(head, bench.read(TDH));
        assertEquals(0, bench.memory.faults());
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_BAD_RING));
        staysInRing = true;
    }

    @Test
    void ringWithoutLength() {
        bench.write(TDLEN, 0);
        bench.write(TDT, 1);
        bench.runUntilIdle();
        assertEquals(0, bench.read(TDH));
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_BAD_RING));
        staysInRing = true;
    }

    @Test
    void bufferWhereNoMemoryIs() {
        guest.append(0x7FFF_0000_0000_0000L, LegacyTransmitDescriptor.word1(100, 0, 0, SEND, 0))
                .append(-8L, LegacyTransmitDescriptor.word1(100, 0, 0, SEND, 0))
                .append(FRAME, SEND)
                .ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(2, bench.counter(E1000Counter.TRANSMIT_DMA_FAULTS));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(1)));
    }

    @Test
    void secondBufferOfAFrameWhereNoMemoryIsDropsTheWholeFrame() {
        guest.append(FRAME, IFCS)
                .append(-4096L, LegacyTransmitDescriptor.word1(100, 0, 0, IFCS, 0))
                .append(FRAME, SEND)
                .ring();
        assertNothingSent();
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_DMA_FAULTS));
    }

    /// Bus address 0 is legal for transmission.
    @Test
    void bufferAtAddressZero() {
        bench.memory.put(0, FRAME);
        guest.append(0, LegacyTransmitDescriptor.word1(100, 0, 0, SEND, 0)).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    @Test
    void descriptorOfAnUnknownTypeIsConsumedAndCounted() {
        guest.append(0, RS | EOP | TransmitDescriptor.DEXT | 5L << 20 | 100)
                .append(FRAME, SEND)
                .ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_BAD_DESCRIPTORS));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)));
    }

    @Test
    void segmentedPacketOfAMegabyteInSingleByteSegmentsIsBoundedPerDutyCycle() {
        appendTcp4Context(54, 1, 0xF_FFFF);
        long buffer = guest.buffer(new byte[0x1_0000]);
        guest.append(guest.buffer(Packet.tcp4(1, 1).prototype()), TransmitDataDescriptor.word1(54, SEGMENT, 0));
        for (int i = 0; i < 15; i++) guest.append(buffer, TransmitDataDescriptor.word1(0xFFFF, SEGMENT, 0));
        guest.append(buffer, TransmitDataDescriptor.word1(0xFFFF, SEGMENT | EOP | RS, 0));
        guest.doorbell();
        for (int cycle = 0; cycle < 20; cycle++) {
            int done = bench.card.doWork();
            assertTrue(done > 0 && done <= 600, done + " units in one duty cycle");
        }
        bench.wire.takeAll();
        bench.write(CTRL, CTRL_RST);
        bench.runUntilIdle();
        assertEquals(List.of(), bench.wire.takeAll(), "a reset ends it");
        staysInRing = true;
    }
}
