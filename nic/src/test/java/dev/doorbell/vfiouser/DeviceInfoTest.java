package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.vfiouser.ServerBench.Reply;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client asks about the function: DEVICE_GET_INFO, GET_REGION_INFO, GET_REGION_IO_FDS,
/// GET_IRQ_INFO; and the commands that answer nothing: DEVICE_RESET, DEVICE_FEATURE and what does not
/// exist.
class DeviceInfoTest {
    private static final int GET_INFO = 4;
    private static final int REGION_INFO = 5;
    private static final int REGION_IO_FDS = 6;
    private static final int IRQ_INFO = 7;
    private static final int RESET = 13;
    private static final int FEATURE = 16;

    private ServerBench bench = ServerBench.connected();

    @AfterEach
    void close() {
        bench.stillServes();
        bench.close();
    }

    private void refusedWhenShort(int command, byte[] right) {
        for (int size = 0; size < right.length; size++)
            assertThat(bench.refused(command, Arrays.copyOf(right, size))).isEqualTo(Errno.EINVAL);
        for (int argsz : new int[] {0, 1, right.length - 1}) {
            byte[] body = right.clone();
            body[0] = (byte) argsz;
            assertThat(bench.refused(command, body)).as("argsz %d", argsz).isEqualTo(Errno.EINVAL);
        }
    }

    private static byte[] four(int argsz, int flags, int index, int count) {
        return Body.of().u32(argsz).u32(flags).u32(index).u32(count).done();
    }

    @Test
    void deviceIsPciAndCanBeReset() {
        assertThat(bench.ok(GET_INFO, four(16, 0, 0, 0)).body()).isEqualTo(four(16, 3, 9, 5));
        assertThat(bench.ok(GET_INFO, four(-1, 0, 0, 0)).body()).isEqualTo(four(16, 3, 9, 5)); // room enough
        refusedWhenShort(GET_INFO, four(16, 0, 0, 0));
    }

    @Test
    void regionsTellSizeAndWhatIsAllowed() {
        long[][] expected = { // flags, size
            {3, 4096}, {3, 16}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {1, ToyFunction.ROM_BYTES}, {3, 256}, {0, 0},
        };
        for (int region = 0; region < expected.length; region++)
            assertThat(bench.ok(REGION_INFO, Body.regionInfo(32, region)).body())
                    .isEqualTo(Body.of()
                            .u32(32)
                            .u32(expected[region][0])
                            .u32(region)
                            .u32(0)
                            .u64(expected[region][1])
                            .u64(0)
                            .done());
        refusedWhenShort(REGION_INFO, Body.regionInfo(32, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 255, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void regionThatIsNotThereIsRefused(int region) {
        assertThat(bench.refused(REGION_INFO, Body.regionInfo(32, region))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(REGION_IO_FDS, four(16, 0, region, 0))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void mappableAreasComeAsACapabilityWithTheDescriptor() {
        int file = ServerBench.memoryFile(0x10000);
        ToyFunction function = new ToyFunction();
        function.areas = new MappableAreas(
                file, 0x8000, List.of(new MappableAreas.Area(0, 0x1000), new MappableAreas.Area(0x2000, 0x1000)));
        bench.close();
        bench = new ServerBench(function);
        bench.connect();
        bench.negotiate();
        // A client with room for the fixed part only learns how much it takes.
        Reply small = bench.ok(REGION_INFO, Body.regionInfo(32, 0));
        assertThat(small.body())
                .isEqualTo(Body.of()
                        .u32(80)
                        .u32(7) // read, write, mmap; no capabilities in this answer
                        .u32(0)
                        .u32(0)
                        .u64(4096)
                        .u64(0x8000)
                        .done());
        assertThat(small.descriptors()).isEmpty();

        Reply whole = bench.ok(REGION_INFO, Body.regionInfo(80, 0));
        assertThat(whole.body())
                .isEqualTo(Body.of()
                        .u32(80)
                        .u32(15)
                        .u32(0)
                        .u32(32)
                        .u64(4096)
                        .u64(0x8000)
                        .u16(1)
                        .u16(1)
                        .u32(0)
                        .u32(2)
                        .u32(0)
                        .u64(0)
                        .u64(0x1000)
                        .u64(0x2000)
                        .u64(0x1000)
                        .done());
        assertThat(whole.descriptors()).hasSize(1);
        Files.close(whole.descriptors()[0]);

        // Two at once: each comes with its own descriptor.
        bench.send(Body.message(1, REGION_INFO, 0, Body.regionInfo(80, 0)));
        bench.send(Body.message(2, REGION_INFO, 0, Body.regionInfo(80, 0)));
        bench.send(Body.message(3, REGION_INFO, 0x10, Body.regionInfo(80, 0))); // wants no answer
        bench.settle();
        for (int id = 1; id <= 2; id++) {
            Reply one = bench.next();
            assertThat(one.id).isEqualTo(id);
            assertThat(one.descriptors()).hasSize(1);
            Files.close(one.descriptors()[0]);
        }
        assertThat(bench.poll()).isNull();
        Files.close(file);
    }

    @Test
    void clientThatTakesNoDescriptorsIsOfferedNoAreas() {
        int file = ServerBench.memoryFile(0x1000);
        ToyFunction function = new ToyFunction();
        function.areas = new MappableAreas(file, 0, List.of(new MappableAreas.Area(0, 0x1000)));
        bench.close();
        bench = new ServerBench(function);
        bench.connect();
        bench.ok(
                1,
                Body.of()
                        .u32(0)
                        .text("{\"capabilities\":{\"max_msg_fds\":0}}")
                        .u8(0)
                        .done());
        assertThat(bench.ok(REGION_INFO, Body.regionInfo(128, 0)).view().getInt(4))
                .isEqualTo(3);
        Files.close(file);
    }

    @Test
    void noRegionIsToldOfThroughDescriptors() {
        assertThat(bench.ok(REGION_IO_FDS, four(16, 0, 0, 0)).body()).isEqualTo(four(16, 0, 0, 0));
        assertThat(bench.ok(REGION_IO_FDS, four(4096, 0, 7, 0)).body()).isEqualTo(four(16, 0, 7, 0));
        assertThat(bench.refused(REGION_IO_FDS, four(16, 0, 2, 0))).isEqualTo(Errno.EINVAL); // no such BAR
        assertThat(bench.refused(REGION_IO_FDS, four(16, 1, 0, 0))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(REGION_IO_FDS, four(16, 0, 0, 1))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(REGION_IO_FDS, four((1 << 20) + 1, 0, 0, 0))).isEqualTo(Errno.EINVAL);
        refusedWhenShort(REGION_IO_FDS, four(16, 0, 0, 0));
    }

    @Test
    void interruptsTellCountAndManner() {
        int[][] expected = {{7, 1}, {1, 4}, {1, ToyFunction.MSIX_VECTORS}, {1, 1}, {1, 1}}; // flags, count
        for (int index = 0; index < expected.length; index++)
            assertThat(bench.ok(IRQ_INFO, Body.irqInfo(index)).body())
                    .isEqualTo(four(16, expected[index][0], index, expected[index][1]));
        for (int index : new int[] {5, 6, -1, Integer.MIN_VALUE})
            assertThat(bench.refused(IRQ_INFO, Body.irqInfo(index))).isEqualTo(Errno.EINVAL);
        refusedWhenShort(IRQ_INFO, Body.irqInfo(0));
    }

    @Test
    void resetReachesTheFunctionAndHasNoBody() {
        bench.post(10, Body.write32(0, 0, 7));
        assertThat(bench.ok(RESET, new byte[0]).body()).isEmpty();
        assertThat(bench.function.resets).isEqualTo(1);
        assertThat(bench.ok(9, Body.read(0, 0, 4)).view().getInt(16)).isZero();
        assertThat(bench.refused(RESET, new byte[1])).isEqualTo(Errno.EINVAL);
        assertThat(bench.function.resets).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x10001, 0x20001, 0x40001, 0x10002, 0x60006, 0x20007, 0x10008, 0x4FFFF, 0})
    void noFeatureIsOffered(int flags) {
        byte[] body = Body.of().u32(24).u32(flags).u64(0).u64(0).done();
        assertThat(bench.refused(FEATURE, body)).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(bench.refused(FEATURE, Arrays.copyOf(body, 7))).isEqualTo(Errno.EINVAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 17, 18, 19})
    void commandsThatExistAndAreNotOffered(int command) {
        assertThat(bench.refused(command, new byte[32])).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(bench.count(VfioUserCounter.REFUSED_UNSUPPORTED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 12, 20, 21, 255, 0x7FFF, 0xFFFF})
    void commandsThatDoNotExistOrGoTheOtherWay(int command) {
        assertThat(bench.refused(command, new byte[32])).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(command, new byte[0])).isEqualTo(Errno.EINVAL);
        assertThat(bench.count(VfioUserCounter.REFUSED_COMMAND)).isEqualTo(2);
        assertThat(bench.count(VfioUserCounter.OTHER)).isEqualTo(2);
    }
}
