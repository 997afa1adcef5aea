package dev.doorbell.pci;

import static dev.doorbell.pci.PciFunction.REGION_BAR0;
import static dev.doorbell.pci.PciFunction.REGION_CONFIG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.SliceSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PciEndpointTest {
    private static final int COMMAND = 0x04;
    private static final int STATUS = 0x06;
    private static final int MEMORY_AND_MASTER = 0x6;

    private final TestCard card = new TestCard();
    private final PciEndpoint endpoint = new PciEndpoint(card);
    private final List<String> interrupts = new ArrayList<>();
    private final InterruptSink sink = new InterruptSink() {
        @Override
        public void intx(boolean asserted) {
            interrupts.add("intx " + asserted);
        }

        @Override
        public void message(InterruptKind kind, int vector) {
            interrupts.add(kind + " " + vector);
        }
    };

    PciEndpointTest() {
        endpoint.connect(new OneByteMemory(), sink);
    }

    private long config(int offset, int bytes) {
        return endpoint.read(REGION_CONFIG, offset, bytes);
    }

    private void config(int offset, int bytes, long value) {
        endpoint.write(REGION_CONFIG, offset, bytes, value);
    }

    @Test
    void headerShowsIdentityAndReadOnlyFieldsIgnoreWrites() {
        config(0x00, 4, 0xFFFF_FFFFL);
        config(0x08, 4, 0xFFFF_FFFFL);
        config(0x2C, 4, 0xFFFF_FFFFL);

        assertEquals(0x10C9_8086L, config(0x00, 4));
        assertEquals(0x0200_0001L, config(0x08, 4));
        assertEquals(0xA03C_8086L, config(0x2C, 4));
        assertEquals(1, config(0x3D, 1), "INTA#");
    }

    @Test
    void barsAnswerSizingAndKeepTheirFlags() {
        config(0x10, 4, 0xFFFF_FFFFL);
        config(0x14, 4, 0xFFFF_FFFFL);
        config(0x18, 4, 0xFFFF_FFFFL);
        config(0x20, 4, 0xFFFF_FFFFL);

        assertEquals(0xFFFE_0004L, config(0x10, 4), "128 KiB, 64-bit");
        assertEquals(0xFFFF_FFFFL, config(0x14, 4), "its upper half");
        assertEquals(0xFFFF_FFC1L, config(0x18, 4), "64 bytes of I/O");
        assertEquals(0, config(0x20, 4), "no BAR 4");
        assertEquals(0x20000, endpoint.regionSizeBytes(0));
        assertEquals(0, endpoint.regionSizeBytes(1));
        assertEquals(64, endpoint.regionSizeBytes(2));
        assertEquals(0, endpoint.regionSizeBytes(PciFunction.REGION_ROM));
        assertEquals(4096, endpoint.regionSizeBytes(REGION_CONFIG));
    }

    @Test
    void capabilityListIsWalkedFromItsPointerToZero() {
        List<Integer> ids = new ArrayList<>();
        for (int at = (int) config(0x34, 1); at != 0; at = (int) config(at + 1, 1)) ids.add((int) config(at, 1));

        assertEquals(List.of(0x01, 0x05, 0x11, 0x10), ids);
        assertEquals(0x10, config(STATUS, 2) & 0x10, "the status register says that there is a list");
    }

    @Test
    void decodingOffReadsAllOnesAndDropsWrites() {
        endpoint.write(REGION_BAR0, 0, 4, 7);

        assertEquals(0xFFFF_FFFFL, endpoint.read(REGION_BAR0, 0, 4));
        assertEquals(0xFFL, endpoint.read(REGION_BAR0, 1, 1));
        assertEquals(-1L, endpoint.read(REGION_BAR0, 8, 8));
        assertEquals(0, card.reads + card.writes);
    }

    @Test
    void memoryAndIoDecodeSeparately() {
        config(COMMAND, 2, 0x1);
        endpoint.write(2, 0, 4, 5);
        endpoint.write(REGION_BAR0, 0, 4, 6);
        assertEquals(5, card.scratch[0]);

        config(COMMAND, 2, 0x2);
        endpoint.write(REGION_BAR0, 0, 4, 6);
        endpoint.write(2, 0, 4, 5);
        assertEquals(6, card.scratch[0]);
    }

    @Test
    void commandKeepsOnlyImplementedBits() {
        config(COMMAND, 2, 0xFFFF);
        assertEquals(0x0547, config(COMMAND, 2), "no memory write and invalidate on PCI Express");
    }

    @Test
    void busMasterOffRefusesEveryKindOfDma() {
        DmaMemory memory = card.port().memory();
        MemorySegment buffer = Arena.ofAuto().allocate(8);
        assertEquals(DmaMemory.FAULT, memory.read(0, buffer, 0, 1));
        assertEquals(DmaMemory.FAULT, memory.write(0, buffer, 0, 1));
        assertEquals(DmaMemory.FAULT, memory.storeRelease8(0, (byte) 1));
        assertEquals(DmaMemory.FAULT, memory.storeRelease32(0, 1));
        assertEquals(DmaMemory.FAULT, memory.storeRelease64(0, 1));
        assertEquals(DmaMemory.FAULT, memory.gather(0, 1, (segment, offset, length) -> true));
        assertFalse(card.port().busMaster());

        config(COMMAND, 2, MEMORY_AND_MASTER);
        assertEquals(DmaMemory.OK, memory.read(0, buffer, 0, 1));
        assertTrue(card.port().busMaster());
        assertEquals(1, card.busMasterChanges);

        config(COMMAND, 2, 0);
        assertEquals(DmaMemory.FAULT, memory.read(0, buffer, 0, 1));
        assertEquals(2, card.busMasterChanges);
    }

    @Test
    void lineIsShownInStatusAndToldOncePerChange() {
        config(COMMAND, 2, MEMORY_AND_MASTER);
        card.port().setInterruptLine(true);
        card.port().setInterruptLine(true);
        assertEquals(0x8, config(STATUS, 2) & 0x8);
        card.port().setInterruptLine(false);
        assertEquals(0, config(STATUS, 2) & 0x8);

        assertEquals(List.of("intx true", "MSI 0", "MSIX 0", "intx false"), interrupts);
    }

    @Test
    void interruptDisableHoldsTheLineBackButStatusStillTells() {
        config(COMMAND, 2, MEMORY_AND_MASTER | 0x400);
        card.port().setInterruptLine(true);
        assertEquals(List.of("MSI 0", "MSIX 0"), interrupts);
        assertEquals(0x8, config(STATUS, 2) & 0x8);

        config(COMMAND, 2, MEMORY_AND_MASTER);
        assertEquals(List.of("MSI 0", "MSIX 0", "intx true"), interrupts);
    }

    @Test
    void msiEnabledReplacesTheLine() {
        config(COMMAND, 2, MEMORY_AND_MASTER);
        config(0x52, 2, 1);
        card.port().setInterruptLine(true);
        card.port().setInterruptLine(false);
        card.port().setInterruptLine(true);

        assertEquals(List.of("MSI 0", "MSIX 0", "MSI 0", "MSIX 0"), interrupts);
    }

    @Test
    void messagesOfTheLineWaitForBusMasteringWhileTheLineIsUp() {
        config(0x52, 2, 1);
        card.port().setInterruptLine(true);
        card.port().setInterruptLine(false);
        config(COMMAND, 2, MEMORY_AND_MASTER);
        assertEquals(List.of(), interrupts, "nothing to tell any more");

        config(COMMAND, 2, 0);
        card.port().setInterruptLine(true);
        assertEquals(List.of(), interrupts);
        config(COMMAND, 2, MEMORY_AND_MASTER);
        assertEquals(List.of("MSI 0", "MSIX 0"), interrupts);
        config(COMMAND, 2, 0);
        config(COMMAND, 2, MEMORY_AND_MASTER);
        assertEquals(List.of("MSI 0", "MSIX 0"), interrupts, "told once");
    }

    @Test
    void msixMessagesWaitForBusMasteringAsPendingBits() {
        config(COMMAND, 2, 0x2);
        card.port().sendMessage(9);
        card.port().sendMessage(9);
        card.port().sendMessage(1);
        card.port().sendMessage(2);
        assertEquals(List.of(), interrupts);
        assertEquals(0x206, endpoint.read(3, 0x2000, 8));
        assertEquals(0x2, endpoint.read(3, 0x2001, 1));
        assertEquals(0x206, card.port().pendingMessages());
        card.port().clearPendingMessages(0x4);

        config(COMMAND, 2, MEMORY_AND_MASTER);
        assertEquals(List.of("MSIX 1", "MSIX 9"), interrupts);
        assertEquals(0, endpoint.read(3, 0x2000, 8));
        assertEquals(0, card.port().pendingMessages());
    }

    @Test
    void resetTakesWaitingMessagesBack() {
        card.port().setInterruptLine(true);
        card.port().sendMessage(3);
        endpoint.reset();
        interrupts.clear();
        config(COMMAND, 2, MEMORY_AND_MASTER);

        assertEquals(List.of(), interrupts);
    }

    @Test
    void msixMessagesGoOutWhateverTheTableSays() {
        config(COMMAND, 2, MEMORY_AND_MASTER);
        assertEquals(1, endpoint.read(3, 12, 4), "vector 0 is masked after reset");
        card.port().sendMessage(9);

        assertEquals(List.of("MSIX 9"), interrupts);
    }

    @Test
    void msixTableIsStorageWithReservedBitsAndPendingBitsReadZero() {
        config(COMMAND, 2, MEMORY_AND_MASTER);
        endpoint.write(3, 0, 4, 0xFEE0_1003L);
        endpoint.write(3, 8, 4, 0x4041);
        endpoint.write(3, 12, 4, 0xFFFF_FFFEL);
        endpoint.write(3, 0x2000, 8, -1);

        assertEquals(0xFEE0_1000L, endpoint.read(3, 0, 4));
        assertEquals(0x4041, endpoint.read(3, 8, 4));
        assertEquals(0, endpoint.read(3, 12, 4));
        assertEquals(0, endpoint.read(3, 0x2000, 8));
        assertEquals(0, card.reads + card.writes, "the card does not see them");
        endpoint.write(3, 0x1000, 4, 1);
        assertEquals(1, card.writes, "the rest of that BAR is the card's");
    }

    @Test
    void functionLevelResetResetsCardAndConfigurationSpace() {
        config(COMMAND, 2, MEMORY_AND_MASTER);
        config(0x10, 4, 0xE000_0000L);
        card.port().setInterruptLine(true);
        int before = card.resets;

        config(0xA8, 2, 0x8000 | config(0xA8, 2));

        assertEquals(before + 1, card.resets);
        assertEquals(0, config(COMMAND, 2));
        assertEquals(0x4, config(0x10, 4));
        assertEquals(0, config(0xA8, 2) & 0x8000, "the bit reads 0");
        assertEquals("intx false", interrupts.getLast());
        assertFalse(card.port().busMaster());
    }

    @Test
    void functionLevelResetIsSeenInEveryWidthThatCoversTheBit() {
        int before = card.resets;
        config(0xA9, 1, 0x80);
        config(0xA8, 4, 0x8000);
        config(0xA4, 8, 0x8000L << 32);
        assertEquals(before + 3, card.resets);
        config(0xA8, 1, 0x80);
        config(0xAA, 2, 0x8000);
        assertEquals(before + 3, card.resets);
    }

    @Test
    void sleepStopsDecodingDmaAndInterruptsAndWakingResets() {
        config(COMMAND, 2, MEMORY_AND_MASTER);
        int before = card.resets;
        config(0x44, 2, 3); // D3hot
        card.port().setInterruptLine(true);

        assertEquals(0xFFFF_FFFFL, endpoint.read(REGION_BAR0, 0, 4));
        assertFalse(card.port().busMaster());
        assertEquals(List.of(), interrupts);

        config(0x44, 2, 0);
        assertEquals(before + 1, card.resets);
        assertEquals(0, config(0x44, 2) & 3);
        assertEquals(0, config(COMMAND, 2));
    }

    @Test
    void statusErrorBitsClearByWritingOneAndFixedBitsStay() {
        long before = config(STATUS, 2);
        config(STATUS, 2, 0xFFFF);
        assertEquals(before, config(STATUS, 2));
    }

    @Test
    void resetDropsTheLineAndTheNextClientSeesACleanSlot() {
        config(COMMAND, 2, MEMORY_AND_MASTER);
        card.port().setInterruptLine(true);
        endpoint.reset();
        interrupts.clear();
        endpoint.connect(new OneByteMemory(), sink);

        assertEquals(List.of(), interrupts);
        assertEquals(0, config(COMMAND, 2));
        config(COMMAND, 2, MEMORY_AND_MASTER);
        card.port().setInterruptLine(true);
        assertEquals(List.of("intx true", "MSI 0", "MSIX 0"), interrupts);
    }

    @Test
    void accessesThatCrossTheEndOfConfigurationSpaceReadZeroThere() {
        assertEquals(0, config(4095, 8) >>> 8);
        config(4094, 8, -1);
    }

    /// Memory that answers OK to everything: the gate in front of it is under test.
    private static final class OneByteMemory implements DmaMemory {
        @Override
        public int read(long iova, MemorySegment target, long targetOffset, int lengthBytes) {
            return OK;
        }

        @Override
        public int write(long iova, MemorySegment source, long sourceOffset, int lengthBytes) {
            return OK;
        }

        @Override
        public int storeRelease8(long iova, byte value) {
            return OK;
        }

        @Override
        public int storeRelease32(long iova, int value) {
            return OK;
        }

        @Override
        public int storeRelease64(long iova, long value) {
            return OK;
        }

        @Override
        public int gather(long iova, int lengthBytes, SliceSink sink) {
            return OK;
        }

        @Override
        public boolean writesVisible() {
            return true;
        }

        @Override
        public void releaseReads() {}
    }
}
