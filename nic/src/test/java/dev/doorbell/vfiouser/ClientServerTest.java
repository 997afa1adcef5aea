package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.memory.DmaBacking;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Our client against our server, each on its own thread, over a real socket.
class ClientServerTest {
    private static final long TIMEOUT_NS = 10_000_000_000L;
    private static final int BOTH = DmaTable.READ | DmaTable.WRITE;

    private final long openBefore = ServerBench.openDescriptors();
    private final ToyFunction function = new ToyFunction();
    private ServerThread server = new ServerThread(function);

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
        assertThat(ServerBench.openDescriptors()).isEqualTo(openBefore);
    }

    private VfioUserClient connect() throws IOException {
        return VfioUserClient.connect(server.path(), new WallTimeline(), TIMEOUT_NS);
    }

    private static void pollUntil(VfioUserClient client, BooleanSupplier done) throws IOException {
        for (int i = 0; i < 1000 && !done.getAsBoolean(); i++) client.poll(TIMEOUT_NS);
        assertThat(done.getAsBoolean()).isTrue();
    }

    @Test
    void clientSeesTheFunctionsShape() throws IOException {
        try (VfioUserClient client = connect()) {
            assertThat(client.regionSizeBytes(0)).isEqualTo(ToyFunction.BAR0_BYTES);
            assertThat(client.regionSizeBytes(1)).isEqualTo(16);
            assertThat(client.regionSizeBytes(2)).isZero();
            assertThat(client.regionSizeBytes(PciFunction.REGION_CONFIG)).isEqualTo(256);
            assertThat(client.vectorCount(InterruptKind.INTX)).isEqualTo(1);
            assertThat(client.vectorCount(InterruptKind.MSI)).isEqualTo(4);
            assertThat(client.vectorCount(InterruptKind.MSIX)).isEqualTo(ToyFunction.MSIX_VECTORS);
            assertThat(client.read(PciFunction.REGION_CONFIG, 0, 4)).isEqualTo(0x100E_8086L);
        }
    }

    @Test
    void writesOfEveryKindAreSeenByTheNextRead() throws IOException {
        try (VfioUserClient client = connect()) {
            for (VfioUserClient.Writes how : VfioUserClient.Writes.values()) {
                client.setWrites(how);
                for (int i = 0; i < 450; i++) client.write(0, 8L * i, 8, 0x1111_2222_3333_0000L + i);
                for (int size = 1; size <= 8; size *= 2) {
                    client.write(0, 64, size, -1L << (size * 4));
                    long mask = size == 8 ? -1L : (1L << (8 * size)) - 1;
                    assertThat(client.read(0, 64, size)).isEqualTo((-1L << (size * 4)) & mask);
                }
                assertThat(client.read(0, 8 * 449, 8)).isEqualTo(0x1111_2222_3333_01C1L);
            }
        }
    }

    @Test
    void postedWritesArriveInOrder() throws IOException {
        try (VfioUserClient client = connect()) {
            client.setWrites(VfioUserClient.Writes.POSTED);
            for (int i = 0; i < 5000; i++) client.write(0, 0, 4, i);
            assertThat(client.read(0, 0, 4)).isEqualTo(4999);
        }
        server.stop();
        List<String> writes =
                function.accesses.stream().filter(a -> a.startsWith("w0+0/4")).toList();
        assertThat(writes).hasSize(5000);
        for (int i = 0; i < 5000; i++) assertThat(writes.get(i)).isEqualTo("w0+0/4=" + Integer.toHexString(i));
    }

    @Test
    void sharedFileIsTheDevicesMemory() throws IOException {
        int file = ServerBench.memoryFile(1 << 20);
        try (VfioUserClient client = connect();
                Mapping ours = ServerBench.map(file, 1 << 20)) {
            client.mapDma(0x10000, file, 0x4000, 0x8000, BOTH);
            assertThatThrownBy(() -> client.mapDma(0x17000, file, 0, 0x1000, BOTH))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
            server.run(() ->
                    assertThat(function.memory.storeRelease32(0x10008, 77)).isEqualTo(DmaMemory.OK));
            assertThat(ours.segment().get(ValueLayout.JAVA_INT, 0x4008)).isEqualTo(77);
            assertThat(client.unmapDma(0, 0x40000)).isEqualTo(0x8000);
            server.run(() ->
                    assertThat(function.memory.storeRelease32(0x10008, 77)).isEqualTo(DmaMemory.FAULT));
        }
        Files.close(file);
    }

    @Test
    void announcedMemoryIsReachedByMessage() throws IOException {
        MemorySegment segment = Arena.ofAuto().allocate(0x10000, 4096);
        DmaTable table = new DmaTable();
        table.map(0x8000, 0x10000, DmaBacking.of(segment), 0, BOTH);
        segment.set(ValueLayout.JAVA_LONG, 0x100, 0x0123_4567_89AB_CDEFL);
        try (VfioUserClient client = connect()) {
            client.connect(table, InterruptSink.NONE);
            client.announceDma(0x8000, 0x10000, BOTH);
            MemorySegment target = Arena.ofShared().allocate(8);
            server.keepTrying(() -> {
                int result = function.memory.read(0x8100, target, 0, 8);
                if (result == DmaMemory.NOT_YET) return false;
                assertThat(result).isEqualTo(DmaMemory.OK);
                function.memory.releaseReads();
                assertThat(function.memory.write(0x9000, target, 0, 8)).isEqualTo(DmaMemory.OK);
                return true;
            });
            pollUntil(client, () -> segment.get(ValueLayout.JAVA_LONG, 0x1000) == 0x0123_4567_89AB_CDEFL);
            server.keepTrying(() -> function.memory.writesVisible());
        }
    }

    @Test
    void interruptsReachTheSink() throws IOException {
        List<String> seen = new ArrayList<>();
        try (VfioUserClient client = connect()) {
            client.connect(new DmaTable(), new InterruptSink() {
                @Override
                public void intx(boolean asserted) {
                    seen.add("line " + asserted);
                }

                @Override
                public void message(InterruptKind kind, int vector) {
                    seen.add(kind + " " + vector);
                }
            });
            client.enableInterrupts(InterruptKind.MSIX, 0, ToyFunction.MSIX_VECTORS);
            client.enableInterrupts(InterruptKind.INTX, 0, 1);
            server.run(() -> function.interrupts.message(InterruptKind.MSIX, 33));
            pollUntil(client, () -> seen.contains("MSIX 33"));
            server.run(() -> function.interrupts.intx(true));
            pollUntil(client, () -> seen.contains("line true"));
            seen.clear();
            client.unmaskLine(); // still up
            pollUntil(client, () -> seen.equals(List.of("line false", "line true")));
            seen.clear();
            client.disableInterrupts(InterruptKind.MSIX);
            server.run(() -> function.interrupts.message(InterruptKind.MSIX, 33));
            assertThat(client.poll(0)).isZero();
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void mappableAreasArriveWithTheirDescriptor() throws IOException {
        server.stop();
        int file = ServerBench.check("memfd", MemoryFile.create("sealed", 0x4000, true));
        ToyFunction mappable = new ToyFunction();
        mappable.areas = new MappableAreas(file, 0x1000, List.of(new MappableAreas.Area(0, 0x1000)));
        server = new ServerThread(mappable);
        server.start();
        try (VfioUserClient client = connect()) {
            MappableAreas areas = client.mappableAreas(0);
            assertThat(areas.areas()).containsExactly(new MappableAreas.Area(0, 0x1000));
            assertThat(areas.fileOffset()).isEqualTo(0x1000);
            try (Mapping theirs = ServerBench.map(areas.fd(), 0x4000);
                    Mapping ours = ServerBench.map(file, 0x4000)) {
                theirs.segment().set(ValueLayout.JAVA_INT, 0x1010, 9);
                assertThat(ours.segment().get(ValueLayout.JAVA_INT, 0x1010)).isEqualTo(9);
            }
            assertThat(client.mappableAreas(1)).isEqualTo(MappableAreas.NONE);
        }
        server.stop();
        Files.close(file);
    }

    @Test
    void resetReachesTheFunction() throws IOException {
        try (VfioUserClient client = connect()) {
            client.write(0, 0, 4, 5);
            client.reset();
            assertThat(client.read(0, 0, 4)).isZero();
        }
    }

    @Test
    void refusedAccessIsAnError() throws IOException {
        try (VfioUserClient client = connect()) {
            assertThatThrownBy(() -> client.read(0, ToyFunction.BAR0_BYTES, 4))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("EINVAL");
            assertThat(client.read(0, 0, 4)).isZero(); // the connection goes on
        }
    }

    @Test
    void nobodyServesThere() {
        assertThatThrownBy(() -> VfioUserClient.connect(server.path() + "x", new WallTimeline(), TIMEOUT_NS))
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void serverThatHangsUpIsNoticed() throws IOException {
        try (VfioUserClient client = connect()) {
            server.stop();
            assertThatThrownBy(() -> client.read(0, 0, 4)).isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(() -> client.read(0, 0, 4)).isInstanceOf(UncheckedIOException.class);
        }
    }
}
