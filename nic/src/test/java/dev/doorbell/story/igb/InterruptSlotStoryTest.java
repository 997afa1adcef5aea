package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.EITR_CNT_INGR;
import static dev.doorbell.register.IgbBits.GPIE_EIAME;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.GPIE_PBA_SUPPORT;
import static dev.doorbell.register.IgbBits.ICR_INT_ASSERTED;
import static dev.doorbell.register.IgbBits.ICR_LSC;
import static dev.doorbell.register.IgbBits.ICR_RXDW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.register.IgbRegister;
import org.junit.jupiter.api.Test;

/// How interrupts leave the slot: MSI-X, MSI and the line; and what is under way while the guest
/// switches between them, resets the card or turns bus mastering off: never fatal, never a stray
/// message.
class InterruptSlotStoryTest {
    private static final int COMMAND = 0x04;
    private static final int MEMORY = 0x2;
    private static final int MEMORY_AND_MASTER = 0x6;
    private static final int VECTORS = GPIE_MULTIPLE_MSIX | GPIE_EIAME;
    private static final int HUNDRED_US = EITR_CNT_INGR | 100 << 2;

    private final IgbSlot slot = new IgbSlot(new IgbOptions(IgbBench.MAC), 4096);

    InterruptSlotStoryTest() {
        slot.writeConfig(COMMAND, MEMORY_AND_MASTER);
    }

    private void vectorZero() {
        slot.enableMsix();
        slot.write(IgbRegister.GPIE, VECTORS);
        slot.write(IgbRegister.EIAC, 1);
        slot.write(IgbRegister.EIMS, 1);
    }

    /// One message has gone, the next waits for the throttle.
    private void messageThatWaits() {
        slot.write(IgbRegister.EITR, HUNDRED_US);
        vectorZero();
        slot.write(IgbRegister.EICS, 1);
        slot.write(IgbRegister.EICS, 1);
        assertEquals(1, slot.messages());
    }

    @Test
    void msiIsAMessageForEachRiseAndNoneIsLost() {
        slot.enableMsi();
        slot.write(IgbRegister.IMS, ICR_LSC | ICR_RXDW);
        slot.write(IgbRegister.IAM, ICR_LSC | ICR_RXDW);
        slot.write(IgbRegister.ICS, ICR_RXDW);
        slot.write(IgbRegister.ICS, ICR_LSC);
        assertEquals(1, slot.messages(), "the second cause finds the first one standing");
        assertEquals(ICR_INT_ASSERTED | ICR_RXDW | ICR_LSC, slot.read(IgbRegister.ICR), "and is read with it");
        slot.write(IgbRegister.ICS, ICR_RXDW);
        assertEquals(1, slot.messages(), "masked by the read");
        slot.write(IgbRegister.IMS, ICR_LSC | ICR_RXDW);
        assertEquals(2, slot.messages(), "unmasking tells what came meanwhile");
        assertFalse(slot.line());
    }

    /// A driver that enables one vector of MSI-X and leaves GPIE alone, as DPDK does for the link's
    /// interrupt.
    @Test
    void withoutVectorsMsixHasItsMessageZero() {
        slot.enableMsix();
        slot.write(IgbRegister.IMS, ICR_LSC);
        slot.write(IgbRegister.ICS, ICR_LSC);

        assertEquals(1, slot.messages());
        assertEquals(ICR_INT_ASSERTED | ICR_LSC, slot.read(IgbRegister.ICR));
        slot.write(IgbRegister.ICS, ICR_LSC);
        assertEquals(2, slot.messages());
        assertFalse(slot.line());
    }

    @Test
    void cardWithoutMsixCountsTheVectorsThatADriverRaises() {
        IgbSlot plain = new IgbSlot(new IgbOptions(IgbBench.MAC).withMsix(false), 4096);
        plain.writeConfig(COMMAND, MEMORY_AND_MASTER);
        plain.write(IgbRegister.GPIE, VECTORS);
        plain.write(IgbRegister.EIAC, 1);
        plain.write(IgbRegister.EIMS, 1);
        plain.write(IgbRegister.EICS, 1);

        assertEquals(1, plain.card.counters().get(IgbCounter.INTERRUPTS_BAD_VECTOR));
        assertEquals(0, plain.card.counters().get(IgbCounter.INTERRUPTS));
    }

    @Test
    void switchingMsixOffWhileAMessageWaitsIsHarmless() {
        messageThatWaits();
        slot.writeConfig(0x72, 0);
        slot.sleepUs(1000);

        assertFalse(slot.line(), "vectors have no line");
    }

    @Test
    void resetsTakeAWaitingMessageBack() {
        messageThatWaits();
        slot.write(IgbRegister.CTRL, CTRL_RST);
        slot.sleepUs(1000);
        assertEquals(1, slot.messages());

        messageAfterReset();
        slot.resetFunction();
        slot.enableMsix();
        slot.sleepUs(1000);
        assertEquals(2, slot.messages());
    }

    private void messageAfterReset() {
        vectorZero();
        slot.write(IgbRegister.EICS, 1);
        slot.write(IgbRegister.EICS, 1);
        assertEquals(2, slot.messages());
    }

    @Test
    void messageThatIsDueWhileBusMasteringIsOffWaitsAsAPendingBit() {
        messageThatWaits();
        slot.writeConfig(COMMAND, MEMORY);
        slot.sleepUs(1000);
        assertEquals(1, slot.messages());
        assertEquals(1, slot.endpoint.read(3, 0x2000, 4), "PBA");
        assertEquals(1, slot.read(IgbRegister.PBACL));
        assertEquals(0, slot.read(IgbRegister.EICS), "EIAC clears as if it had gone");
        slot.writeConfig(COMMAND, MEMORY_AND_MASTER);

        assertEquals(2, slot.messages());
        assertEquals(0, slot.read(IgbRegister.PBACL));
    }

    @Test
    void pendingBitsAreTakenBackByPbaclAndWithPbaSupportByUnmasking() {
        vectorZero();
        slot.writeConfig(COMMAND, MEMORY);
        slot.write(IgbRegister.EICS, 1);
        slot.write(IgbRegister.PBACL, 1);
        assertEquals(0, slot.read(IgbRegister.PBACL));
        slot.write(IgbRegister.EICS, 1);
        slot.write(IgbRegister.EIMS, 1);
        assertEquals(1, slot.read(IgbRegister.PBACL), "not without GPIE.PBA_SUPPORT");
        slot.write(IgbRegister.GPIE, VECTORS | GPIE_PBA_SUPPORT);
        slot.write(IgbRegister.EIMS, 1);
        assertEquals(0, slot.read(IgbRegister.PBACL));
        slot.writeConfig(COMMAND, MEMORY_AND_MASTER);

        assertEquals(0, slot.messages());
    }

    @Test
    void sleepDropsWhatWaits() {
        messageThatWaits();
        slot.writeConfig(0x44, 3);
        slot.time.advance(1_000_000);
        slot.writeConfig(0x44, 0);
        slot.writeConfig(COMMAND, MEMORY_AND_MASTER);
        slot.enableMsix();
        slot.sleepUs(1000);

        assertEquals(1, slot.messages());
        assertEquals(0, slot.read(IgbRegister.EIMS), "waking resets");
    }

    @Test
    void lineIsNoMessageAndNeedsNoBusMastering() {
        slot.writeConfig(COMMAND, MEMORY);
        slot.write(IgbRegister.IMS, ICR_LSC);
        slot.write(IgbRegister.ICS, ICR_LSC);
        assertTrue(slot.line());
        slot.write(IgbRegister.GPIE, VECTORS);
        assertFalse(slot.line());
    }
}
