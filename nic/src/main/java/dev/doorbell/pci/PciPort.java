package dev.doorbell.pci;

import dev.doorbell.memory.DmaMemory;

/// What a card may use of its slot.
public interface PciPort {
    /// Memory of the guest; answers [DmaMemory#FAULT] while bus mastering is off. The same object for
    /// the card's life.
    DmaMemory memory();

    /// Level of the card's one interrupt line. With MSI or MSI-X in use a change from false to true
    /// is message 0; while bus mastering is off the message waits, as long as the line stays up.
    void setInterruptLine(boolean asserted);

    /// Sends MSI-X message `vector`. While bus mastering is off it waits, with its pending bit set.
    void sendMessage(int vector);

    /// The pending bits of MSI-X vectors 0 to 31.
    default int pendingMessages() {
        return 0;
    }

    /// Takes back the messages of these vectors that wait.
    default void clearPendingMessages(int vectors) {}

    /// Whether the guest has set Bus Master Enable.
    boolean busMaster();
}
