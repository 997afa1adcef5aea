package dev.doorbell.driver.e1000;

import static dev.doorbell.register.CommunicationBlock.GUEST_CSB_ON;
import static dev.doorbell.register.CommunicationBlock.GUEST_NEED_RXKICK;
import static dev.doorbell.register.CommunicationBlock.GUEST_NEED_TXKICK;
import static dev.doorbell.register.CommunicationBlock.GUEST_RDT;
import static dev.doorbell.register.CommunicationBlock.GUEST_TDT;
import static dev.doorbell.register.CommunicationBlock.GUEST_TXKICK_AT;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_RXKICK;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_TXKICK;
import static dev.doorbell.register.CommunicationBlock.HOST_RXKICK_AT;
import static dev.doorbell.register.CommunicationBlock.NONE;
import static dev.doorbell.register.CommunicationBlock.PAGE_BYTES;

import dev.doorbell.driver.DriverMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The driver's side of the page that it shares with a paravirtual card, see
/// [dev.doorbell.register.CommunicationBlock].
///
/// Two handshakes, each a store, a full fence and a load, so that of the driver and the card at least
/// one sees what the other said: a new tail against "kick me" ([#announceTransmit]), and "interrupt me"
/// against a descriptor that is done ([#askForInterrupt]). The driver's thread; the card is another.
final class ParavirtualPage {
    private static final VarHandle LE32 =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private final MemorySegment memory;
    private final long at;

    /// Takes a page of driver memory.
    ///
    /// @throws IllegalStateException when there is none left
    ParavirtualPage(DriverMemory memory) {
        this(memory.segment(), memory.take(PAGE_BYTES, PAGE_BYTES));
    }

    ParavirtualPage(MemorySegment memory, long offset) {
        this.memory = memory;
        at = offset;
    }

    /// Bus address, where [DriverMemory] holds the page.
    long iova() {
        return DriverMemory.iovaOf(at);
    }

    /// As it must be before the card hears of it: its tails are those in the registers, both sides want
    /// kicks, and it counts.
    void prepare(int transmitTail, int receiveTail, boolean interrupts) {
        memory.asSlice(at, PAGE_BYTES).fill((byte) 0);
        store(GUEST_TDT, transmitTail);
        store(GUEST_RDT, receiveTail);
        store(GUEST_NEED_RXKICK, interrupts ? 1 : 0);
        store(GUEST_TXKICK_AT, NONE);
        store(HOST_NEED_TXKICK, 1);
        store(HOST_NEED_RXKICK, 1);
        store(HOST_RXKICK_AT, NONE);
        store(GUEST_CSB_ON, 1);
    }

    private void store(int word, int value) {
        LE32.setRelease(memory, at + word, value);
    }

    private int load(int word) {
        return (int) LE32.getAcquire(memory, at + word);
    }

    /// Stores the transmit tail.
    ///
    /// @return whether TDT must be written too: the card sleeps
    boolean announceTransmit(int tail) {
        return announce(GUEST_TDT, tail, HOST_NEED_TXKICK);
    }

    /// Stores the receive tail.
    ///
    /// @return whether RDT must be written too: frames wait for descriptors
    boolean announceReceive(int tail) {
        return announce(GUEST_RDT, tail, HOST_NEED_RXKICK);
    }

    private boolean announce(int word, int tail, int kickFlag) {
        store(word, tail); // release: the descriptors first; pairs with the card's load of the tail
        // Full: the tail before the look. Pairs with the card's fence between its wish and its last look
        // at the tail (device: CommunicationWords.askForKick).
        VarHandle.fullFence();
        return (load(kickFlag) & 1) != 0;
    }

    /// From now on what is done interrupts. Whoever asks looks at the descriptors once more afterwards.
    ///
    /// @param transmit of which direction
    void askForInterrupt(boolean transmit) {
        store(transmit ? GUEST_NEED_TXKICK : GUEST_NEED_RXKICK, 1);
        // Full: the wish before that look. Pairs with the card's fence between DD and its look at the
        // wish (device: CommunicationWords.wantsInterrupt).
        VarHandle.fullFence();
    }

    /// From now on nothing interrupts, but what was on its way.
    void noInterrupts(boolean transmit) {
        store(transmit ? GUEST_NEED_TXKICK : GUEST_NEED_RXKICK, 0);
    }

    boolean wantsInterrupts(boolean transmit) {
        return (load(transmit ? GUEST_NEED_TXKICK : GUEST_NEED_RXKICK) & 1) != 0;
    }
}
