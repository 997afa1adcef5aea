package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Files;
import dev.doorbell.memory.DmaMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntSupplier;
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
        assertThat(bench.count(VfioUserCounter.MEMORY_DAMAGED)).isPositive();
        assertThat(ServerBench.mappingsOf("memfd:bench")).isZero();
        bench.connect();
        bench.negotiate();
        bench.stillServes(); // the next one
        bench.close();
        Files.close(file);
    }

    /// The fault shows as a refused transfer, or as an InternalError, which compiled code may throw a
    /// little later: the card's loop tells the server then.
    private void faults(IntSupplier access) {
        boolean faulted = false;
        try {
            faulted = access.getAsInt() == DmaMemory.FAULT;
            bench.settle();
        } catch (InternalError late) {
            faulted = true;
            bench.server.memoryFault();
        }
        assertThat(faulted).isTrue();
    }

    @Test
    void whatIsLeftStillWorks() {
        assertThat(bench.function.memory.read(0, data, 0, 64)).isEqualTo(DmaMemory.OK);
        faults(() -> bench.function.memory.read(PAGE, data, 0, 1));
    }

    @Test
    void readFaults() {
        faults(() -> bench.function.memory.read(2 * PAGE, data, 0, 64));
    }

    @Test
    void writeFaults() {
        faults(() -> bench.function.memory.write(0, data, 0, 4 * PAGE));
    }

    @Test
    void storesFault() {
        faults(() -> bench.function.memory.storeRelease64(2 * PAGE, 1));
        cutAgain();
        faults(() -> bench.function.memory.storeRelease32(2 * PAGE, 1));
        cutAgain();
        faults(() -> bench.function.memory.storeRelease8(2 * PAGE, (byte) 1));
    }

    private void cutAgain() {
        bench.connect();
        bench.negotiate();
        ServerBench.check("truncate", Files.truncate(file, 4 * PAGE));
        bench.ok(2, Body.map(0, 4 * PAGE, 0, 3), file);
        ServerBench.check("truncate", Files.truncate(file, PAGE));
    }

    /// Compiled code finds the fault elsewhere than interpreted code does.
    @Test
    void faultsAreFoundByWarmCodeToo() {
        for (int i = 0; i < 30_000; i++) {
            bench.function.memory.read(0, data, 0, 64);
            bench.function.memory.write(0, data, 0, 64);
            bench.function.memory.storeRelease8(64, (byte) i);
            bench.function.memory.storeRelease32(64, i);
            bench.function.memory.storeRelease64(64, i);
        }
        faults(() -> bench.function.memory.read(2 * PAGE, data, 0, 64));
        cutAgain();
        faults(() -> bench.function.memory.write(0, data, 0, 4 * PAGE));
        cutAgain();
        faults(() -> bench.function.memory.storeRelease8(2 * PAGE, (byte) 1));
        cutAgain();
        faults(() -> bench.function.memory.storeRelease64(2 * PAGE, 1));
    }

    @Test
    void lentSliceFaultsInTheBackendAndTheLoopTellsTheServer() {
        boolean faulted = false;
        try {
            bench.function.memory.gather(2 * PAGE, 64, (segment, offset, length) -> {
                MemorySegment.copy(segment, offset, data, 0, length);
                return true;
            });
            bench.settle(); // the server sees nothing: it was not its access
        } catch (InternalError truncated) {
            faulted = true;
            bench.server.memoryFault();
        }
        assertThat(faulted).isTrue();
    }
}
