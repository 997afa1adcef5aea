package dev.doorbell.vfio;

import static dev.doorbell.linux.vfio.Vfio.*;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A function of a machine whose sysfs and kernel a test writes: what is said about it is checked, each
/// refusal says what to do, and nothing stays open.
class VfioFunctionTest {
    private static final PciAddress ADDRESS = new PciAddress(0, 0, 3, 0);

    private final Path root;
    private final ScriptedKernel kernel = new ScriptedKernel();
    private int openBefore;

    VfioFunctionTest(@TempDir Path root) throws IOException {
        this.root = root;
        device("0000:00:03.0", "vfio-pci");
        Files.createDirectories(root.resolve("dev/vfio"));
        Files.createFile(root.resolve("dev/vfio/vfio"));
        Files.createFile(root.resolve("dev/vfio/7"));
    }

    private void device(String name, String driver) throws IOException {
        Path device = Files.createDirectories(root.resolve("sys/bus/pci/devices/" + name));
        Files.createSymbolicLink(device.resolve("iommu_group"), Path.of("../../../kernel/iommu_groups/7"));
        Files.createSymbolicLink(device.resolve("driver"), Path.of("../../../bus/pci/drivers/" + driver));
        Files.createDirectories(root.resolve("sys/kernel/iommu_groups/7/devices/" + name));
    }

    @BeforeEach
    void count() {
        openBefore = dev.doorbell.linux.Files.openFdCount();
    }

    @AfterEach
    void nothingStaysOpen() {
        assertThat(dev.doorbell.linux.Files.openFdCount()).isEqualTo(openBefore);
    }

    private VfioFunction open() throws IOException {
        return VfioFunction.open(ADDRESS, root, kernel);
    }

    private void refused(String... says) {
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).satisfies(refusal -> {
            for (String part : says) assertThat(refusal.getMessage()).contains(part);
            assertThat(refusal.getMessage()).doesNotContain("\n");
        });
    }

    @Test
    void registersAreReadAndWrittenWhereTheKernelSaysTheyAre() throws IOException {
        try (VfioFunction card = open()) {
            card.write(0, 0x3818, 4, 0xCAFE_F00DL);
            assertThat(card.read(0, 0x3818, 4)).isEqualTo(0xCAFE_F00DL);
            assertThat(card.read(0, 0x381A, 2)).isEqualTo(0xCAFEL);
            assertThat(card.read(0, 0x3818, 1)).isEqualTo(0x0DL);
            card.write(7, 0x40, 8, Long.MIN_VALUE);
            assertThat(card.read(7, 0x40, 8)).isEqualTo(Long.MIN_VALUE);
            assertThat(card.regionSizeBytes(0)).isEqualTo(ScriptedKernel.REGION_BYTES);
            assertThat(card.vectorCount(InterruptKind.MSIX)).isEqualTo(1);
            card.reset();
        }
        assertThat(kernel.opened)
                .containsExactly(
                        root.resolve("dev/vfio/vfio").toString(),
                        root.resolve("dev/vfio/7").toString());
    }

    @Test
    void wordOutsideOfItsRegionAndAccessThatFailsAreErrors() throws IOException {
        try (VfioFunction card = open()) {
            assertThatThrownBy(() -> card.read(0, ScriptedKernel.REGION_BYTES - 2, 4))
                    .hasMessageContaining("region 0 has 131072 bytes, so none at 0x1fffe");
            assertThatThrownBy(() -> card.write(0, -4, 4, 0)).hasMessageContaining("region 0 has 131072");
            kernel.moved = -Errno.EIO;
            assertThatThrownBy(() -> card.read(0, 8, 4))
                    .hasMessageContaining("pread(2) of 4 bytes at 0x8 of region 0: EIO");
            kernel.moved = 2;
            assertThatThrownBy(() -> card.write(0, 8, 4, 1))
                    .hasMessageContaining("pwrite(2)")
                    .hasMessageContaining("moved 2");
        }
    }

    @Test
    void interruptsArePassedOnAndTheLineIsUnmasked() throws IOException {
        List<String> seen = new ArrayList<>();
        try (VfioFunction card = open()) {
            card.connect(new dev.doorbell.memory.DmaTable(), new InterruptSink() {
                @Override
                public void intx(boolean asserted) {
                    seen.add("line " + asserted);
                }

                @Override
                public void message(InterruptKind kind, int vector) {
                    seen.add(kind + " " + vector);
                }
            });
            card.enableInterrupts(InterruptKind.INTX, 1);
            assertThat(card.poll(0)).isZero();
            EventFd.signal(kernel.interrupts.getFirst());
            assertThat(card.poll(0)).isEqualTo(1);
            card.unmaskLine();
            card.maskLine();
            card.enableInterrupts(InterruptKind.MSIX, 1);
            EventFd.signal(kernel.interrupts.getFirst());
            assertThat(card.poll(0)).isEqualTo(1);
            card.disableInterrupts();
            assertThat(card.poll(0)).isZero();
            kernel.answers.put(DEVICE_SET_IRQS, set -> 1); // fewer messages could be had
            assertThatThrownBy(() -> card.enableInterrupts(InterruptKind.MSI, 1))
                    .hasMessageContaining("VFIO_DEVICE_SET_IRQS MSI of 1: ENOSPC");
            kernel.answers.put(DEVICE_SET_IRQS, set -> -Errno.EBUSY);
            assertThatThrownBy(() -> card.enableInterrupts(InterruptKind.INTX, 1))
                    .hasMessageContaining("EBUSY");
            assertThatThrownBy(card::unmaskLine).hasMessageContaining("VFIO_DEVICE_SET_IRQS unmask: EBUSY");
        }
        assertThat(seen).containsExactly("line true", "line false", "MSIX 0");
    }

    /// A file that stands in the way of the function, and what is said then.
    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("vfio", -Errno.EACCES, "no permission for"),
                Arguments.of("vfio", -Errno.ENODEV, "modprobe vfio-pci"),
                Arguments.of("7", -Errno.EACCES, "chown it to this user"),
                Arguments.of("7", -Errno.EPERM, "CAP_SYS_RAWIO"),
                Arguments.of("7", -Errno.EBUSY, "another process drives 0000:00:03.0"),
                Arguments.of("7", -Errno.EMFILE, "EMFILE"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void fileThatDoesNotOpenIsExplained(String file, int answer, String says) {
        kernel.refusedFiles.put(file, answer);
        refused(says);
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of(GET_API_VERSION, 1, "VFIO of version 1, not 0"),
                Arguments.of(GET_API_VERSION, -Errno.ENOTTY, "VFIO_GET_API_VERSION: ENOTTY"),
                Arguments.of(CHECK_EXTENSION, 0, "modprobe vfio_iommu_type1"),
                Arguments.of(SET_IOMMU, -Errno.EPERM, "allow_unsafe_interrupts"),
                Arguments.of(SET_IOMMU, -Errno.ENODEV, "VFIO_SET_IOMMU: ENODEV"));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void containerThatCannotBeUsedIsExplained(int request, int answer, String says) {
        kernel.numbers.put(request, answer);
        refused(says);
    }

    private static Arguments wrong(int request, ScriptedKernel.Answer answer, String says) {
        return Arguments.of(request, answer, says);
    }

    static Stream<Arguments> structs() {
        return Stream.of(
                wrong(GROUP_GET_STATUS, s -> 0, "group 7 of 0000:00:03.0 is not viable"),
                wrong(GROUP_GET_STATUS, s -> ScriptedKernel.set(s, FLAGS, 3), "in another container"),
                wrong(GROUP_GET_STATUS, s -> -Errno.EBADF, "VFIO_GROUP_GET_STATUS: EBADF"),
                wrong(GROUP_SET_CONTAINER, s -> -Errno.EINVAL, "VFIO_GROUP_SET_CONTAINER: EINVAL"),
                wrong(GROUP_GET_DEVICE_FD, s -> -Errno.ENODEV, "VFIO_GROUP_GET_DEVICE_FD 0000:00:03.0: ENODEV"),
                wrong(DEVICE_GET_INFO, s -> -Errno.EIO, "VFIO_DEVICE_GET_INFO: EIO"),
                wrong(DEVICE_GET_INFO, s -> ScriptedKernel.device(s, 1, 9, 5), "none of PCI"),
                wrong(DEVICE_GET_INFO, s -> ScriptedKernel.device(s, 2, 7, 5), "7 regions"),
                wrong(DEVICE_GET_INFO, s -> ScriptedKernel.device(s, 2, -1, 5), "4294967295 regions"),
                wrong(DEVICE_GET_INFO, s -> ScriptedKernel.device(s, 2, 9, 51), "51 kinds of interrupt"),
                wrong(DEVICE_GET_INFO, s -> ScriptedKernel.device(s, 2, 9, -1), "4294967295 kinds of interrupt"),
                wrong(DEVICE_GET_REGION_INFO, s -> -Errno.EINVAL, "VFIO_DEVICE_GET_REGION_INFO 0: EINVAL"),
                wrong(DEVICE_GET_REGION_INFO, s -> ScriptedKernel.region(s, 0, -1), "region 0 of 18446744073709551615"),
                wrong(DEVICE_GET_REGION_INFO, s -> ScriptedKernel.region(s, 0, (1L << 40) + 1), "region 0 of 1099511"),
                wrong(DEVICE_GET_REGION_INFO, s -> at(s, -4096), "region 0 at 0xfffffffffffff000 of its file"),
                wrong(DEVICE_GET_REGION_INFO, s -> at(s, Long.MAX_VALUE), "region 0 at 0x7fffffffffffffff of its file"),
                wrong(DEVICE_GET_REGION_INFO, s -> at(s, 4095), "region 0 to be mapped at 0xfff of its file"),
                wrong(DEVICE_GET_REGION_INFO, s -> ScriptedKernel.set(s, ARGSZ, 31), "31 bytes to say about region 0"),
                wrong(DEVICE_GET_REGION_INFO, s -> ScriptedKernel.set(s, ARGSZ, -1), "4294967295 bytes to say"),
                wrong(DEVICE_GET_REGION_INFO, s -> chain(s, 32, 32), "a chain of more than 16 capabilities"),
                wrong(DEVICE_GET_REGION_INFO, s -> chain(s, 8, 0), "a capability at 8, outside of its answer"),
                wrong(DEVICE_GET_REGION_INFO, s -> chain(s, -1, 0), "a capability at 4294967295, outside"),
                wrong(DEVICE_GET_REGION_INFO, s -> sparse(s, 3, 0, 4096), "3 areas, more than its answer"),
                wrong(DEVICE_GET_REGION_INFO, s -> sparse(s, -1, 0, 4096), "4294967295 areas"),
                wrong(DEVICE_GET_REGION_INFO, s -> sparse(s, 1, 0, 0x21000), "outside of the region's 131072"),
                wrong(DEVICE_GET_REGION_INFO, s -> sparse(s, 1, -4096, 4096), "outside of the region's 131072"),
                wrong(DEVICE_GET_REGION_INFO, s -> sparse(s, 1, 0, 0), "an area of 0 bytes"),
                wrong(DEVICE_GET_REGION_INFO, s -> sparse(s, 1, 16, 4096), "of no whole pages"),
                wrong(DEVICE_GET_REGION_INFO, s -> sparse(s, 2, 0, 0x2000), "that overlaps another"),
                wrong(DEVICE_GET_IRQ_INFO, s -> ScriptedKernel.set(s, IRQ_INFO_COUNT, 2), "2 vectors of INTX"),
                wrong(DEVICE_GET_IRQ_INFO, s -> ScriptedKernel.set(s, IRQ_INFO_COUNT, -1), "4294967295 vectors"));
    }

    private static int at(MemorySegment info, long offset) {
        ScriptedKernel.region(info, REGION_FLAG_MMAP, ScriptedKernel.REGION_BYTES);
        info.set(JAVA_LONG, REGION_INFO_OFFSET, offset);
        return 0;
    }

    /// An answer of 80 bytes whose one capability is none of ours.
    private static int chain(MemorySegment info, int first, int next) {
        ScriptedKernel.region(info, REGION_FLAG_MMAP | REGION_FLAG_CAPS, ScriptedKernel.REGION_BYTES);
        ScriptedKernel.set(info, ARGSZ, 80);
        if (info.byteSize() < 80) return 0;
        ScriptedKernel.set(info, REGION_INFO_CAP_OFFSET, first);
        info.set(JAVA_SHORT, 32, (short) 7);
        return ScriptedKernel.set(info, 36, next);
    }

    /// An answer of 80 bytes with sparse areas: the one told, and a page at 0x1000.
    private static int sparse(MemorySegment info, int count, long offset, long size) {
        chain(info, 32, 0);
        if (info.byteSize() < 80) return 0;
        info.set(JAVA_SHORT, 32, (short) 1);
        ScriptedKernel.set(info, 40, count);
        info.set(JAVA_LONG, 48, offset);
        info.set(JAVA_LONG, 56, size);
        info.set(JAVA_LONG, 64, 0x1000);
        info.set(JAVA_LONG, 72, 0x1000);
        return 0;
    }

    @ParameterizedTest
    @MethodSource("structs")
    void answerThatMakesNoSenseIsNamed(int request, ScriptedKernel.Answer answer, String says) {
        kernel.answers.put(request, answer);
        refused(says);
    }

    @Test
    void areasAreThoseToldOrAllOfTheRegion() throws IOException {
        kernel.answers.put(DEVICE_GET_REGION_INFO, info -> sparse(info, 2, 0x4000, 0x2000));
        try (VfioFunction card = open()) {
            assertThat(card.mappableAreas(0).areas())
                    .containsExactly(new MappableAreas.Area(0x1000, 0x1000), new MappableAreas.Area(0x4000, 0x2000));
        }
        kernel.answers.put(DEVICE_GET_REGION_INFO, info -> ScriptedKernel.region(info, REGION_FLAG_MMAP, 0x20000));
        try (VfioFunction card = open()) {
            assertThat(card.mappableAreas(2).areas()).containsExactly(new MappableAreas.Area(0, 0x20000));
            assertThat(card.mappableAreas(2).fileOffset()).isEqualTo(2L << 40);
        }
    }

    @Test
    void memoryGoesWhereTheIommuTranslates() throws IOException {
        List<Long> mapped = new ArrayList<>();
        kernel.answers.put(IOMMU_MAP_DMA, map -> {
            mapped.add(map.get(JAVA_LONG, DMA_MAP_IOVA));
            mapped.add(map.get(JAVA_LONG, DMA_MAP_SIZE));
            return ScriptedKernel.set(map, ARGSZ, 0);
        });
        kernel.answers.put(IOMMU_GET_INFO, info -> ranges(info, 1, 0, 0xFFFF));
        try (VfioFunction card = open();
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(0x2000, 4096);
            card.mapDma(0xE000, memory, 3);
            assertThat(mapped).containsExactly(0xE000L, 0x2000L);
            assertThatThrownBy(() -> card.mapDma(0xF000, memory, 3))
                    .hasMessage("the IOMMU does not translate 0xf000 to 0x10fff, where the driver's memory is");
            List<Consumer<MemorySegment>> lies = List.of(
                    info -> ranges(info, 2, 0, -1),
                    info -> ScriptedKernel.set(info, ARGSZ, -1),
                    info -> ScriptedKernel.set(info, ARGSZ, 1 << 20));
            for (Consumer<MemorySegment> lie : lies) {
                kernel.answers.put(IOMMU_GET_INFO, info -> {
                    lie.accept(info);
                    return 0;
                });
                assertThatThrownBy(() -> card.mapDma(0, memory, 3))
                        .isInstanceOf(VfioException.class)
                        .hasMessageContaining("VFIO_IOMMU_GET_INFO has");
            }
            kernel.answers.put(IOMMU_GET_INFO, info -> -Errno.ENOTTY);
            kernel.answers.put(IOMMU_MAP_DMA, map -> -Errno.EEXIST);
            assertThatThrownBy(() -> card.mapDma(0, memory, 3))
                    .hasMessageContaining("VFIO_IOMMU_MAP_DMA of 8192 bytes: EEXIST");
            kernel.answers.put(IOMMU_UNMAP_DMA, unmap -> -Errno.ENOTTY);
            assertThatThrownBy(() -> card.unmapDma(0, 4096)).hasMessageContaining("VFIO_IOMMU_UNMAP_DMA: ENOTTY");
        }
    }

    private static int ranges(MemorySegment info, int count, long first, long last) {
        ScriptedKernel.set(info, ARGSZ, 56);
        if (info.byteSize() < 56) return 0;
        ScriptedKernel.set(info, FLAGS, IOMMU_INFO_CAPS);
        ScriptedKernel.set(info, IOMMU_INFO_CAP_OFFSET, 24);
        info.set(JAVA_SHORT, 24, (short) CAP_IOVA_RANGE);
        ScriptedKernel.set(info, 24 + RANGE_COUNT, count);
        info.set(JAVA_LONG, 24 + RANGES, first);
        info.set(JAVA_LONG, 24 + RANGES + 8, last);
        return 0;
    }

    @Test
    void machineThatDoesNotLendItSaysWhy() throws IOException {
        Path device = root.resolve("sys/bus/pci/devices/0000:00:03.0");
        Files.delete(root.resolve("dev/vfio/7"));
        refused("VFIO does not offer the group of 0000:00:03.0");
        Files.createFile(root.resolve("dev/vfio/noiommu-7"));
        refused("without an IOMMU (noiommu)");
        Files.delete(root.resolve("dev/vfio/vfio"));
        refused("this kernel has no VFIO loaded, try modprobe vfio-pci");
        Files.delete(device.resolve("driver"));
        refused("has no driver; give it to vfio-pci", "echo 0000:00:03.0 > /sys/bus/pci/drivers_probe");
        Files.createSymbolicLink(device.resolve("driver"), Path.of("../drivers/igb"));
        refused("0000:00:03.0 is bound to igb", "driver_override", "/driver/unbind /sys/bus/pci/drivers_probe");
        Files.delete(device.resolve("iommu_group"));
        refused("has no IOMMU group", "intel_iommu=on");
        Files.delete(device.resolve("driver"));
        Files.delete(device);
        refused("no PCI device 0000:00:03.0; lspci -D lists them");
    }

    @Test
    void groupThatIsNotViableNamesWhoIsInTheWay() throws IOException {
        device("0000:00:03.1", "igb");
        kernel.answers.put(GROUP_GET_STATUS, status -> 0);
        refused("not viable: 0000:00:03.1 is bound to igb; everything in a group");
    }

    @Test
    void addressesAreReadAsLspciWritesThem() {
        assertThat(PciAddress.parse("0000:00:03.0")).isEqualTo(ADDRESS);
        assertThat(PciAddress.parse("00:03.0")).isEqualTo(ADDRESS);
        assertThat(PciAddress.parse("0001:Af:1f.7")).hasToString("0001:af:1f.7");
        for (String text :
                new String[] {"", "3", "0000:00:03", "00:20.0", "00:03.8", "000:00:03.0", "x0:03.0", "00:03.0 "})
            assertThat(PciAddress.parse(text)).as(text).isNull();
    }
}
