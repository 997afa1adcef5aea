package dev.doorbell.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Golden bytes of the 82576's transmit descriptors, both ways.
class AdvancedTransmitFormatTest {
    private static long word(String hex, int at) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(at);
    }

    @Test
    void context() {
        // IPLEN 20, MACLEN 18, VLAN 0x2064; seed 0; IPv4, TCP, DTYP 2, DEXT; IDX 1, L4LEN 32, MSS 1448
        String bytes = "1424 6420 00000000 000c 20 20 1020 a805";
        long word0 = word(bytes, 0);
        long word1 = word(bytes, 8);
        assertTrue(AdvancedTransmitDescriptor.isContext(word1));
        assertFalse(AdvancedTransmitDescriptor.isData(word1));
        assertFalse(AdvancedTransmitDescriptor.isLegacy(word1));
        assertEquals(20, AdvancedTransmitContext.ipBytes(word0));
        assertEquals(18, AdvancedTransmitContext.macBytes(word0));
        assertEquals(0x2064, AdvancedTransmitContext.vlanTag(word0));
        assertTrue(AdvancedTransmitContext.isIpv4(word1));
        assertEquals(AdvancedTransmitContext.TCP, AdvancedTransmitContext.layer4Type(word1));
        assertEquals(1, AdvancedTransmitDescriptor.contextSlot(word1));
        assertEquals(32, AdvancedTransmitContext.layer4Bytes(word1));
        assertEquals(1448, AdvancedTransmitContext.segmentBytes(word1));
        assertEquals(word0, AdvancedTransmitContext.word0(18, 20, 0x2064));
        assertEquals(
                word1,
                AdvancedTransmitContext.word1(AdvancedTransmitContext.IPV4 | AdvancedTransmitContext.TCP, 1, 32, 1448));
    }

    @Test
    void data() {
        // address, DTALEN 0x0842, stamp, DTYP 3, DCMD EOP IFCS RS DEXT VLE TSE, IDX 1, POPTS both, PAYLEN 0x21234
        String bytes = "0010 3402 0100 0000 4208 38 eb 1003 8d84";
        long word1 = word(bytes, 8);
        assertTrue(AdvancedTransmitDescriptor.isData(word1));
        assertFalse(AdvancedTransmitDescriptor.isContext(word1));
        assertEquals(0x842, AdvancedTransmitDescriptor.lengthBytes(word1));
        assertTrue(AdvancedTransmitDescriptor.endOfPacket(word1));
        assertTrue(AdvancedTransmitDescriptor.reportsStatus(word1));
        assertEquals(1, AdvancedTransmitDescriptor.contextSlot(word1));
        assertEquals(0x2_1234, AdvancedTransmitDescriptor.payloadBytes(word1));
        assertEquals(
                word1,
                AdvancedTransmitDescriptor.word1(
                        0x842,
                        AdvancedTransmitDescriptor.TIME_STAMP
                                | AdvancedTransmitDescriptor.EOP
                                | AdvancedTransmitDescriptor.IFCS
                                | AdvancedTransmitDescriptor.RS
                                | AdvancedTransmitDescriptor.VLE
                                | AdvancedTransmitDescriptor.TSE
                                | AdvancedTransmitDescriptor.IXSM
                                | AdvancedTransmitDescriptor.TXSM,
                        1,
                        0x2_1234));
    }

    @Test
    void writtenBackStatusSetsDoneAndKeepsTheRest() {
        long word1 = word("0000 0000 0000 0000 4000 38 2b 1003 8d84", 8);
        assertFalse(AdvancedTransmitDescriptor.done(word1));
        assertEquals(0x848D_0311, AdvancedTransmitDescriptor.doneStatus(word1));
        assertTrue(AdvancedTransmitDescriptor.done(word1 | AdvancedTransmitDescriptor.DD));
    }

    @Test
    void legacyAndUnknownTypes() {
        long legacy = LegacyTransmitDescriptor.word1(100, 0, 0, TransmitDescriptor.EOP, 0);
        assertTrue(AdvancedTransmitDescriptor.isLegacy(legacy));
        assertEquals(100, AdvancedTransmitDescriptor.lengthBytes(legacy));
        for (long type : new long[] {0, 1, 4, 15}) {
            long word1 = AdvancedTransmitDescriptor.DEXT | type << 20;
            assertFalse(AdvancedTransmitDescriptor.isData(word1));
            assertFalse(AdvancedTransmitDescriptor.isContext(word1));
            assertFalse(AdvancedTransmitDescriptor.isLegacy(word1));
        }
    }
}
