package dev.doorbell.lab.model;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;

/// Stands between driver and card: every access is an exit of the guest and takes its time, every interrupt reaches the
/// guest's processor. The driver does not notice, and neither does the card. One thread.
final class CostedFunction implements PciFunction {
    private final PciFunction card;
    private final ModelledGuest guest;

    CostedFunction(PciFunction card, ModelledGuest guest) {
        this.card = card;
        this.guest = guest;
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        guest.exit(false);
        return card.read(region, offset, sizeBytes);
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        if (region != REGION_BAR0 || !guest.isTail(offset)) {
            guest.exit(false);
            card.write(region, offset, sizeBytes, value);
        } else if (guest.tailsAreShared()) {
            card.write(region, offset, sizeBytes, value);
        } else {
            guest.exit(true);
            guest.beforeDoorbell(offset);
            card.write(region, offset, sizeBytes, value);
            guest.afterDoorbell();
        }
    }

    @Override
    public void connect(DmaMemory memory, InterruptSink interrupts) {
        card.connect(memory, new InterruptSink() {
            @Override
            public void intx(boolean asserted) {
                interrupts.intx(asserted);
                if (asserted) guest.interrupt();
            }

            @Override
            public void message(InterruptKind kind, int vector) {
                interrupts.message(kind, vector);
                if (kind == InterruptKind.MSIX) guest.interrupt();
            }
        });
    }

    @Override
    public long regionSizeBytes(int region) {
        return card.regionSizeBytes(region);
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return card.vectorCount(kind);
    }

    @Override
    public MappableAreas mappableAreas(int region) {
        return card.mappableAreas(region);
    }

    @Override
    public void reset() {
        card.reset();
    }
}
