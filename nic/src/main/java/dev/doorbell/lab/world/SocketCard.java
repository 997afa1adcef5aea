package dev.doorbell.lab.world;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.MappedPages;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// A card of another process as a driver in this one meets it: registers by message, or by mapping
/// where the card offers that, memory that both sides see, interrupts by eventfd. Writes travel as
/// QEMU's do: posted, unless something can be mapped.
///
/// One thread.
public final class SocketCard implements AutoCloseable {
    private static final long TIMEOUT_NS = 5_000_000_000L;
    private static final int PAGE_BYTES = 4096;

    private final VfioUserClient client;
    private final ExitCounter exits;
    private final MappedPages function;
    private final DriverMemory memory;
    private final boolean messageInterrupts; // else the line

    private SocketCard(VfioUserClient client, DriverMemory memory) throws IOException {
        this.client = client;
        this.memory = memory;
        exits = new ExitCounter(client);
        function = new MappedPages(exits);
        messageInterrupts = client.vectorCount(InterruptKind.MSIX) > 0;
    }

    /// Connects and shares fresh memory with the card.
    ///
    /// @param memoryBytes as much as the driver needs; it is rounded up to pages
    public static SocketCard connect(Path socket, long memoryBytes) throws ExperimentException {
        long sizeBytes = (memoryBytes + PAGE_BYTES - 1) & -PAGE_BYTES;
        DriverMemory memory = null;
        VfioUserClient client = null;
        try {
            memory = DriverMemory.shared(sizeBytes);
            client = VfioUserClient.connect(socket.toString(), new WallTimeline(), TIMEOUT_NS);
            client.mapDma(DriverMemory.BASE_IOVA, memory.fd(), 0, sizeBytes, DmaTable.READ | DmaTable.WRITE);
            int vectors = client.vectorCount(InterruptKind.MSIX);
            if (vectors > 0) client.enableInterrupts(InterruptKind.MSIX, 0, vectors);
            else client.enableInterrupts(InterruptKind.INTX, 0, 1);
            boolean mappable =
                    !client.mappableAreas(PciFunction.REGION_BAR0).areas().isEmpty();
            client.setWrites(mappable ? VfioUserClient.Writes.ACKNOWLEDGED : VfioUserClient.Writes.POSTED);
            return new SocketCard(client, memory);
        } catch (IOException | UncheckedIOException e) {
            if (client != null) client.close();
            if (memory != null) memory.close();
            throw new ExperimentException("cannot connect to " + socket + ": " + e.getMessage(), e);
        }
    }

    /// What a driver drives.
    public PciFunction function() {
        return function;
    }

    public DriverMemory memory() {
        return memory;
    }

    /// What was sent so far: each message would be an exit of a virtual machine.
    public ExitCounter exits() {
        return exits;
    }

    /// Waits until the card interrupts; the driver has then been told.
    ///
    /// @param ns 0 only looks
    /// @return whether it did before the time was up
    public boolean awaitInterrupt(long ns) throws IOException {
        return client.poll(ns) > 0;
    }

    /// The interrupt was served: the line may rise again. A message is its own end.
    public void unmaskInterrupt() throws IOException {
        if (messageInterrupts) return;
        exits.add(ExitCounter.Purpose.INTERRUPT);
        client.unmaskLine();
    }

    /// Hangs up first, so that the card does not write into memory that is given back.
    @Override
    public void close() {
        client.close();
        function.close();
        memory.close();
    }
}
