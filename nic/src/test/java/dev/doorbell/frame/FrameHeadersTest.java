package dev.doorbell.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameHeadersTest {
    private static final int VLAN = 0x8100;
    private static final String ADDRESSES = "525400123456025500000001";
    private static final String TCP = "1234005000000001000000025010ffff00000000";
    private static final String UDP = "1234005000080000";
    /// 40 bytes to 10.0.0.2, "don't fragment", header checksum right.
    private static final String IPV4 = "45000028abcd40004006" + "7b00" + "0a0000010a000002";

    private static final String IPV6_ADDRESSES = "fe800000000000000000000000000001fe800000000000000000000000000002";

    private final FrameHeaders headers = new FrameHeaders();

    private static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(String.join("", hex));
    }

    private FrameHeaders parse(byte[] frame) {
        FrameBatch batch = new FrameBatch(1, 1024, 0);
        Batches.addScattered(batch, frame, new Random(frame.length));
        headers.parse(batch, 0, VLAN);
        return headers;
    }

    @Test
    void tcpOverIpv4() {
        parse(bytes(ADDRESSES, "0800", IPV4, TCP, "000000000000"));
        assertEquals(EthernetAddress.parse("52:54:00:12:34:56"), headers.destination());
        assertEquals(EthernetAddress.parse("02:55:00:00:00:01"), headers.source());
        assertFalse(headers.isTagged());
        assertEquals(4, headers.ipVersion());
        assertEquals(14, headers.ipStart());
        assertEquals(20, headers.ipHeaderBytes());
        assertEquals(FrameHeaders.PROTOCOL_TCP, headers.protocol());
        assertEquals(34, headers.layer4Start());
        assertEquals(54, headers.layer4End(), "padding is not part of the packet");
        assertEquals(20, headers.layer4HeaderBytes());
        assertEquals(0x0A00 + 1 + 0x0A00 + 2 + 6, headers.pseudoHeaderSum());
        assertTrue(headers.ipChecksumRight());
    }

    @Test
    void wrongIpv4HeaderChecksum() {
        assertFalse(parse(bytes(ADDRESSES, "0800", IPV4.replace("7b00", "7b01"), TCP))
                .ipChecksumRight());
    }

    @Test
    void udpBehindAVlanTagOverIpv6() {
        parse(bytes(ADDRESSES, "8100", "6064", "86dd", "60000000000811ff", IPV6_ADDRESSES, UDP));
        assertTrue(headers.isTagged());
        assertEquals(0x6064, headers.vlanTag());
        assertEquals(6, headers.ipVersion());
        assertEquals(18, headers.ipStart());
        assertEquals(FrameHeaders.PROTOCOL_UDP, headers.protocol());
        assertEquals(58, headers.layer4Start());
        assertEquals(66, headers.layer4End());
        assertTrue(headers.udpChecksumAbsent());
    }

    @Test
    void ipv6ExtensionHeadersAreSkipped() {
        parse(bytes(
                ADDRESSES, "86dd", "60000000001800ff", IPV6_ADDRESSES, "3c00000000000000", "1100000000000000", UDP));
        assertEquals(FrameHeaders.PROTOCOL_UDP, headers.protocol());
        assertEquals(70, headers.layer4Start());
        assertEquals(56, headers.ipHeaderBytes());
    }

    @Test
    void extensionHeadersWithoutEndAreGivenUp() {
        byte[] frame = new byte[400];
        byte[] head = bytes(ADDRESSES, "86dd", "6000000001400000", IPV6_ADDRESSES);
        System.arraycopy(head, 0, frame, 0, head.length); // zeros: hop-by-hop headers one after the other
        assertEquals(0, parse(frame).protocol());
    }

    @Test
    void fragmentsHaveNoLayer4() {
        assertEquals(
                0,
                parse(bytes(ADDRESSES, "0800", IPV4.replace("4000", "2000"), TCP))
                        .protocol());
        assertEquals(
                0,
                parse(bytes(ADDRESSES, "0800", IPV4.replace("4000", "0001"), TCP))
                        .protocol());
        parse(bytes(ADDRESSES, "86dd", "6000000000102cff", IPV6_ADDRESSES, "1100000000000000", UDP));
        assertEquals(0, headers.protocol());
    }

    @Test
    void frameCutShortAtAnyByteClaimsNothingBeyondItsEnd() {
        byte[] whole = bytes(ADDRESSES, "8100", "0064", "0800", IPV4, TCP);
        for (int length = 0; length < whole.length; length++) {
            parse(Arrays.copyOf(whole, length));
            assertEquals(0, headers.protocol(), length + " bytes");
            assertEquals(0, headers.ipVersion(), length + " bytes: the total length lies beyond the end");
            assertEquals(length >= 14, headers.isEthernet());
        }
    }

    @Test
    void randomHeadersNeverReachBeyondTheFrame() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] frame = Batches.random(random, 14 + random.nextInt(300));
            frame[12] = (byte) (random.nextBoolean() ? 0x08 : 0x86);
            frame[13] = (byte) (frame[12] == 0x08 ? 0 : 0xDD);
            if (frame.length > 14) frame[14] = (byte) (frame[12] == 0x08 ? 0x45 + random.nextInt(3) : 0x60);
            if (frame.length > 23) frame[frame[12] == 0x08 ? 23 : 20] = (byte) (random.nextBoolean() ? 6 : 17);
            parse(frame);
            if (headers.protocol() == 0) continue;
            String at = "seed 7, round " + round;
            assertTrue(headers.layer4Start() + headers.layer4HeaderBytes() <= headers.layer4End(), at);
            assertTrue(headers.layer4End() <= frame.length, at);
            assertTrue(headers.ipStart() + headers.ipHeaderBytes() <= headers.layer4Start(), at);
        }
    }
}
