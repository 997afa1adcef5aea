package dev.doorbell.cli;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.MappedPages;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserClient;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A card behind a socket, as a driver meets it: a PCI function, memory that both sides see, and its
/// interrupts: MSI-X where it has that, else the line. Counts the messages it sends: each would be an
/// exit of a virtual machine.
final class CardSocket implements DrivenCard {
    private static final long TIMEOUT_NS = 5_000_000_000L;
    private static final int PAGE_BYTES = 4096;

    private final VfioUserClient client;
    private final PciFunction function; // the client, or its mapped pages before it
    private final @Nullable MappedPages pages;
    private final DriverMemory memory;
    private final boolean messageInterrupts; // else the line
    private long messages;

    private CardSocket(VfioUserClient client, @Nullable MappedPages pages, DriverMemory memory) {
        this.client = client;
        this.pages = pages;
        function = pages == null ? client : pages;
        this.memory = memory;
        messageInterrupts = client.vectorCount(InterruptKind.MSIX) > 0;
    }

    /// Connects and shares fresh memory with the card.
    ///
    /// @param memoryBytes as much as the driver needs; it is rounded up to pages
    static CardSocket connect(String path, long memoryBytes) throws IOException {
        return connect(path, memoryBytes, false);
    }

    /// As [#connect(String, long)].
    ///
    /// @param mapped whether registers that the card offers to map are reached as memory, as by a
    ///     virtual machine
    static CardSocket connect(String path, long memoryBytes, boolean mapped) throws IOException {
        long sizeBytes = (memoryBytes + PAGE_BYTES - 1) & -PAGE_BYTES;
        DriverMemory memory = DriverMemory.shared(sizeBytes);
        VfioUserClient client = null;
        try {
            client = VfioUserClient.connect(path, new WallTimeline(), TIMEOUT_NS);
            client.setWrites(VfioUserClient.Writes.POSTED); // as QEMU's
            client.mapDma(DriverMemory.BASE_IOVA, memory.fd(), 0, sizeBytes, DmaTable.READ | DmaTable.WRITE);
            int vectors = client.vectorCount(InterruptKind.MSIX);
            if (vectors > 0) client.enableInterrupts(InterruptKind.MSIX, 0, vectors);
            else client.enableInterrupts(InterruptKind.INTX, 0, 1);
            return new CardSocket(client, mapped ? new MappedPages(client) : null, memory);
        } catch (IOException | RuntimeException | Error e) {
            if (client != null) client.close();
            memory.close();
            throw e;
        }
    }

    @Override
    public DriverMemory memory() {
        return memory;
    }

    /// Messages sent so far.
    @Override
    public long messages() {
        return messages;
    }

    @Override
    public boolean awaitInterrupt(long ns) throws IOException {
        return client.poll(ns) > 0;
    }

    @Override
    public void unmaskInterrupt() throws IOException {
        if (messageInterrupts) return;
        messages++;
        client.unmaskLine();
    }

    @Override
    public long regionSizeBytes(int region) {
        return client.regionSizeBytes(region);
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return client.vectorCount(kind);
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        if (pages == null || !pages.isMapped(region, offset, sizeBytes)) messages++;
        return function.read(region, offset, sizeBytes);
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        if (pages == null || !pages.isMapped(region, offset, sizeBytes)) messages++;
        function.write(region, offset, sizeBytes, value);
    }

    @Override
    public void connect(DmaMemory dma, InterruptSink interrupts) {
        client.connect(dma, interrupts);
    }

    @Override
    public void reset() {
        messages++;
        client.reset();
    }

    @Override
    public void close() {
        client.close();
        if (pages != null) pages.close();
        memory.close();
    }
}
