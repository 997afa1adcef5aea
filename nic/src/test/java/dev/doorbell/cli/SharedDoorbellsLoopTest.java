package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.linux.FileStatus;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.option.OptionException;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.IgbBits;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserClient;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A client maps the shared pages of an igb and rings: the card's loop finds it though no message
/// comes.
@Timeout(60)
class SharedDoorbellsLoopTest {
    private static final long TIMEOUT_NS = 10_000_000_000L;
    private static final int TDT = IgbRegister.TDT_A.spec().offset(0);
    private static final int QUEUE_ENABLE = 1 << 25;
    private static final int COMMAND = 4;
    private static final int MEMORY_AND_MASTER = 6;

    private final Path socket;
    private final Service service;

    SharedDoorbellsLoopTest(@TempDir Path folder) throws OptionException, IOException {
        socket = folder.resolve("s");
        service = Service.open(
                Wiring.parse(
                        List.of("igb,id=nic0,netdev=n0,doorbells=shared,socket=" + socket),
                        List.of("null,id=n0"),
                        List.of()),
                Streams.silent());
        service.start();
    }

    private VfioUserClient connect() throws IOException {
        VfioUserClient client = VfioUserClient.connect(socket.toString(), new WallTimeline(), TIMEOUT_NS);
        client.write(PciFunction.REGION_CONFIG, COMMAND, 2, MEMORY_AND_MASTER);
        return client;
    }

    private Mapping map(VfioUserClient client) throws SystemCallException {
        return Mapping.map(client.mappableAreas(0).fd(), 0, IgbRegister.SPACE_BYTES, true);
    }

    private long counter(String label) {
        AtomicLong found = new AtomicLong(-1);
        service.parts().getFirst().card().counters().forEach((name, value) -> {
            if (name.equals(label)) found.set(value);
        });
        return found.get();
    }

    /// Other processes see what this one has stored in its own time; the test waits for it to be shown.
    private static void await(MemorySegment pages, int offset, int value) {
        while ((int) ValueLayout.JAVA_INT.varHandle().getAcquire(pages, (long) offset) != value) Thread.onSpinWait();
    }

    @Test
    void doorbellByAStoreIsFoundWithoutAMessage() throws IOException {
        try (service;
                VfioUserClient client = connect();
                Mapping mapping = map(client)) {
            MemorySegment pages = mapping.segment();
            client.write(0, IgbRegister.TCTL.spec().offset(), 4, IgbBits.TCTL_EN);
            long messages = counter("register_writes") + counter("register_reads");
            pages.set(ValueLayout.JAVA_INT, IgbRegister.TXDCTL_A.spec().offset(0), QUEUE_ENABLE);
            for (int tail = 1; tail < 20; tail++) {
                pages.set(ValueLayout.JAVA_INT, TDT, tail);
                await(pages, IgbRegister.TDT.spec().offset(0), tail); // the card shows it at the other place
            }
            assertThat(counter("register_writes") + counter("register_reads")).isEqualTo(messages);
            assertThat(counter("shared_words")).isBetween(19L, 30L);
        }
    }

    @Test
    void pagesAreOfferedWithAFileThatCannotBeTakenAway() throws IOException {
        try (service;
                VfioUserClient client = connect()) {
            MappableAreas areas = client.mappableAreas(0);
            assertThat(areas.areas())
                    .containsExactly(
                            new MappableAreas.Area(0x2000, 0x2000),
                            new MappableAreas.Area(0xC000, 0x1000),
                            new MappableAreas.Area(0xE000, 0x1000));
            assertThat(client.mappableAreas(1).areas()).isEmpty();
            assertThat(client.mappableAreas(3).areas()).as("MSI-X table").isEmpty();
            FileStatus status = new FileStatus();
            assertThat(Files.status(areas.fd(), status)).isZero();
            assertThat(Files.truncate(areas.fd(), 4096)).isNegative();
            assertThat(Files.truncate(areas.fd(), 2L * IgbRegister.SPACE_BYTES)).isNegative();
            assertThat(Files.addSeals(areas.fd(), Files.F_SEAL_WRITE)).isNegative();
        }
    }

    /// As QEMU tells of the mapped pages of a BAR: memory without a descriptor at the BAR's address.
    @Test
    void ownPagesAnnouncedAsMemoryAreAcceptedAndNeverReached() throws IOException {
        try (service;
                VfioUserClient client = connect();
                Mapping mapping = map(client)) {
            long bar = 0xFEBC_0000L;
            client.write(PciFunction.REGION_CONFIG, 0x10, 4, bar);
            for (MappableAreas.Area area : client.mappableAreas(0).areas())
                client.announceDma(bar + area.offset(), area.sizeBytes(), DmaTable.READ | DmaTable.WRITE);
            MemorySegment pages = mapping.segment();
            pages.set(ValueLayout.JAVA_INT, IgbRegister.TDBAL_A.spec().offset(0), (int) bar + 0x2000);
            pages.set(ValueLayout.JAVA_INT, IgbRegister.TDLEN_A.spec().offset(0), 128);
            pages.set(ValueLayout.JAVA_INT, IgbRegister.TXDCTL_A.spec().offset(0), QUEUE_ENABLE);
            pages.set(ValueLayout.JAVA_INT, TDT, 4);
            client.write(0, IgbRegister.TCTL.spec().offset(), 4, IgbBits.TCTL_EN);
            await(pages, IgbRegister.TDT.spec().offset(0), 4);
            client.read(0, IgbRegister.STATUS.spec().offset(), 4); // and the card has worked since
            assertThat(counter("transmit_frames")).isZero();
        }
    }

    @Test
    void nextClientFindsResetPages() throws IOException {
        try (service) {
            try (VfioUserClient client = connect();
                    Mapping mapping = map(client)) {
                mapping.segment().asSlice(0x2000, 0x2000).fill((byte) -1);
            }
            try (VfioUserClient client = connect();
                    Mapping mapping = map(client)) {
                MemorySegment pages = mapping.segment();
                assertThat(pages.get(ValueLayout.JAVA_INT, TDT)).isZero();
                assertThat(pages.get(
                                ValueLayout.JAVA_INT, IgbRegister.RXPBS.spec().offset()))
                        .isEqualTo(0x40);
                assertThat(pages.get(ValueLayout.JAVA_INT, 0x2FFC)).isZero();
            }
        }
    }
}
