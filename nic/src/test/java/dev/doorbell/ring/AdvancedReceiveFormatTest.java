package dev.doorbell.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Golden bytes of the 82576's receive descriptors, both ways, and the order in which they are stored.
class AdvancedReceiveFormatTest {
    private static long word(String hex, int at) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(at);
    }

    @Test
    void writtenBackWithAHash() {
        // RSS 1, packet type IPv4 TCP; HDR_LEN 54, SPH; hash 51CCC178; DD EOP VP L4CS IPCS TS, L4E;
        // 1448 bytes, tag 0x2064
        String bytes = "1101 c086 78c1cc51 6b00 0120 a805 6420";
        long word0 = word(bytes, 0);
        long word1 = word(bytes, 8);
        assertEquals(1, AdvancedReceiveDescriptor.rssType(word0));
        assertEquals(0x110, AdvancedReceiveDescriptor.packetType(word0));
        assertEquals(54, AdvancedReceiveDescriptor.headerBytes(word0));
        assertTrue(AdvancedReceiveDescriptor.headerFound(word0));
        assertEquals(0x51CC_C178, AdvancedReceiveDescriptor.rssHash(word0));
        assertTrue(AdvancedReceiveDescriptor.done(word1));
        assertTrue(AdvancedReceiveDescriptor.endOfPacket(word1));
        assertTrue(AdvancedReceiveDescriptor.hasErrors(word1));
        int status = AdvancedReceiveDescriptor.DD
                | AdvancedReceiveDescriptor.EOP
                | AdvancedReceiveDescriptor.VP
                | AdvancedReceiveDescriptor.L4CS
                | AdvancedReceiveDescriptor.IPCS
                | AdvancedReceiveDescriptor.TS
                | AdvancedReceiveDescriptor.L4E;
        assertEquals(status, AdvancedReceiveDescriptor.status(word1));
        assertEquals(1448, AdvancedReceiveDescriptor.lengthBytes(word1));
        assertEquals(0x2064, AdvancedReceiveDescriptor.vlanTag(word1));
        assertEquals(
                word0,
                AdvancedReceiveDescriptor.word0(1, 0x110, 0x51CC_C178)
                        | AdvancedReceiveDescriptor.SPH
                        | AdvancedReceiveDescriptor.headerField(54));
        assertEquals(word1, AdvancedReceiveDescriptor.word1(status, 1448, 0x2064));
    }

    @Test
    void writtenBackWithAChecksum() {
        // IPv6 with extensions and UDP; IP id 0x1234, packet checksum 0xFEDC; every error
        String bytes = "c002 0000 3412 dcfe 0700 f0ff ffff 0000";
        long word0 = word(bytes, 0);
        assertEquals(0x2C0, AdvancedReceiveDescriptor.packetType(word0));
        assertFalse(AdvancedReceiveDescriptor.headerFound(word0));
        assertEquals(0x1234, AdvancedReceiveDescriptor.ipId(word0));
        assertEquals(0xFEDC, AdvancedReceiveDescriptor.packetChecksum(word0));
        assertEquals(word0, AdvancedReceiveDescriptor.word0(0, 0x2C0, 0x1234, 0xFEDC));
        assertEquals(0xFFFF, AdvancedReceiveDescriptor.lengthBytes(word(bytes, 8)));
    }

    @Test
    void errorsLieAboveTheStatus() {
        assertFalse(AdvancedReceiveDescriptor.hasErrors(AdvancedReceiveDescriptor.word1(0xF_FFFF, 0xFFFF, 0xFFFF)));
        for (int error : new int[] {
            AdvancedReceiveDescriptor.HBO,
            AdvancedReceiveDescriptor.CE,
            AdvancedReceiveDescriptor.L4E,
            AdvancedReceiveDescriptor.IPE,
            AdvancedReceiveDescriptor.RXE
        }) assertTrue(AdvancedReceiveDescriptor.hasErrors(AdvancedReceiveDescriptor.word1(error, 0, 0)));
        assertEquals(0, AdvancedReceiveDescriptor.word1(AdvancedReceiveDescriptor.RXE, 0, 0) >>> 32);
    }
}
