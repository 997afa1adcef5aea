package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_EXT_EE_RST;
import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.EECD_CS;
import static dev.doorbell.register.E1000Bits.EECD_DI;
import static dev.doorbell.register.E1000Bits.EECD_GNT;
import static dev.doorbell.register.E1000Bits.EECD_PRES;
import static dev.doorbell.register.E1000Bits.EECD_REQ;
import static dev.doorbell.register.E1000Bits.EECD_SK;
import static dev.doorbell.register.E1000Bits.EERD_DONE;
import static dev.doorbell.register.E1000Bits.EERD_START;
import static dev.doorbell.register.E1000Bits.RAH_AV;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.CTRL_EXT;
import static dev.doorbell.register.E1000Register.EECD;
import static dev.doorbell.register.E1000Register.EERD;
import static dev.doorbell.register.E1000Register.RAH;
import static dev.doorbell.register.E1000Register.RAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import org.junit.jupiter.api.Test;

/// The EEPROM by words, by pins, and what the chip loads from it.
class EepromStoryTest {
    private static final int SIZE_256_WORDS = 1 << 9;
    private static final int TYPE_SPI = 1 << 13;

    private final Bench bench = Bench.withLink();
    private final EepromPins pins = new EepromPins(bench);

    private int word(int address) {
        bench.write(EERD, address << 8 | EERD_START);
        int result = bench.read(EERD);
        assertEquals(EERD_DONE, result & (EERD_DONE | EERD_START), "done, and START has cleared itself");
        return result >>> 16;
    }

    @Test
    void wordsSumToTheChecksumDriversAskFor() {
        int sum = 0;
        for (int address = 0; address < 64; address++) sum += word(address);

        assertEquals(0xBABA, sum & 0xFFFF);
    }

    @Test
    void imageCarriesAddressAndIdentity() {
        assertEquals(0x5452, word(0), "first byte on the wire is the low byte");
        assertEquals(0x1200, word(1));
        assertEquals(0x5634, word(2));
        assertEquals(0x001E, word(0x0B), "subsystem");
        assertEquals(0x8086, word(0x0C));
        assertEquals(0x100E, word(0x0D));
        assertEquals(0x8086, word(0x0E));
        assertEquals(0x3000, word(0x0F) & 0x3000, "PAUSE in both directions");
        assertEquals(0, word(0x24) & 1 << 10, "no wake up by default");
    }

    @Test
    void serverModelHasItsOwnDeviceId() {
        Bench server = new Bench(new E1000Options(E1000Model.I82545EM, Bench.MAC), new Wire());
        server.write(EERD, 0x0D << 8 | EERD_START);

        assertEquals(0x100F, server.read(EERD) >>> 16);
    }

    @Test
    void readEngineWithoutStartDoesNothing() {
        bench.write(EERD, 0x0D << 8);

        assertEquals(0x0D00, bench.read(EERD));
    }

    @Test
    void wordsBeyondTheLastWrapAsSixAddressBitsDo() {
        assertEquals(word(0x0D), word(0x4D));
    }

    @Test
    void pinsTellAMicrowirePartOf64Words() {
        int control = bench.read(EECD);

        assertEquals(EECD_PRES, control & (EECD_PRES | SIZE_256_WORDS | TYPE_SPI));
    }

    @Test
    void grantFollowsRequest() {
        assertEquals(0, bench.read(EECD) & EECD_GNT);
        bench.write(EECD, EECD_REQ);
        assertEquals(EECD_GNT, bench.read(EECD) & EECD_GNT);
        bench.write(EECD, 0);
        assertEquals(0, bench.read(EECD) & EECD_GNT);
    }

    @Test
    void bitBangedWordsAreTheEnginesWords() {
        pins.acquire();
        int[] seen = new int[64];
        for (int address = 0; address < 64; address++) seen[address] = pins.read(address);
        pins.release();

        for (int address = 0; address < 64; address++) assertEquals(word(address), seen[address], "word " + address);
    }

    @Test
    void clockingOnReadsTheNextWord() {
        pins.acquire();
        pins.shiftOut(EepromPins.READ, 3);
        pins.shiftOut(0x0D, 6);
        assertFalse(pins.dataOut(), "a dummy 0 comes before the word");

        assertEquals(0x100E, pins.shiftIn());
        assertEquals(0x8086, pins.shiftIn());
        pins.release();
    }

    @Test
    void writeIsRefusedUntilEnabled() {
        int before = word(0x30);
        pins.acquire();
        pins.write(0x30, 0xCAFE);
        assertTrue(pins.dataOut(), "ready");
        pins.release();

        assertEquals(before, word(0x30));
    }

    @Test
    void enabledWriteChangesOneWordAndShowsCompletion() {
        pins.acquire();
        pins.extended(EepromPins.WRITE_ENABLE);
        pins.write(0x30, 0xCAFE);
        assertTrue(pins.dataOut(), "completion: data out goes high with chip select");
        pins.standby();
        pins.extended(EepromPins.WRITE_DISABLE);
        pins.write(0x31, 0xCAFE);
        pins.release();

        assertEquals(0xCAFE, word(0x30));
        assertEquals(0xFFFF, word(0x31), "disabled again");
        assertEquals(0xFFFF, word(0x2F));
    }

    @Test
    void eraseSetsAWordToOnes() {
        pins.acquire();
        pins.extended(EepromPins.WRITE_ENABLE);
        pins.erase(0x0D);
        pins.release();

        assertEquals(0xFFFF, word(0x0D));
        assertEquals(0x8086, word(0x0E));
    }

    @Test
    void writeAllAndEraseAllReachEveryWord() {
        pins.acquire();
        pins.extended(EepromPins.WRITE_ENABLE);
        pins.extended(EepromPins.WRITE_ALL);
        for (int address = 0; address < 64; address++) assertEquals(0x1234, word(address));
        pins.extended(EepromPins.ERASE_ALL);
        for (int address = 0; address < 64; address++) assertEquals(0xFFFF, word(address));
        pins.release();
    }

    @Test
    void commandCutShortByChipSelectIsForgotten() {
        pins.acquire();
        pins.extended(EepromPins.WRITE_ENABLE);
        pins.shiftOut(EepromPins.WRITE, 3);
        pins.shiftOut(0x0D, 6);
        pins.shiftOut(0x7F, 15);
        pins.standby();
        assertEquals(0x100E, pins.read(0x0D));
        pins.release();

        assertEquals(0x100E, word(0x0D));
    }

    @Test
    void pinsDoNothingWithoutTheBus() {
        EepromPins unowned = new EepromPins(bench);
        unowned.extended(EepromPins.WRITE_ENABLE); // never asked for the bus
        pins.acquire();
        pins.write(0x30, 0xCAFE);
        pins.release();

        assertEquals(0xFFFF, word(0x30));
    }

    @Test
    void addressIsLoadedAtPowerOnAndValid() {
        assertEquals(0x1200_5452, bench.read(RAL, 0));
        assertEquals(RAH_AV | 0x5634, bench.read(RAH, 0));
        assertEquals(0, bench.read(RAH, 1));
    }

    @Test
    void softwareResetLoadsTheAddressAgain() {
        bench.write(RAL, 0, 0x1111_1111);
        bench.write(RAH, 0, 0x2222);
        bench.write(CTRL, CTRL_RST);

        assertEquals(0x1200_5452, bench.read(RAL, 0));
        assertEquals(RAH_AV | 0x5634, bench.read(RAH, 0));
    }

    @Test
    void eepromResetLoadsTheAddressAndClearsItself() {
        bench.write(RAL, 0, 0x1111_1111);
        bench.write(CTRL_EXT, CTRL_EXT_EE_RST);

        assertEquals(0, bench.read(CTRL_EXT) & CTRL_EXT_EE_RST);
        assertEquals(0x1200_5452, bench.read(RAL, 0));
    }

    @Test
    void writtenAddressSurvivesPowerOffAndIsLoaded() {
        pins.acquire();
        pins.extended(EepromPins.WRITE_ENABLE);
        pins.write(2, 0x9988);
        pins.release();
        bench.card.reset();

        assertEquals(RAH_AV | 0x9988, bench.read(RAH, 0));
        pins.acquire();
        pins.write(2, 0x5634);
        pins.release();
        assertEquals(0x9988, word(2), "power-on disables writing");
    }

    @Test
    void resetInTheMiddleOfACommandFreesTheBus() {
        bench.write(EECD, EECD_REQ);
        bench.write(EECD, EECD_REQ | EECD_CS | EECD_DI);
        bench.write(EECD, EECD_REQ | EECD_CS | EECD_DI | EECD_SK);
        bench.write(CTRL, CTRL_RST);

        assertEquals(0, bench.read(EECD) & (EECD_REQ | EECD_GNT | EECD_CS));
        pins.acquire();
        assertEquals(0x100E, pins.read(0x0D));
    }
}
