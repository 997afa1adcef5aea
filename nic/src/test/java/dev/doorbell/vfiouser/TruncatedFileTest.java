package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Files;
import dev.doorbell.memory.DmaMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A client that cuts a file of its memory shorter under the mapping: the session ends, nothing else.
class TruncatedFileTest {
    private static final int PAGE = 4096;

    private final ServerBench bench = ServerBench.connected();
    private final int file = ServerBench.memoryFile(4 * PAGE);
    private final MemorySegment data = Arena.ofAuto().allocate(4 * PAGE);

    TruncatedFileTest() {
        bench.ok(2, Body.map(0, 4 * PAGE, 0, 3), file);
        assertThat(bench.function.memory.write(0, data, 0, 4 * PAGE)).isEqualTo(DmaMemory.OK);
        ServerBench.check("truncate", Files.truncate(file, PAGE));
    }

    @AfterEach
    void close() {
        bench.settle();
        assertThat(bench.server.hasClient()).isFalse();
        assertThat(bench.count(VfioUserCounter.MEMORY_DAMAGED)).isEqualTo(1);
        assertThat(ServerBench.mappingsOf("memfd:bench")).isZero();
        bench.connect();
        bench.negotiate();
        bench.stillServes(); // the next one
        bench.close();
        Files.close(file);
    }

    @Test
    void readFaults() {
        assertThat(bench.function.memory.read(2 * PAGE, data, 0, 64)).isEqualTo(DmaMemory.FAULT);
        assertThat(bench.function.memory.read(0, data, 0, 64)).isEqualTo(DmaMemory.OK); // what is left
    }

    @Test
    void writeFaults() {
        assertThat(bench.function.memory.write(0, data, 0, 4 * PAGE)).isEqualTo(DmaMemory.FAULT);
    }

    @Test
    void storesFault() {
        assertThat(bench.function.memory.storeRelease64(2 * PAGE, 1)).isEqualTo(DmaMemory.FAULT);
        assertThat(bench.function.memory.storeRelease32(2 * PAGE, 1)).isEqualTo(DmaMemory.FAULT);
        assertThat(bench.function.memory.storeRelease8(2 * PAGE, (byte) 1)).isEqualTo(DmaMemory.FAULT);
    }

    @Test
    void lentSliceFaultsInTheBackendAndTheLoopTellsTheServer() {
        assertThat(bench.function.memory.gather(2 * PAGE, 64, (segment, offset, length) -> {
                    try {
                        MemorySegment.copy(segment, offset, data, 0, length);
                    } catch (InternalError truncated) {
                        bench.server.memoryFault();
                    }
                    return true;
                }))
                .isEqualTo(DmaMemory.OK);
    }
}
