package dev.doorbell.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EthernetAddressTest {
    @Test
    void firstByteOnTheWireLiesLowest() {
        byte[] wire = HexFormat.of().parseHex("525400123456");
        assertEquals(0x5634_1200_5452L, EthernetAddress.read(Batches.memory(wire), 0));
        assertEquals(0x5634_1200_5452L, EthernetAddress.parse("52:54:00:12:34:56"));
        assertEquals("52:54:00:12:34:56", EthernetAddress.format(0x5634_1200_5452L));
    }

    @Test
    void groupBitIsTheFirstOneOnTheWire() {
        assertTrue(EthernetAddress.isGroup(EthernetAddress.parse("01:00:5e:00:00:01")));
        assertFalse(EthernetAddress.isGroup(EthernetAddress.parse("02:00:5e:00:00:01")));
        assertTrue(EthernetAddress.isBroadcast(EthernetAddress.parse("ff-ff-ff-ff-ff-ff")));
        assertFalse(EthernetAddress.isBroadcast(EthernetAddress.parse("ff:ff:ff:ff:ff:fe")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "52:54:00:12:34", "52:54:00:12:34:56:78", "52:54:00:12:34:5g", "525400123456", "5:4:0:1:2:3"
            })
    void otherTextIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> EthernetAddress.parse(text));
    }
}
