package dev.doorbell.pci;

import dev.doorbell.memory.DmaMemory;

/// What a card may use of its slot.
public interface PciPort {
    /// Memory of the guest; answers [DmaMemory#FAULT] while bus mastering is off. The same object for the card's
    /// life.
    DmaMemory memory();

    /// Level of the card's one interrupt line. With MSI in use a change from false to true is one message.
    void setInterruptLine(boolean asserted);

    /// Sends MSI-X message `vector`.
    void sendMessage(int vector);

    /// Whether the guest has set Bus Master Enable.
    boolean busMaster();
}
