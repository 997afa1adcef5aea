package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.EECD_AUTO_RD;
import static dev.doorbell.register.IgbBits.EECD_PRES;
import static dev.doorbell.register.IgbBits.EERD_ADDR_SHIFT;
import static dev.doorbell.register.IgbBits.EERD_DONE;
import static dev.doorbell.register.IgbBits.EERD_START;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbRegister.EECD;
import static dev.doorbell.register.IgbRegister.EEMNGCTL;
import static dev.doorbell.register.IgbRegister.EERD;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// The EEPROM by words, by pins, and what the chip loads from it.
class EepromStoryTest {
    private final IgbBench bench = IgbBench.withLink();

    private int word(int address) {
        bench.write(EERD, address << EERD_ADDR_SHIFT | EERD_START);
        int result = bench.read(EERD);
        assertEquals(EERD_DONE, result & (EERD_DONE | EERD_START), "done, and START has cleared itself");
        return result >>> 16;
    }

    @Test
    void wordsSumToTheChecksumWithoutWhichDriversRefuseTheCard() {
        int sum = 0;
        for (int address = 0; address < 64; address++) sum += word(address);

        assertEquals(0xBABA, sum & 0xFFFF);
    }

    @Test
    void wordsAreThoseOfThisChip() {
        assertEquals(0x5452, word(0), "first byte on the wire lowest");
        assertEquals(0x1200, word(1));
        assertEquals(0x5634, word(2));
        assertEquals(0x8086, word(0x0C), "subsystem vendor");
        assertEquals(0x10C9, word(0x0D), "device, port 0");
        assertEquals(0x8086, word(0x0E), "vendor");
        assertEquals(0x10C9, word(0x11), "device, port 1");
        assertEquals(0x10CA, word(0x26), "virtual functions");
        assertEquals(0xFFFF, word(0x37), "no alternate MAC address");
    }

    @Test
    void stationAddressIsLoadedAndTheLoadShows() {
        assertEquals(0x1200_5452, bench.read(RAL));
        assertEquals(RAH_AV | 0x5634, bench.read(RAH));
        assertEquals(EECD_PRES | EECD_AUTO_RD, bench.read(EECD) & (EECD_PRES | EECD_AUTO_RD));
        assertEquals(1 << 18, bench.read(EEMNGCTL) & 3 << 18, "port 0 is configured");
    }

    @Test
    void sizeIs256Words() {
        assertEquals(2, bench.read(EECD) >>> 11 & 0xF, "2^(6+2)");
        assertEquals(word(0), word(256), "only 8 address bits are wired");
    }
}
