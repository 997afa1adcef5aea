package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EE_RST;
import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.EECD_ADDR_BITS;
import static dev.doorbell.register.IgbBits.EECD_AUTO_RD;
import static dev.doorbell.register.IgbBits.EECD_PRES;
import static dev.doorbell.register.IgbBits.EECD_REQ;
import static dev.doorbell.register.IgbBits.EERD_ADDR_SHIFT;
import static dev.doorbell.register.IgbBits.EERD_DONE;
import static dev.doorbell.register.IgbBits.EERD_START;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.EECD;
import static dev.doorbell.register.IgbRegister.EEMNGCTL;
import static dev.doorbell.register.IgbRegister.EERD;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    private EepromPins pins(int addressBits) {
        if (addressBits == 16) bench.write(EECD, bench.read(EECD) | EECD_ADDR_BITS);
        EepromPins pins = new EepromPins(bench, addressBits);
        pins.acquire();
        return pins;
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void pinsReadTheWordsThatTheEngineReads(int addressBits) {
        EepromPins pins = pins(addressBits);
        int[] all = pins.read(0, 256);
        assertEquals(word(0x26), pins.read(0x26, 1)[0]);
        assertEquals(word(0xFF), pins.read(0xFF, 1)[0], "in the upper half");
        pins.release();

        for (int address = 0; address < 256; address++) assertEquals(word(address), all[address], "word " + address);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void wordIsWrittenOnceWritingIsEnabled(int addressBits) {
        EepromPins pins = pins(addressBits);
        pins.write(0x42, 0x1234);
        assertEquals(0xFFFF, word(0x42), "not enabled");
        pins.command(EepromPins.WRITE_ENABLE);
        assertEquals(2, pins.status(), "enabled, not busy");
        pins.write(0x42, 0x1234, 0x5678);
        assertEquals(0, pins.status(), "a write takes the enable back");
        pins.write(0x42, 0, 0);
        pins.command(EepromPins.WRITE_ENABLE);
        pins.write(0xC0, 0x9ABC);
        pins.release();

        assertEquals(0x1234, word(0x42));
        assertEquals(0x5678, word(0x43));
        assertEquals(0x9ABC, word(0xC0));
    }

    @Test
    void writingIsDisabledByCommandAndByPowerOn() {
        EepromPins pins = pins(8);
        pins.command(EepromPins.WRITE_ENABLE);
        pins.command(EepromPins.WRITE_DISABLE);
        pins.write(0x42, 0x1234);
        pins.command(EepromPins.WRITE_ENABLE);
        bench.card.reset();
        pins.acquire();
        pins.write(0x42, 0x1234);

        assertEquals(0xFFFF, word(0x42));
    }

    /// 8 bytes, 4 words, on a part with 8 address bits.
    @Test
    void writeStaysInItsPage() {
        EepromPins pins = pins(8);
        pins.command(EepromPins.WRITE_ENABLE);
        pins.write(0x46, 1, 2, 3);

        assertEquals(1, word(0x46));
        assertEquals(2, word(0x47));
        assertEquals(3, word(0x44), "the page's start");
        assertEquals(0xFFFF, word(0x48));
    }

    @Test
    void pinsDoNothingWithoutTheBus() {
        EepromPins pins = pins(8);
        pins.command(EepromPins.WRITE_ENABLE);
        pins.release();
        bench.write(EECD, bench.read(EECD) & ~EECD_REQ);
        pins.write(0x42, 0x1234); // the pins move, and REQ is 0

        assertEquals(0xFFFF, word(0x42));
    }

    @Test
    void eepromResetLoadsTheAddressThatWasWritten() {
        EepromPins pins = pins(8);
        pins.command(EepromPins.WRITE_ENABLE);
        pins.write(2, 0x7856);
        pins.release();
        assertEquals(RAH_AV | 0x5634, bench.read(RAH));
        bench.write(CTRL_EXT, CTRL_EXT_EE_RST);

        assertEquals(RAH_AV | 0x7856, bench.read(RAH));
        assertEquals(0, bench.read(CTRL_EXT) & CTRL_EXT_EE_RST, "clears itself");
    }

    @Test
    void wordsOutliveEveryReset() {
        EepromPins pins = pins(8);
        pins.command(EepromPins.WRITE_ENABLE);
        pins.write(0x42, 0x1234);
        bench.write(CTRL, CTRL_RST);
        bench.card.reset();

        assertEquals(0x1234, word(0x42));
    }
}
