package dev.doorbell.device.igb;

import static dev.doorbell.register.IgbBits.CTRL_GIO_MASTER_DISABLE;
import static dev.doorbell.register.IgbRegister.CTRL;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;

/// The slot as the queues see it: they master the bus while the slot lets them and
/// CTRL.GIO_MASTER_DISABLE does not forbid it. A driver that sets the bit and finds
/// STATUS.GIO_MASTER_ENABLE clear counts on no DMA from then on.
final class MasterPort implements PciPort {
    private final PciPort slot;
    private final RegisterFile registers;

    MasterPort(PciPort slot, RegisterFile registers) {
        this.slot = slot;
        this.registers = registers;
    }

    /// Whether the guest lets the card master the bus.
    boolean enabled() {
        return (registers.get(CTRL) & CTRL_GIO_MASTER_DISABLE) == 0;
    }

    @Override
    public DmaMemory memory() {
        return slot.memory();
    }

    @Override
    public void setInterruptLine(boolean asserted) {
        slot.setInterruptLine(asserted);
    }

    @Override
    public void sendMessage(int vector) {
        slot.sendMessage(vector);
    }

    @Override
    public boolean busMaster() {
        return enabled() && slot.busMaster();
    }
}
