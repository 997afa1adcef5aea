package dev.doorbell.driver;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfio.PciAddress;
import dev.doorbell.vfio.VfioFunction;
import dev.doorbell.vfiouser.VfioUserClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// A card that is not in this process, as a driver meets it: a PCI function, memory that both sides see,
/// and its interrupts: MSI-X where it has that, else the line. It is behind a vfio-user socket
/// ([#connect]), or in this machine and lent by Linux VFIO ([#lend]).
///
/// A card that is gone is a [CardLostException] from then on, whatever is called: no wait for a server
/// lasts longer than 5 s. One thread; accesses allocate nothing.
public final class CardConnection implements PciFunction, InterruptWait, AutoCloseable {
    private static final long TIMEOUT_NS = 5_000_000_000L;
    private static final int PAGE_BYTES = 4096;
    private static final int MOST_VECTORS = 32; // more than a driver uses; a descriptor each
    private static final int DMA = DmaTable.READ | DmaTable.WRITE;

    /// What a connection can do beside the function's accesses.
    private interface Line extends AutoCloseable {
        /// @return interrupts passed on, messages answered
        int poll(long timeoutNs) throws IOException;

        void unmaskLine() throws IOException;

        @Override
        void close();
    }

    private final Line line;
    private final PciFunction direct;
    private final PciFunction function; // the same, or its mapped pages before it
    private final @Nullable MappedPages pages;
    private final DriverMemory memory;
    private final boolean messageInterrupts; // else the line
    private boolean lineMasked; // by the interrupt that was passed on last
    private long messages;

    private CardConnection(
            Line line, PciFunction direct, @Nullable MappedPages pages, DriverMemory memory, boolean messages) {
        this.line = line;
        this.direct = direct;
        this.pages = pages;
        this.memory = memory;
        function = pages == null ? direct : pages;
        messageInterrupts = messages;
    }

    /// Connects to a card behind a socket and shares fresh memory with it; every register access is a
    /// message.
    ///
    /// @param memoryBytes as much as the driver needs; it is rounded up to pages
    /// @throws IOException when nobody serves there, or no vfio-user PCI device
    public static CardConnection connect(String path, long memoryBytes) throws IOException {
        return connect(path, memoryBytes, false);
    }

    /// As [#connect(String, long)]. Writes are posted, as QEMU's; a read waits for its answer.
    ///
    /// @param mapped whether registers that the card offers to map are reached as memory, as by a
    ///     virtual machine
    public static CardConnection connect(String path, long memoryBytes, boolean mapped) throws IOException {
        DriverMemory memory = DriverMemory.shared(pages(memoryBytes));
        VfioUserClient client = null;
        try {
            client = VfioUserClient.connect(path, new WallTimeline(), TIMEOUT_NS);
            client.setWrites(VfioUserClient.Writes.POSTED);
            client.mapDma(DriverMemory.BASE_IOVA, memory.fd(), 0, memory.sizeBytes(), DMA);
            int vectors = Math.min(client.vectorCount(InterruptKind.MSIX), MOST_VECTORS);
            if (vectors > 0) client.enableInterrupts(InterruptKind.MSIX, 0, vectors);
            else client.enableInterrupts(InterruptKind.INTX, 0, 1);
            MappedPages pages = mapped ? new MappedPages(client) : null;
            return new CardConnection(lineOf(client), client, pages, memory, vectors > 0);
        } catch (IOException | RuntimeException | Error e) {
            if (client != null) client.close();
            memory.close();
            throw e;
        }
    }

    /// Takes a card of this machine that is bound to vfio-pci, and lends it fresh memory. Its registers
    /// are mapped where the kernel lets them be; every other access is a system call.
    ///
    /// @param memoryBytes as much as the driver needs; it is rounded up to pages
    /// @throws IOException when the kernel does not lend it; the message says what to do
    public static CardConnection lend(PciAddress address, long memoryBytes) throws IOException {
        DriverMemory memory = DriverMemory.shared(pages(memoryBytes));
        VfioFunction card = null;
        try {
            card = VfioFunction.open(address);
            card.mapDma(DriverMemory.BASE_IOVA, memory.segment(), DMA);
            int vectors = Math.min(card.vectorCount(InterruptKind.MSIX), MOST_VECTORS);
            if (vectors > 0) card.enableInterrupts(InterruptKind.MSIX, vectors);
            else if (card.vectorCount(InterruptKind.INTX) > 0) card.enableInterrupts(InterruptKind.INTX, 1);
            return new CardConnection(lineOf(card), card, new MappedPages(card), memory, vectors > 0);
        } catch (IOException | RuntimeException | Error e) {
            if (card != null) card.close();
            memory.close();
            throw e;
        }
    }

    private static long pages(long bytes) {
        return (bytes + PAGE_BYTES - 1) & -PAGE_BYTES;
    }

    private static Line lineOf(VfioUserClient client) {
        return new Line() {
            @Override
            public int poll(long timeoutNs) throws IOException {
                return client.poll(timeoutNs);
            }

            @Override
            public void unmaskLine() throws IOException {
                client.unmaskLine();
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    private static Line lineOf(VfioFunction card) {
        return new Line() {
            @Override
            public int poll(long timeoutNs) throws IOException {
                return card.poll(timeoutNs);
            }

            @Override
            public void unmaskLine() throws IOException {
                card.unmaskLine();
            }

            @Override
            public void close() {
                card.close();
            }
        };
    }

    /// What driver and card share; goes with this connection.
    public DriverMemory memory() {
        return memory;
    }

    /// Accesses so far that were more than a load or a store: messages to a server, system calls. Each
    /// would be an exit of a virtual machine.
    public long messages() {
        return messages;
    }

    /// As [InterruptWait] has it, in poll(2). The line, which the interrupt before has masked, may rise
    /// again from here on; it does at once where the card still wants something.
    @Override
    public boolean awaitInterrupt(long timeoutNs) {
        try {
            if (lineMasked) {
                lineMasked = false;
                messages++;
                line.unmaskLine();
            }
            return line.poll(timeoutNs) > 0;
        } catch (IOException | UncheckedIOException e) {
            throw lost(e);
        }
    }

    @Override
    public long regionSizeBytes(int region) {
        return direct.regionSizeBytes(region);
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return direct.vectorCount(kind);
    }

    @Override
    public MappableAreas mappableAreas(int region) {
        return direct.mappableAreas(region);
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        count(region, offset, sizeBytes);
        try {
            return function.read(region, offset, sizeBytes);
        } catch (UncheckedIOException e) {
            throw lost(e);
        }
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        count(region, offset, sizeBytes);
        try {
            function.write(region, offset, sizeBytes, value);
        } catch (UncheckedIOException e) {
            throw lost(e);
        }
    }

    private void count(int region, long offset, int sizeBytes) {
        if (pages == null || !pages.isMapped(region, offset, sizeBytes)) messages++;
    }

    private static CardLostException lost(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        return new CardLostException("the card is gone: " + cause.getMessage(), cause);
    }

    @Override
    public void connect(DmaMemory dma, InterruptSink interrupts) {
        direct.connect(dma, new InterruptSink() {
            @Override
            public void intx(boolean asserted) {
                if (asserted) lineMasked = !messageInterrupts;
                interrupts.intx(asserted);
            }

            @Override
            public void message(InterruptKind kind, int vector) {
                interrupts.message(kind, vector);
            }
        });
    }

    @Override
    public void reset() {
        messages++;
        try {
            direct.reset();
        } catch (UncheckedIOException e) {
            throw lost(e);
        }
    }

    /// Gives the card back first, so that it does not write into memory that is given back.
    @Override
    public void close() {
        if (pages != null) pages.close();
        line.close();
        memory.close();
    }
}
