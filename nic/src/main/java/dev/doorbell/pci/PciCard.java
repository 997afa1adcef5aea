package dev.doorbell.pci;

/// What a card must implement to sit behind a [PciEndpoint]. One thread: the card's loop.
public interface PciCard {
    /// The card's identity and BARs; constant.
    PciIdentity identity();

    /// Gives the card its way out: DMA and interrupts. Called once by the endpoint, before anything else.
    void attach(PciPort port);

    /// A guest's read of a BAR.
    ///
    /// @param offset    inside the BAR, a multiple of `sizeBytes`
    /// @param sizeBytes 1, 2, 4 or 8
    long readBar(int bar, long offset, int sizeBytes);

    /// A guest's write to a BAR, parameters as in [#readBar].
    void writeBar(int bar, long offset, int sizeBytes, long value);

    /// Which parts of a BAR a client may map. Constant for the card's life.
    default MappableAreas mappableAreas(int bar) {
        return MappableAreas.NONE;
    }

    /// Everything back to the state after power-on, pending interrupts and frames dropped.
    void reset();

    /// Bus mastering was switched on or off in the command register. Off: no DMA (the port's memory then refuses).
    default void busMasterChanged(boolean enabled) {}
}
