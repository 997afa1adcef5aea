package dev.doorbell.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What the filters and offloads of a chip with many queues want to know of a frame.
class FrameHeadersOffloadTest {
    private static final int INNER = 0x8100;
    private static final int OUTER = 0x88A8;
    private static final String ADDRESSES = "525400123456025500000001";
    private static final String TCP = "1234005000000001000000025012ffff00000000";
    private static final String UDP = "1234005000080000";
    private static final String SCTP = "0b590b590e50b2e4" + "00000000";
    private static final String IPV4 = "45000028abcd40004006" + "7b00" + "0a0000010a000002";
    private static final String SOURCE6 = "fe800000000000000000000000000001";
    private static final String TARGET6 = "fe800000000000000000000000000002";
    private static final String HOME6 = "20010db8000000000000000000000099";
    private static final String PTP = "1002002c00000200" + "0000000000000000" + "00000000" + "0102030405060708" + "0009"
            + "0a0b" + "00ff" + "00000000000000000000";

    private final FrameHeaders headers = new FrameHeaders();

    private static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(String.join("", hex));
    }

    private FrameHeaders parse(int outer, byte[] frame) {
        FrameBatch batch = new FrameBatch(1, 1024, 0);
        Batches.addScattered(batch, frame, new Random(frame.length));
        headers.parse(batch, 0, INNER, outer);
        return headers;
    }

    private FrameHeaders parse(String... hex) {
        return parse(FrameHeaders.NO_OUTER, bytes(hex));
    }

    @Test
    void tcpFlagsPortsAndAddresses() {
        parse(ADDRESSES, "0800", IPV4, TCP);
        assertEquals(FrameHeaders.TCP_SYN | FrameHeaders.TCP_ACK, headers.tcpFlags());
        assertEquals(0x1234_0050, headers.ports());
        assertEquals(0x50, headers.destinationPort());
        assertEquals(0x0A00_0001_0A00_0002L, headers.ipv4Addresses());
        assertEquals(6, headers.ipProtocol());
        assertEquals(0xABCD, headers.ipId());
        assertEquals(0x0800, headers.etherType());
        assertFalse(headers.ipExtended());
        assertFalse(headers.isFragment());
        assertTrue(headers.hasInternetChecksum());
    }

    @Test
    void sctpIsAProtocolWithoutAnInternetChecksum() {
        parse(ADDRESSES, "0800", "45000020abcd400040840000" + "0a0000010a000002", SCTP, "0000");
        assertEquals(FrameHeaders.PROTOCOL_SCTP, headers.protocol());
        assertFalse(headers.hasInternetChecksum());
        assertEquals(34, headers.layer4Start());
        assertEquals(46, headers.layer4End());
        assertEquals(12, headers.layer4HeaderBytes());
        assertEquals(0x0B59_0B59, headers.ports());
        assertEquals(0, headers.tcpFlags());
    }

    @Test
    void sctpHeaderCutShort() {
        parse(ADDRESSES, "0800", "4500001fabcd400040840000" + "0a0000010a000002", SCTP.substring(2));
        assertEquals(0, headers.protocol());
        assertEquals(132, headers.ipProtocol());
    }

    @Test
    void ipv4Options() {
        parse(ADDRESSES, "0800", "4600002cabcd40004006" + "0000" + "0a0000010a000002" + "01010101", TCP);
        assertTrue(headers.ipExtended());
        assertEquals(24, headers.ipHeaderBytes());
        assertEquals(FrameHeaders.PROTOCOL_TCP, headers.protocol());
    }

    @Test
    void fragmentsSayTheirProtocolButHaveNone() {
        parse(ADDRESSES, "0800", IPV4.replace("4000", "2000"), TCP);
        assertTrue(headers.isFragment());
        assertEquals(6, headers.ipProtocol());
        assertEquals(0, headers.protocol());
        parse(ADDRESSES, "86dd", "6000000000102cff", SOURCE6, TARGET6, "1100000000000000", UDP);
        assertTrue(headers.isFragment());
        assertTrue(headers.ipExtended());
        assertEquals(17, headers.ipProtocol());
        assertEquals(48, headers.ipHeaderBytes());
        assertEquals(0, headers.protocol());
    }

    @Test
    void plainIpv6HasItsOwnAddressesTwice() {
        parse(ADDRESSES, "86dd", "60000000000811ff", SOURCE6, TARGET6, UDP);
        assertFalse(headers.ipExtended());
        assertFalse(headers.hasHomeAddress());
        for (int i = 0; i < 4; i++) assertEquals(headers.ipv6AddressHalf(i), headers.ipv6HomeAddressHalf(i));
        assertEquals(0xFE80_0000_0000_0000L, headers.ipv6AddressHalf(0));
        assertEquals(1, headers.ipv6AddressHalf(1));
        assertEquals(2, headers.ipv6AddressHalf(3));
    }

    @Test
    void homeAddressOptionAndRoutingHeaderGiveTheOtherAddresses() {
        String routing = "3c02020100000000" + HOME6;
        String options = "1102" + "01020000" + "c910" + HOME6.replace("99", "77");
        parse(ADDRESSES, "86dd", "6000000000382bff", SOURCE6, TARGET6, routing, options, UDP);
        assertEquals(FrameHeaders.PROTOCOL_UDP, headers.protocol());
        assertTrue(headers.ipExtended());
        assertTrue(headers.hasHomeAddress());
        assertEquals(0x77, headers.ipv6HomeAddressHalf(1));
        assertEquals(0x99, headers.ipv6HomeAddressHalf(3));
        assertEquals(0x2001_0DB8_0000_0000L, headers.ipv6HomeAddressHalf(2));
        assertEquals(1, headers.ipv6AddressHalf(1));
        assertEquals(2, headers.ipv6AddressHalf(3));
    }

    @Test
    void otherRoutingHeadersAndCutOptionsGiveNone() {
        parse(ADDRESSES, "86dd", "6000000000202bff", SOURCE6, TARGET6, "1102000100000000", HOME6, UDP);
        assertFalse(headers.hasHomeAddress(), "routing type 0");
        parse(ADDRESSES, "86dd", "6000000000202bff", SOURCE6, TARGET6, "1102020200000000", HOME6, UDP);
        assertFalse(headers.hasHomeAddress(), "two segments left");
        parse(ADDRESSES, "86dd", "6000000000103cff", SOURCE6, TARGET6, "1100c91000000000", UDP);
        assertFalse(headers.hasHomeAddress(), "the option is longer than its header");
        assertEquals(FrameHeaders.PROTOCOL_UDP, headers.protocol());
    }

    @Test
    void onlyThePairOfTagsCountsWithAnOuterType() {
        parse(OUTER, bytes(ADDRESSES, "88a8", "0007", "8100", "6064", "0800", IPV4, TCP));
        assertTrue(headers.isTagged());
        assertEquals(16, headers.tagStart());
        assertEquals(0x6064, headers.vlanTag());
        assertEquals(22, headers.ipStart());
        assertEquals(FrameHeaders.PROTOCOL_TCP, headers.protocol());

        parse(OUTER, bytes(ADDRESSES, "88a8", "0007", "0800", IPV4, TCP));
        assertFalse(headers.isTagged());
        assertEquals(18, headers.ipStart());
        assertEquals(4, headers.ipVersion());

        parse(OUTER, bytes(ADDRESSES, "8100", "6064", "0800", IPV4, TCP));
        assertFalse(headers.isTagged());
        assertEquals(0, headers.ipVersion());
        assertEquals(0x8100, headers.etherType());
    }

    @Test
    void bothTagsMayHaveTheSameType() {
        parse(INNER, bytes(ADDRESSES, "8100", "0007", "8100", "6064", "0800", IPV4, TCP));
        assertTrue(headers.isTagged());
        assertEquals(0x6064, headers.vlanTag());
        parse(INNER, bytes(ADDRESSES, "8100", "0007", "0800", IPV4, TCP));
        assertFalse(headers.isTagged());
    }

    @Test
    void oneTagWithoutAnOuterType() {
        parse(ADDRESSES, "8100", "6064", "0800", IPV4, TCP);
        assertTrue(headers.isTagged());
        assertEquals(12, headers.tagStart());
        assertEquals(0x6064, headers.vlanTag());
    }

    @Test
    void snapHeadersAreSkipped() {
        parse(ADDRESSES, "0030", "aaaa03000000", "0800", IPV4, TCP);
        assertEquals(4, headers.ipVersion());
        assertEquals(22, headers.ipStart());
        assertEquals(0x0800, headers.etherType());
        parse(ADDRESSES, "0030", "aaaa03000001", "0800", IPV4, TCP);
        assertEquals(0, headers.ipVersion());
        assertEquals(0x30, headers.etherType());
    }

    @Test
    void ptpBehindItsOwnEtherType() {
        parse(ADDRESSES, "88f7", PTP);
        assertTrue(headers.isPtp());
        assertEquals(0x10, headers.ptpByte(0));
        assertEquals(2, headers.ptpByte(1));
        assertEquals(0x0102_0304_0506_0708L, headers.ptpLong(20));
        assertEquals(0x0A, headers.ptpByte(30));
    }

    @Test
    void ptpBehindUdpOverBothIps() {
        for (String port : new String[] {"013f", "0140"}) {
            String udp = "1234" + port + "0034" + "0000";
            parse(ADDRESSES, "0800", "45000048abcd40004011" + "0000" + "0a0000010a000002", udp, PTP);
            assertTrue(headers.isPtp());
            assertEquals(2, headers.ptpByte(1));
            parse(ADDRESSES, "86dd", "60000000003411ff", SOURCE6, TARGET6, udp, PTP);
            assertTrue(headers.isPtp());
            assertEquals(2, headers.ptpByte(1));
        }
        parse(ADDRESSES, "86dd", "60000000003411ff", SOURCE6, TARGET6, "013f1234" + "00340000", PTP);
        assertFalse(headers.isPtp(), "from the port, not to it");
    }

    @Test
    void ptpCutShortIsNone() {
        byte[] frame = bytes(ADDRESSES, "88f7", PTP.substring(0, 68));
        assertTrue(parse(FrameHeaders.NO_OUTER, frame).isPtp());
        assertFalse(parse(FrameHeaders.NO_OUTER, Arrays.copyOf(frame, 47)).isPtp());
    }

    @Test
    void noAccessorFailsWhateverWasParsed() {
        Random random = new Random(11);
        int[] types = {0x0800, 0x86DD, 0x8100, 0x88A8, 0x88F7, 0x0020};
        for (int round = 0; round < 50_000; round++) {
            byte[] frame = Batches.random(random, random.nextInt(300));
            for (int at = 12; at + 1 < frame.length && at <= 20; at += 4) {
                int type = types[random.nextInt(types.length)];
                frame[at] = (byte) (type >> 8);
                frame[at + 1] = (byte) type;
            }
            for (int at = 14; at < Math.min(frame.length, 30); at += 4)
                if (random.nextBoolean()) frame[at] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
            for (int at = 20; at < Math.min(frame.length, 120); at++)
                if (random.nextInt(3) == 0) frame[at] = new byte[] {0, 43, 60, 44, 17, 2, 1}[random.nextInt(7)];
            parse(random.nextBoolean() ? OUTER : FrameHeaders.NO_OUTER, frame);
            assertTrue(headers.ipStart() + headers.ipHeaderBytes() <= Math.max(frame.length, 22), "round " + round);
            if (headers.protocol() != 0) assertTrue(headers.layer4End() <= frame.length, "round " + round);
            headers.ports();
            headers.tcpFlags();
            headers.vlanTag();
            headers.ipv4Addresses();
            headers.ptpByte(FrameHeaders.PTP_BYTES - 1);
            headers.ptpLong(20);
            for (int i = 0; i < 4; i++) headers.ipv6HomeAddressHalf(i);
        }
    }
}
