package dev.doorbell.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Golden bytes, both ways: as a driver of a real card lays them out in memory.
class DescriptorFormatTest {
    private static long word(String hex, int at) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(at);
    }

    @Test
    void legacyTransmit() {
        // address, length 0x05EA, CSO 0x32, CMD RS EOP IFCS IC, STA, CSS 0x22, special 0x2064
        String bytes = "0010 3402 0100 0000  ea05 32 0f 00 22 6420";
        long word1 = word(bytes, 8);
        assertEquals(0x1_0234_1000L, word(bytes, 0));
        assertTrue(TransmitDescriptor.isLegacy(word1));
        assertFalse(TransmitDescriptor.isContext(word1));
        assertFalse(TransmitDescriptor.isData(word1));
        assertEquals(0x5EA, LegacyTransmitDescriptor.lengthBytes(word1));
        assertEquals(0x32, LegacyTransmitDescriptor.checksumOffset(word1));
        assertEquals(0x22, LegacyTransmitDescriptor.checksumStart(word1));
        assertTrue(LegacyTransmitDescriptor.insertsChecksum(word1));
        assertTrue(TransmitDescriptor.endOfPacket(word1));
        assertTrue(TransmitDescriptor.reportsStatus(word1));
        assertFalse(TransmitDescriptor.delaysInterrupt(word1));
        assertFalse(TransmitDescriptor.insertsVlanTag(word1));
        assertEquals(0x2064, TransmitDescriptor.vlanTag(word1));
        assertEquals(
                word1,
                LegacyTransmitDescriptor.word1(
                        0x5EA,
                        0x32,
                        0x22,
                        TransmitDescriptor.EOP
                                | TransmitDescriptor.IFCS
                                | TransmitDescriptor.RS
                                | LegacyTransmitDescriptor.IC,
                        0x2064));
    }

    @Test
    void writtenBackStatusSetsDoneClearsErrorsAndKeepsTheRest() {
        long word1 = word("0000 0000 0000 0000  4000 00 09 0e 22 6420", 8);
        assertFalse(TransmitDescriptor.done(word1));
        assertEquals(0x2064_2201, TransmitDescriptor.doneStatus(word1));
        assertTrue(TransmitDescriptor.done(1L << 32 | word1));
        assertEquals(12, TransmitDescriptor.STATUS_OFFSET);
    }

    @Test
    void context() {
        // IPCSS 14, IPCSO 24, IPCSE 33, TUCSS 34, TUCSO 50, TUCSE 0; PAYLEN 0x1EF00, TCP IP TSE RS DEXT;
        // HDRLEN 54, MSS 1448
        String bytes = "0e 18 2100 22 32 0000  00ef 01 2f 00 36 a805";
        long word0 = word(bytes, 0);
        long word1 = word(bytes, 8);
        assertTrue(TransmitDescriptor.isContext(word1));
        assertEquals(14, TransmitContextDescriptor.ipStart(word0));
        assertEquals(24, TransmitContextDescriptor.ipOffset(word0));
        assertEquals(33, TransmitContextDescriptor.ipEnd(word0));
        assertEquals(34, TransmitContextDescriptor.layer4Start(word0));
        assertEquals(50, TransmitContextDescriptor.layer4Offset(word0));
        assertEquals(0, TransmitContextDescriptor.layer4End(word0));
        assertEquals(0x1EF00, TransmitContextDescriptor.payloadBytes(word1));
        assertEquals(54, TransmitContextDescriptor.headerBytes(word1));
        assertEquals(1448, TransmitContextDescriptor.segmentBytes(word1));
        assertTrue(TransmitContextDescriptor.isTcp(word1));
        assertTrue(TransmitContextDescriptor.isIpv4(word1));
        assertTrue(TransmitContextDescriptor.segments(word1));
        assertTrue(TransmitDescriptor.reportsStatus(word1));
        assertEquals(word0, TransmitContextDescriptor.word0(14, 24, 33, 34, 50, 0));
        assertEquals(
                word1,
                TransmitContextDescriptor.word1(
                        0x1EF00,
                        TransmitContextDescriptor.TCP
                                | TransmitContextDescriptor.IPV4
                                | TransmitContextDescriptor.TSE
                                | TransmitDescriptor.RS,
                        54,
                        1448));
    }

    @Test
    void data() {
        // DTALEN 0x12345, DTYP 1, DCMD IDE VLE DEXT RS TSE EOP; STA, POPTS IXSM TXSM, special
        String bytes = "0000 0000 0000 0000  4523 11 ed 00 03 0580";
        long word1 = word(bytes, 8);
        assertTrue(TransmitDescriptor.isData(word1));
        assertFalse(TransmitDescriptor.isContext(word1));
        assertEquals(0x12345, TransmitDataDescriptor.lengthBytes(word1));
        assertTrue(TransmitDataDescriptor.segments(word1));
        assertTrue(TransmitDataDescriptor.insertsIpChecksum(word1));
        assertTrue(TransmitDataDescriptor.insertsLayer4Checksum(word1));
        assertTrue(TransmitDescriptor.delaysInterrupt(word1));
        assertTrue(TransmitDescriptor.insertsVlanTag(word1));
        assertEquals(0x8005, TransmitDescriptor.vlanTag(word1));
        assertEquals(
                word1,
                TransmitDataDescriptor.word1(
                        0x12345,
                        TransmitDescriptor.EOP
                                | TransmitDescriptor.RS
                                | TransmitDescriptor.VLE
                                | TransmitDescriptor.IDE
                                | TransmitDataDescriptor.TSE
                                | TransmitDataDescriptor.IXSM
                                | TransmitDataDescriptor.TXSM,
                        0x8005));
    }

    @Test
    void unknownTypeIsNeitherOfThem() {
        long word1 = word("0000 0000 0000 0000  0000 20 20 00 00 0000", 8);
        assertFalse(TransmitDescriptor.isLegacy(word1));
        assertFalse(TransmitDescriptor.isContext(word1));
        assertFalse(TransmitDescriptor.isData(word1));
    }

    @Test
    void legacyReceive() {
        // length 0x40, checksum 0xBEEF, status DD EOP VP TCPCS IPCS, errors TCPE, special 0x3007
        String bytes = "0010 0000 0000 0000  4000 efbe 6b 20 0730";
        long word1 = word(bytes, 8);
        assertEquals(0x40, LegacyReceiveDescriptor.lengthBytes(word1));
        assertEquals(0xBEEF, LegacyReceiveDescriptor.packetChecksum(word1));
        assertTrue(LegacyReceiveDescriptor.done(word1));
        assertTrue(LegacyReceiveDescriptor.endOfPacket(word1));
        assertTrue(LegacyReceiveDescriptor.hasErrors(word1));
        assertEquals(0x3007, LegacyReceiveDescriptor.vlanTag(word1));
        assertEquals(
                word1,
                LegacyReceiveDescriptor.word1(
                        0x40,
                        0xBEEF,
                        LegacyReceiveDescriptor.DD
                                | LegacyReceiveDescriptor.EOP
                                | LegacyReceiveDescriptor.VP
                                | LegacyReceiveDescriptor.TCPCS
                                | LegacyReceiveDescriptor.IPCS
                                | LegacyReceiveDescriptor.TCPE,
                        0x3007));
        assertEquals(8, LegacyReceiveDescriptor.WORD1_OFFSET);
    }

    @Test
    void everyReceiveBitLiesWhereTheManualPutsIt() {
        long[] status = {
            LegacyReceiveDescriptor.DD,
            LegacyReceiveDescriptor.EOP,
            LegacyReceiveDescriptor.IXSM,
            LegacyReceiveDescriptor.VP,
            LegacyReceiveDescriptor.UDPCS,
            LegacyReceiveDescriptor.TCPCS,
            LegacyReceiveDescriptor.IPCS,
            LegacyReceiveDescriptor.PIF
        };
        for (int bit = 0; bit < status.length; bit++) assertEquals(1L << (32 + bit), status[bit]);
        assertEquals(1L << 40, LegacyReceiveDescriptor.CE);
        assertEquals(1L << 41, LegacyReceiveDescriptor.SE);
        assertEquals(1L << 42, LegacyReceiveDescriptor.SEQ);
        assertEquals(1L << 44, LegacyReceiveDescriptor.CXE);
        assertEquals(1L << 45, LegacyReceiveDescriptor.TCPE);
        assertEquals(1L << 46, LegacyReceiveDescriptor.IPE);
        assertEquals(1L << 47, LegacyReceiveDescriptor.RXE);
    }
}
