package dev.doorbell.cli;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.pci.PciFunction;
import java.io.IOException;

/// A card as `drive` meets it, wherever it is: a PCI function, memory that both sides see, and its
/// interrupts, MSI-X where it has that, else the line.
interface DrivenCard extends PciFunction, AutoCloseable {
    DriverMemory memory();

    /// Accesses so far that were more than a load or a store: messages to a server, system calls.
    long messages();

    /// Sleeps until the card interrupts; the driver has then been told.
    ///
    /// @return whether it did before the time was up
    boolean awaitInterrupt(long ns) throws IOException;

    /// The interrupt was served: the line may rise again. A message is its own end.
    void unmaskInterrupt() throws IOException;

    /// Gives the card back first, so that it does not write into memory that is given back.
    @Override
    void close();
}
