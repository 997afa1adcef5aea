package dev.doorbell.pci;

import java.util.List;

/// A card with one scratch register at every offset of its BARs, for tests of the endpoint around it.
final class TestCard implements PciCard {
    final PciPort[] port = new PciPort[1];
    final long[] scratch = {0};
    int resets;
    int reads;
    int writes;
    int busMasterChanges;

    @Override
    public PciIdentity identity() {
        return new PciIdentity(
                0x8086,
                0x10C9,
                1,
                0x020000,
                0x8086,
                0xA03C,
                List.of(
                        new PciIdentity.Bar(0, 0x20000, false, true, false),
                        new PciIdentity.Bar(2, 64, true, false, false),
                        new PciIdentity.Bar(3, 0x4000, false, false, false)),
                List.of(
                        new PciCapability.PowerManagement(0x40, 0xC823),
                        new PciCapability.Msi(0x50, 1, true),
                        new PciCapability.MsiX(0x70, 10, 3, 0, 0x2000),
                        new PciCapability.PciExpress(0xA0, true)));
    }

    @Override
    public void attach(PciPort newPort) {
        port[0] = newPort;
    }

    PciPort port() {
        return port[0];
    }

    @Override
    public long readBar(int bar, long offset, int sizeBytes) {
        reads++;
        return scratch[0];
    }

    @Override
    public void writeBar(int bar, long offset, int sizeBytes, long value) {
        writes++;
        scratch[0] = value;
    }

    @Override
    public void reset() {
        resets++;
        scratch[0] = 0;
    }

    @Override
    public void busMasterChanged(boolean enabled) {
        busMasterChanges++;
    }
}
