package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.GPIE_EIAME;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.GPIE_NSICR;
import static dev.doorbell.register.IgbBits.GPIE_PBA_SUPPORT;
import static dev.doorbell.register.IgbBits.ICR_ALL;
import static dev.doorbell.register.IgbBits.ICR_DOUTSYNC;
import static dev.doorbell.register.IgbBits.ICR_LSC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.register.IgbRegister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The interrupt part of `ethtool -t` of the stock igb driver, with its handler: it sees what it reads
/// from ICR. Every bit of ICR, with MSI-X, MSI and the line.
class EthtoolInterruptStoryTest {
    private static final int TEN_MS = 10_000;
    private static final int MEMORY_AND_MASTER = 0x6;

    private final IgbSlot slot = new IgbSlot(new IgbOptions(IgbBench.MAC), 4096);
    private int handled; // messages that the handler was called for
    private int seen; // what it read from ICR

    EthtoolInterruptStoryTest() {
        slot.writeConfig(0x04, MEMORY_AND_MASTER);
    }

    /// Waits as the test does. Interrupts meanwhile call the handler: one for each message, and the
    /// line as long as it is up.
    private void await() {
        slot.sleepUs(TEN_MS);
        for (int calls = 0; slot.line(); calls++) {
            assertTrue(calls < 10, "nobody cared");
            seen |= slot.read(IgbRegister.ICR);
        }
        for (; handled < slot.messages(); handled++) seen |= slot.read(IgbRegister.ICR);
    }

    /// What the driver leaves when the interface goes down, and the reset before the test.
    private void closeAndReset() {
        slot.write(IgbRegister.EIAM, 0);
        slot.write(IgbRegister.EIMC, -1);
        slot.write(IgbRegister.EIAC, 0);
        slot.write(IgbRegister.IAM, 0);
        slot.write(IgbRegister.IMC, -1);
        slot.write(IgbRegister.CTRL, slot.read(IgbRegister.CTRL) | CTRL_RST);
        slot.write(IgbRegister.IMC, -1);
        slot.read(IgbRegister.ICR);
    }

    private void interfaceUpWithMsix() {
        slot.enableMsix();
        slot.write(IgbRegister.GPIE, GPIE_MULTIPLE_MSIX | GPIE_PBA_SUPPORT | GPIE_EIAME | GPIE_NSICR);
        slot.write(IgbRegister.IVAR_MISC, 0x80 << 8);
        slot.write(IgbRegister.IVAR0, 0x8281);
        slot.write(IgbRegister.EIAC, 0b111);
        slot.write(IgbRegister.EIAM, 0b111);
        slot.write(IgbRegister.EIMS, 0b111);
        slot.write(IgbRegister.IMS, ICR_LSC | ICR_DOUTSYNC);
    }

    private void test(boolean alone) {
        slot.write(IgbRegister.IMC, -1);
        await();
        for (int i = 0; i < 31; i++) {
            int bit = 1 << i;
            if ((bit & ICR_ALL) == 0) continue;
            if (alone) {
                step(-1, bit, 0, bit);
                assertEquals(0, seen & bit, "a masked bit must not interrupt: " + i);
            }
            step(-1, 0, bit, bit);
            assertEquals(bit, seen & bit, "an unmasked bit must: " + i);
            if (alone) {
                step(-1, ~bit, 0, ~bit);
                assertEquals(0, seen & bit, "another bit is not this one: " + i);
            }
        }
        slot.write(IgbRegister.IMC, -1);
        await();
    }

    private void step(int clear, int masked, int unmasked, int set) {
        seen = 0;
        slot.write(IgbRegister.ICR, clear);
        if (masked != 0) slot.write(IgbRegister.IMC, masked);
        if (unmasked != 0) slot.write(IgbRegister.IMS, unmasked);
        slot.write(IgbRegister.ICS, set);
        await();
    }

    @Test
    void withTheLine() {
        closeAndReset();
        test(true);
        assertEquals(0, slot.messages());
    }

    @Test
    void withMsi() {
        slot.enableMsi();
        closeAndReset();
        test(true);
        assertEquals(Integer.bitCount(ICR_ALL), slot.messages(), "one for each bit");
    }

    /// @param mode GPIE during the test: what the reset leaves, and what a driver may have written
    ///     since
    @ParameterizedTest
    @ValueSource(ints = {0, GPIE_MULTIPLE_MSIX | GPIE_PBA_SUPPORT | GPIE_EIAME | GPIE_NSICR})
    void withMsix(int mode) {
        interfaceUpWithMsix();
        closeAndReset();
        slot.write(IgbRegister.GPIE, mode);
        slot.write(IgbRegister.IVAR_MISC, 0x80 << 8);
        slot.write(IgbRegister.EIMS, 1);
        test(false);
        assertEquals(Integer.bitCount(ICR_ALL), slot.messages(), "one for each bit");
    }

    /// Before 6.3 the test set no vector up: the reset must leave a mode in which vector 0 works
    /// without.
    @Test
    void withMsixOfAnOlderKernel() {
        interfaceUpWithMsix();
        closeAndReset();
        test(false);
        assertEquals(Integer.bitCount(ICR_ALL), slot.messages());
    }

    @Test
    void afterTheTestTheInterfaceWorksAgain() {
        withMsix(0);
        closeAndReset();
        interfaceUpWithMsix();
        int before = slot.messages();
        slot.write(IgbRegister.ICS, ICR_LSC);

        assertEquals(before + 1, slot.messages());
    }
}
