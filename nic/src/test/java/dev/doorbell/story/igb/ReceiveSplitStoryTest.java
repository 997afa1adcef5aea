package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_VME;
import static dev.doorbell.register.IgbBits.DESCTYPE_REPLICATE;
import static dev.doorbell.register.IgbBits.DESCTYPE_REPLICATE_LARGE;
import static dev.doorbell.register.IgbBits.DESCTYPE_SPLIT;
import static dev.doorbell.register.IgbBits.DESCTYPE_SPLIT_ALWAYS;
import static dev.doorbell.register.IgbBits.PSRTYPE_IPV4;
import static dev.doorbell.register.IgbBits.PSRTYPE_IPV4_TCP;
import static dev.doorbell.register.IgbBits.PSRTYPE_IPV4_UDP;
import static dev.doorbell.register.IgbBits.PSRTYPE_IPV6;
import static dev.doorbell.register.IgbBits.PSRTYPE_IPV6_TCP;
import static dev.doorbell.register.IgbBits.PSRTYPE_IPV6_UDP;
import static dev.doorbell.register.IgbBits.PSRTYPE_MAC;
import static dev.doorbell.register.IgbBits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_SECRC;
import static dev.doorbell.register.IgbBits.RFCTL_IPFRSP_DIS;
import static dev.doorbell.register.IgbBits.SRRCTL_BSIZEHEADER_SHIFT;
import static dev.doorbell.register.IgbBits.SRRCTL_DESCTYPE_SHIFT;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.PSRTYPE;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RFCTL;
import static dev.doorbell.register.IgbRegister.SRRCTL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Header split and replication: every row of the data sheet's table, and which packets count. The
/// headers of the packets here are 54 bytes (TCP over IPv4) and 74 (over IPv6), header buffers
/// multiples of 64.
class ReceiveSplitStoryTest {
    private static final int ALL_TYPES =
            PSRTYPE_IPV4 | PSRTYPE_IPV4_TCP | PSRTYPE_IPV4_UDP | PSRTYPE_IPV6 | PSRTYPE_IPV6_TCP | PSRTYPE_IPV6_UDP;
    private static final int FILL = 0xEE;

    private final ReceiveRing guest = ReceiveRing.running();
    private final IgbBench bench = guest.bench();

    private void set(int descriptorType, int headerBufferBytes, int types) {
        bench.write(
                SRRCTL,
                descriptorType << SRRCTL_DESCTYPE_SHIFT | (headerBufferBytes / 64) << SRRCTL_BSIZEHEADER_SHIFT | 2);
        bench.write(PSRTYPE, types);
        for (int i = 0; i < 8; i++) {
            bench.memory.fill(guest.headerIova(i), ReceiveRing.HEADER_BYTES, FILL);
            bench.memory.fill(guest.packetIova(i), ReceiveRing.PACKET_BYTES, FILL);
        }
    }

    /// What descriptor 0 says about the header, and where the bytes are.
    ///
    /// @param inHeader   the frame's first bytes that are in the header buffer, and nothing behind
    ///     them
    /// @param packetFrom where in the frame the packet buffer's bytes start
    private void assertStored(
            byte[] frame, boolean found, boolean overflow, int headerLength, int inHeader, int packetFrom) {
        assertEquals(found, AdvancedReceiveDescriptor.headerFound(guest.word0(0)), "SPH");
        assertEquals(overflow, (guest.status(0) & AdvancedReceiveDescriptor.HBO) != 0, "HBO");
        assertEquals(headerLength, AdvancedReceiveDescriptor.headerBytes(guest.word0(0)), "HDR_LEN");
        assertEquals(frame.length - packetFrom, guest.length(0), "PKT_LEN");
        assertArrayEquals(filled(Arrays.copyOf(frame, inHeader)), guest.header(0, inHeader + 8), "header buffer");
        byte[] packet = Arrays.copyOfRange(frame, packetFrom, frame.length);
        assertArrayEquals(filled(packet), guest.packet(0, packet.length + 8), "packet buffer");
        assertEquals(1, guest.head());
    }

    private static byte[] filled(byte[] bytes) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 8);
        Arrays.fill(longer, bytes.length, longer.length, (byte) FILL);
        return longer;
    }

    /// Rows of the table, each for a packet over IPv4 or IPv6. `types` 0 lets no header be found.
    @ParameterizedTest
    @CsvSource({
        // type, ip, payload, buffer, parsed, SPH, HBO, HDR_LEN, in the header buffer, packet buffer from
        "2, 4, 100,  64, false, false, false,   0,   0,   0",
        "2, 4, 100,  64, true,  true,  false,  54,  54,  54",
        "2, 6,   0, 128, true,  true,  false,  74,  74,  74",
        "2, 6, 100,  64, true,  true,  true,   74,   0,   0",
        "2, 4, 100,   0, true,  true,  true,   54,   0,   0",
        "3, 4, 100,  64, false, false, false,   0,   0,   0",
        "3, 4, 100,  64, true,  true,  false,  54,  54,   0",
        "3, 6,   0, 128, true,  true,  false,  74,  74,   0",
        "3, 6, 100,  64, true,  true,  true,   74,   0,   0",
        "4, 4,  70, 128, true,  false, false, 124, 124, 124",
        "4, 4,  74, 128, true,  false, false, 128, 128, 128",
        "4, 4, 100, 128, false, false, false,   0,   0,   0",
        "4, 4, 100, 128, true,  true,  false,  54,  54,   0",
        "4, 6, 100,  64, true,  true,  true,   74,   0,   0",
        "5, 4,  70, 128, true,  false, false, 124, 124, 124",
        "5, 4,  70, 128, false, false, false, 124, 124, 124",
        "5, 4,  74, 128, true,  false, false, 128, 128, 128",
        "5, 4, 100, 128, false, false, false, 128, 128, 128",
        "5, 4, 100, 128, true,  true,  false,  54,  54,  54",
        "5, 6, 100,  64, true,  true,  true,   74,  64,  64",
        "5, 6, 100,   0, true,  true,  true,   74,   0,   0",
        "5, 4, 100,   0, false, false, false,   0,   0,   0",
        "1, 4, 100, 128, true,  false, false,   0,   0,   0",
        // reserved types are one buffer
        "6, 4, 100, 128, true,  false, false,   0,   0,   0",
        "7, 4, 100, 128, true,  false, false,   0,   0,   0",
    })
    void headerGoesWhereTheTableSays(
            int type,
            int ip,
            int payload,
            int headerBuffer,
            boolean parsed,
            boolean found,
            boolean overflow,
            int headerLength,
            int inHeader,
            int packetFrom) {
        set(type, headerBuffer, parsed ? ALL_TYPES : 0);
        byte[] frame = (ip == 4 ? Packet.tcp4(payload, 1) : Packet.tcp6(payload, 1)).toStation();
        guest.arrive(frame);
        assertStored(frame, found, overflow, headerLength, inHeader, packetFrom);
    }

    @ParameterizedTest
    @ValueSource(ints = {DESCTYPE_SPLIT, DESCTYPE_SPLIT_ALWAYS})
    void headerBufferIsUsedOfTheFirstDescriptorOnly(int type) {
        set(type, 128, ALL_TYPES);
        bench.write(SRRCTL, bench.read(SRRCTL) & ~0x7F);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        byte[] frame = Packet.tcp4(600, 1).toStation();
        guest.arrive(frame);

        assertEquals(3, guest.head());
        assertArrayEquals(Arrays.copyOf(frame, 54), guest.header(0, 54));
        assertEquals(54, AdvancedReceiveDescriptor.headerBytes(guest.word0(0)));
        for (int i = 1; i < 3; i++) {
            assertEquals(0, AdvancedReceiveDescriptor.headerBytes(guest.word0(i)));
            assertEquals(false, AdvancedReceiveDescriptor.headerFound(guest.word0(i)));
            assertEquals(FILL, guest.header(i, 1)[0] & 0xFF);
        }
        assertArrayEquals(Arrays.copyOfRange(frame, 54, frame.length), guest.frameAt(0));
        assertEquals(600 - 512, guest.length(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {DESCTYPE_REPLICATE, DESCTYPE_REPLICATE_LARGE})
    void replicatedHeaderIsInTheHeaderBufferAndInThePacket(int type) {
        set(type, 64, ALL_TYPES);
        bench.write(SRRCTL, bench.read(SRRCTL) & ~0x7F);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        byte[] frame = Packet.tcp4(600, 1).toStation();
        guest.arrive(frame);
        assertArrayEquals(Arrays.copyOf(frame, 54), guest.header(0, 54));
        assertArrayEquals(frame, guest.frameAt(0));
    }

    /// The error stands where the header's length does: in the first descriptor.
    @Test
    void overflowOfALongFrameIsToldInItsFirstDescriptor() {
        set(DESCTYPE_SPLIT, 64, ALL_TYPES);
        bench.write(SRRCTL, bench.read(SRRCTL) & ~0x7F);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        guest.arrive(Packet.tcp6(400, 1).toStation());
        assertEquals(AdvancedReceiveDescriptor.DD | AdvancedReceiveDescriptor.HBO, guest.status(0));
        assertEquals(0, guest.status(1) & AdvancedReceiveDescriptor.HBO);
        assertEquals(true, guest.endOfPacket(1));
    }

    @Test
    void fcsCountsWhereItIsStored() {
        set(DESCTYPE_SPLIT_ALWAYS, 128, ALL_TYPES);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON & ~RCTL_SECRC);
        guest.arrive(Packet.tcp4(70, 1).toStation(), Packet.tcp4(71, 1).toStation());
        assertEquals(128, AdvancedReceiveDescriptor.headerBytes(guest.word0(0)));
        assertEquals(0, guest.length(0));
        assertEquals(54, AdvancedReceiveDescriptor.headerBytes(guest.word0(1)));
        assertEquals(75, guest.length(1));
    }

    /// Which bit of PSRTYPE lets a packet be split, and where.
    private void assertSplitBy(int types, byte[] frame, int headerBytes) {
        int index = guest.head();
        set(DESCTYPE_SPLIT, 256, types);
        guest.arrive(frame);
        assertEquals(headerBytes, AdvancedReceiveDescriptor.headerBytes(guest.word0(index)), "split");
        set(DESCTYPE_SPLIT, 256, ~types);
        guest.arrive(frame);
        assertEquals(0, AdvancedReceiveDescriptor.headerBytes(guest.word0(index + 1)), "without its bit");
        assertEquals(Math.max(60, frame.length), guest.length(index + 1));
    }

    private static Flow ip4() {
        return Flow.ip4("10.0.0.1", "10.0.0.2");
    }

    private static Flow ip6() {
        return Flow.ip6("fe800000000000000000000000000001", "fe800000000000000000000000000002");
    }

    @Test
    void everyTypeHasItsOwnBit() {
        assertSplitBy(PSRTYPE_MAC, Frames.toStation(80, 1), 14);
        assertSplitBy(PSRTYPE_IPV4, ip4().protocol(1).payload(50).bytes(), 34);
        assertSplitBy(PSRTYPE_IPV4_TCP, ip4().tcp(1, 2).payload(50).bytes(), 54);
        assertSplitBy(PSRTYPE_IPV4_UDP, ip4().udp(1, 2, new byte[50]).bytes(), 42);
        assertSplitBy(PSRTYPE_IPV6, ip6().payload(50).bytes(), 54);
        assertSplitBy(PSRTYPE_IPV6_TCP, ip6().tcp(1, 2).payload(50).bytes(), 74);
        assertSplitBy(PSRTYPE_IPV6_UDP, ip6().udp(1, 2, new byte[50]).bytes(), 62);
    }

    @Test
    void optionsAndExtensionsBelongToTheHeader() {
        assertSplitBy(
                PSRTYPE_IPV4_TCP,
                ip4().extensions(0, "01010101").tcp(1, 2).payload(50).bytes(),
                58);
        assertSplitBy(
                PSRTYPE_IPV6_UDP,
                ip6().extensions(0, "1100010400000000").udp(1, 2, new byte[50]).bytes(),
                70);
    }

    /// Fragments have no layer 4 header that could be split off.
    @Test
    void fragmentsAreSplitBehindIpUnlessThatIsOff() {
        byte[] first = ip4().udp(1, 2, new byte[50]).fragment(0x2000).bytes();
        byte[] later = ip4().payload(50).fragment(0x0010).bytes();
        assertSplitBy(PSRTYPE_IPV4, first, 34);
        assertSplitBy(PSRTYPE_IPV4, later, 34);

        bench.write(RFCTL, RFCTL_IPFRSP_DIS);
        set(DESCTYPE_SPLIT, 256, ALL_TYPES);
        int index = guest.head();
        guest.arrive(first, ip4().udp(1, 2, new byte[50]).bytes());
        assertEquals(0, AdvancedReceiveDescriptor.headerBytes(guest.word0(index)));
        assertEquals(42, AdvancedReceiveDescriptor.headerBytes(guest.word0(index + 1)));
    }

    /// A choice: SCTP is split behind IP, as QEMU's model does; PSRTYPE has no bit for it.
    @Test
    void sctpIsSplitBehindIp() {
        assertSplitBy(PSRTYPE_IPV4, ip4().sctp(1, 2).payload(50).bytes(), 34);
    }

    @Test
    void vlanTagIsPartOfTheHeaderUnlessItIsStripped() {
        byte[] frame = ip4().tag(5).tcp(1, 2).payload(50).bytes();
        assertSplitBy(PSRTYPE_IPV4_TCP, frame, 58);
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        set(DESCTYPE_SPLIT, 256, PSRTYPE_IPV4_TCP);
        int index = guest.head();
        guest.arrive(frame);
        assertEquals(54, AdvancedReceiveDescriptor.headerBytes(guest.word0(index)));
        assertEquals(50, guest.length(index));
        assertEquals(5, AdvancedReceiveDescriptor.vlanTag(guest.word1(index)));
    }

    /// A descriptor that lacks a buffer its frame needs is skipped, and the frame goes to the next
    /// one.
    @Test
    void descriptorWithoutTheHeaderBufferThatItNeedsIsSkipped() {
        set(DESCTYPE_SPLIT, 256, ALL_TYPES);
        guest.put(0, guest.packetIova(0), 0);
        byte[] frame = Packet.tcp4(100, 1).toStation();
        guest.arrive(frame);
        assertEquals(AdvancedReceiveDescriptor.DD, guest.status(0));
        assertArrayEquals(Arrays.copyOf(frame, 54), guest.header(1, 54));

        guest.put(2, guest.packetIova(2), 0);
        guest.arrive(Frames.toStation(80, 1));
        assertArrayEquals(Frames.toStation(80, 1), guest.packet(2, 80), "not needed here");
    }

    /// Bit 0 of the header buffer's address is where DD will be.
    @Test
    void lowestBitOfTheHeaderAddressIsIgnored() {
        set(DESCTYPE_SPLIT, 256, ALL_TYPES);
        guest.put(0, guest.packetIova(0), guest.headerIova(0) | 1);
        byte[] frame = Packet.tcp4(100, 1).toStation();
        guest.arrive(frame);
        assertArrayEquals(Arrays.copyOf(frame, 54), guest.header(0, 54));
    }
}
