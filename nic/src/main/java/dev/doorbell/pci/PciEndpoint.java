package dev.doorbell.pci;

import dev.doorbell.memory.DmaMemory;
import org.jspecify.annotations.Nullable;

/// A card in a slot: configuration space, address decoding, interrupts and reset around a [PciCard].
///
/// - Memory and I/O decoding follow the command register: while it is off, reads return all ones and
///   writes vanish.
/// - Bus master off: the card's DMA is refused. Power state D3hot: no decoding, no DMA, no interrupt;
///   the way back to D0 resets the function (its PMCSR does not claim No_Soft_Reset). // PCI PM 1.1
///   section 5.4
/// - The line is one level for the card; with MSI or MSI-X enabled each rise is message 0 instead.
/// - Messages are memory writes: while bus mastering is off they wait, those of MSI-X with their
///   pending bit set.
///
/// One thread: the card's loop.
public final class PciEndpoint implements PciFunction {
    private final PciCard card;
    private final PciIdentity identity;
    private final ConfigSpace config;
    private final GatedMemory memory = new GatedMemory();
    private final PciIdentity.@Nullable Bar[] bars = new PciIdentity.Bar[REGION_BAR5 + 1];
    private final int powerAt; // offsets of capabilities in configuration space, 0: absent
    private final int msiAt;
    private final int msiVectors;
    private final int msixAt;
    private final int msixVectors;
    private final int expressAt;
    private final @Nullable MsixTable msixTable;
    private InterruptSink sink = InterruptSink.NONE;
    private boolean line; // what the card asserts
    private boolean shownLine; // what the sink was told last
    private boolean lineUntold; // the line's message waits for bus mastering
    private boolean busMaster;
    private boolean decodesMemory;
    private boolean decodesIo;
    private boolean asleep; // D1 to D3hot

    /// Puts `card` into a slot and resets it.
    public PciEndpoint(PciCard card) {
        this.card = card;
        identity = card.identity();
        config = ConfigLayout.build(identity);
        for (PciIdentity.Bar bar : identity.bars()) bars[bar.index()] = bar;
        int power = 0;
        int msi = 0;
        int vectors = 0;
        int express = 0;
        PciCapability.MsiX msix = null;
        for (PciCapability capability : identity.capabilities()) {
            switch (capability) {
                case PciCapability.PowerManagement pm -> power = pm.offset();
                case PciCapability.Msi m -> {
                    msi = m.offset();
                    vectors = m.vectors();
                }
                case PciCapability.MsiX m -> msix = m;
                case PciCapability.PciExpress e -> express = e.offset();
                case PciCapability.PciX x -> {}
                case PciCapability.ErrorReporting e -> {}
                case PciCapability.SerialNumber n -> {}
            }
        }
        powerAt = power;
        msiAt = msi;
        msiVectors = vectors;
        msixAt = msix == null ? 0 : msix.offset();
        msixVectors = msix == null ? 0 : msix.vectors();
        msixTable = msix == null ? null : new MsixTable(msix);
        expressAt = express;
        card.attach(new Port());
        reset();
    }

    @Override
    public long regionSizeBytes(int region) {
        if (region == REGION_CONFIG) return config.sizeBytes();
        if (region < 0 || region > REGION_BAR5) return 0;
        PciIdentity.Bar bar = bars[region];
        return bar == null ? 0 : bar.sizeBytes();
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return switch (kind) {
            case INTX -> 1;
            case MSI -> msiVectors;
            case MSIX -> msixVectors;
            case ERR, REQ -> 1;
        };
    }

    @Override
    public MappableAreas mappableAreas(int region) {
        return region >= 0 && region <= REGION_BAR5 ? card.mappableAreas(region) : MappableAreas.NONE;
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        if (region == REGION_CONFIG) return config.read((int) offset, sizeBytes);
        if (!decodes(region)) return sizeBytes == 8 ? -1L : (1L << (8 * sizeBytes)) - 1; // master abort
        if (msixTable != null && msixTable.owns(region, offset)) return msixTable.read(offset, sizeBytes);
        return card.readBar(region, offset, sizeBytes);
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        if (region == REGION_CONFIG) {
            writeConfig((int) offset, sizeBytes, value);
            return;
        }
        if (!decodes(region)) return;
        if (msixTable != null && msixTable.owns(region, offset)) msixTable.write(offset, sizeBytes, value);
        else card.writeBar(region, offset, sizeBytes, value);
    }

    private boolean decodes(int region) {
        if (region < 0 || region > REGION_BAR5) return false;
        PciIdentity.Bar bar = bars[region];
        return bar != null && (bar.io() ? decodesIo : decodesMemory);
    }

    private void writeConfig(int offset, int sizeBytes, long value) {
        config.write(offset, sizeBytes, value);
        if (wroteFunctionLevelReset(offset, sizeBytes, value)) {
            reset();
            return;
        }
        boolean wasAsleep = asleep;
        asleep = powerAt != 0 && (config.get16(powerAt + ConfigLayout.PM_CONTROL) & ConfigLayout.PM_STATE_MASK) != 0;
        if (wasAsleep && !asleep) {
            reset();
            return;
        }
        applyCommand();
    }

    private boolean wroteFunctionLevelReset(int offset, int sizeBytes, long value) {
        if (expressAt == 0) return false;
        int at = expressAt + ConfigLayout.EXPRESS_DEVICE_CONTROL;
        int shift = 8 * (at - offset);
        if (shift <= -16 || shift >= 8 * sizeBytes) return false;
        long word = shift >= 0 ? value >>> shift : value << -shift;
        boolean coversHighByte = offset <= at + 1 && offset + sizeBytes > at + 1;
        return coversHighByte && (word & ConfigLayout.EXPRESS_INITIATE_FLR) != 0;
    }

    /// Carries the command register, the power state and MSI enable over to DMA and interrupts.
    private void applyCommand() {
        int command = config.get16(ConfigLayout.COMMAND);
        decodesMemory = (command & ConfigLayout.COMMAND_MEMORY) != 0 && !asleep;
        decodesIo = (command & ConfigLayout.COMMAND_IO) != 0 && !asleep;
        boolean master = (command & ConfigLayout.COMMAND_BUS_MASTER) != 0 && !asleep;
        memory.open(master);
        if (master != busMaster) {
            busMaster = master;
            card.busMasterChanged(master);
            if (master) sendHeld();
        }
        showLine();
    }

    private void showLine() {
        config.assign16(ConfigLayout.STATUS, ConfigLayout.STATUS_INTERRUPT, line);
        boolean disabled = (config.get16(ConfigLayout.COMMAND) & ConfigLayout.COMMAND_INTX_DISABLE) != 0;
        boolean show = line && !disabled && !asleep && !messagesEnabled();
        if (show == shownLine) return;
        shownLine = show;
        sink.intx(show);
    }

    private boolean messagesEnabled() {
        boolean msi = msiAt != 0 && (config.get16(msiAt + ConfigLayout.MSI_CONTROL) & ConfigLayout.MSI_ENABLE) != 0;
        if (msi || msixAt == 0) return msi;
        return (config.get16(msixAt + ConfigLayout.MSIX_CONTROL) & ConfigLayout.MSIX_ENABLE) != 0;
    }

    private void sendHeld() {
        if (lineUntold) tellRise();
        if (msixTable == null) return;
        for (int v = 0; v < msixVectors; v++) if (msixTable.release(v)) sink.message(InterruptKind.MSIX, v);
    }

    /// Told of both kinds, and whether or not they are enabled in our copy of the capabilities: the
    /// sink knows what its client armed.
    private void tellRise() {
        lineUntold = !busMaster;
        if (lineUntold) return;
        if (msiAt != 0) sink.message(InterruptKind.MSI, 0);
        if (msixVectors != 0) sink.message(InterruptKind.MSIX, 0);
    }

    @Override
    public void connect(DmaMemory newMemory, InterruptSink interrupts) {
        memory.connect(newMemory);
        sink = interrupts;
        shownLine = false;
        showLine();
    }

    @Override
    public void reset() {
        config.resetAll();
        if (msixTable != null) msixTable.reset();
        asleep = false;
        card.reset();
        line = false;
        lineUntold = false;
        applyCommand();
    }

    private final class Port implements PciPort {
        @Override
        public DmaMemory memory() {
            return memory;
        }

        @Override
        public void setInterruptLine(boolean asserted) {
            if (asserted == line) return;
            line = asserted;
            showLine();
            if (!asserted) lineUntold = false;
            else if (!asleep) tellRise();
        }

        @Override
        public void sendMessage(int vector) {
            assert vector >= 0 && vector < msixVectors : "vector " + vector + " of " + msixVectors;
            if (busMaster) sink.message(InterruptKind.MSIX, vector);
            else if (!asleep && msixTable != null) msixTable.hold(vector);
        }

        @Override
        public int pendingMessages() {
            int bits = 0;
            if (msixTable == null) return bits;
            for (int v = 0; v < Math.min(msixVectors, 32); v++) if (msixTable.isHeld(v)) bits |= 1 << v;
            return bits;
        }

        @Override
        public void clearPendingMessages(int vectors) {
            if (msixTable == null) return;
            for (int v = 0; v < Math.min(msixVectors, 32); v++) if ((vectors >>> v & 1) != 0) msixTable.release(v);
        }

        @Override
        public boolean busMaster() {
            return busMaster;
        }
    }
}
