package dev.doorbell.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Registers that a guest also has in memory: what it sees there, and what becomes of what it stores.
class SharedRegisterFileTest {
    private static final int SPACE_BYTES = IgbRegister.SPACE_BYTES;
    private static final int OWN = IgbRegister.TDT.spec().offset(2);
    private static final int ALIAS = IgbRegister.TDT_A.spec().offset(2);

    private final MemorySegment memory = Arena.ofAuto().allocate(SPACE_BYTES, 4096);
    private final SharedRegisterFile registers = new SharedRegisterFile(
            IgbRegister.values(),
            SPACE_BYTES,
            memory,
            offset -> (offset >= 0x3000 && offset < 0x4000) || (offset >= 0xE000 && offset < 0xF000));

    private int word(int offset) {
        return memory.get(ValueLayout.JAVA_INT, offset);
    }

    private void guestStores(int offset, int value) {
        memory.set(ValueLayout.JAVA_INT, offset, value);
    }

    @Test
    void memoryBeginsWithTheResetValuesOfSharedRegistersOnly() {
        assertEquals(0x2A00, word(IgbRegister.TXCTL.spec().offset(15)));
        assertEquals(0x2A00, word(IgbRegister.TXCTL_A.spec().offset(3)));
        assertEquals(0x28, word(IgbRegister.TXPBS.spec().offset()));
        assertEquals(0, word(IgbRegister.RXPBS.spec().offset()), "not shared here");
        assertFalse(registers.isShared(IgbRegister.RXPBS.spec().offset()));
    }

    @Test
    void changesAppearAtEveryPlaceOnceTheyArePublished() {
        registers.set(IgbRegister.TDT, 2, 7);
        assertEquals(0, word(OWN));

        registers.publish();

        assertEquals(7, word(OWN));
        assertEquals(7, word(ALIAS));
        assertFalse(registers.changed(OWN));
    }

    @Test
    void whatTheGuestStoresIsWrittenWithItsActionAndShownAtBothPlaces() {
        List<Integer> written = new ArrayList<>();
        registers.onWrite(IgbRegister.TDT, (offset, value) -> {
            written.add(offset);
            written.add(value);
            registers.store(offset, value);
        });
        guestStores(ALIAS, 0x1_0005);
        assertTrue(registers.changed(ALIAS));
        assertFalse(registers.changed(OWN));

        registers.accept(ALIAS, registers.load(ALIAS));
        registers.publish();

        assertEquals(List.of(OWN, 0x1_0005), written);
        assertEquals(5, registers.get(IgbRegister.TDT, 2));
        assertEquals(5, word(ALIAS), "bits that no register holds are gone");
        assertEquals(5, word(OWN));
        assertFalse(registers.changed(ALIAS));
        assertFalse(registers.changed(OWN));
    }

    @Test
    void storeThatComesInBetweenIsNeitherLostNorOverwritten() {
        guestStores(ALIAS, 5);
        registers.accept(ALIAS, registers.load(ALIAS));
        guestStores(ALIAS, 6); // after the load, before the card publishes
        registers.set(IgbRegister.TDT, 2, 1);
        registers.publish();

        assertEquals(6, word(ALIAS));
        assertTrue(registers.changed(ALIAS));
        assertEquals(1, word(OWN));
    }

    @Test
    void storeToARegisterThatCannotBeWrittenIsTakenBack() {
        int status = IgbRegister.RTTPTCRS.spec().offset(1);
        guestStores(status, -1);
        registers.accept(status, registers.load(status));
        registers.publish();
        assertEquals(0, word(status));
    }

    @Test
    void rewriteOverwritesWhateverTheGuestStoredAlsoWhereNoRegisterLies() {
        guestStores(OWN, 9);
        guestStores(0x3FFC, 0x1234);
        registers.set(IgbRegister.TDT, 2, 3);

        registers.rewrite();

        assertEquals(3, word(OWN));
        assertEquals(3, word(ALIAS));
        assertEquals(0, word(0x3FFC));
        assertFalse(registers.changed(OWN));
    }

    @Test
    void resetShowsResetValuesAtOnce() {
        registers.set(IgbRegister.TXPBS, 1);
        registers.publish();
        registers.resetAll();
        assertEquals(0x28, word(IgbRegister.TXPBS.spec().offset()));
    }

    @Test
    void readClearingAMessageIsShown() {
        registers.set(IgbRegister.WVBR, 3);
        registers.publish();
        int offset = IgbRegister.WVBR.spec().offset();
        assertEquals(3, word(offset));

        assertEquals(3, registers.read(offset));
        registers.publish();

        assertEquals(0, word(offset));
    }

    @Test
    void memoryMustBeAsLargeAsTheRegisterSpace() {
        MemorySegment small = Arena.ofAuto().allocate(4096);
        assertThrows(
                IllegalArgumentException.class,
                () -> new SharedRegisterFile(IgbRegister.values(), SPACE_BYTES, small, offset -> false));
    }
}
