package dev.doorbell.bench;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.TransmitDescriptor;
import dev.doorbell.ring.WriteBackQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// One descriptor: fetched from guest memory, looked at,
/// and written back with its done bit; in runs of `run`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DescriptorBenchmark {
    private static final int DESCRIPTORS = 64;
    private static final int RING_ENTRIES = 256;
    private static final int RING_BYTES = RING_ENTRIES * DescriptorRing.DESCRIPTOR_BYTES;

    /// Whose descriptors: legacy ones, or advanced ones.
    @Param("E1000")
    public Chip chip = Chip.E1000;

    /// Descriptors per doorbell.
    @Param({"1", "64"})
    public int run;

    private final DriverMemory memory = DriverMemory.local(1 << 20);
    private final long base = DriverMemory.iovaOf(memory.take(RING_BYTES, 4096));
    private final DescriptorRing ring = new DescriptorRing(128);
    private final WriteBackQueue done = new WriteBackQueue(DESCRIPTORS, false);

    @Benchmark
    @OperationsPerInvocation(DESCRIPTORS)
    public long fetchAndWriteBack() {
        DmaMemory dma = memory.dma();
        long seen = 0;
        for (int left = DESCRIPTORS; left > 0; left -= run) {
            ring.configure(base, RING_BYTES, ring.head());
            if (ring.fetch(dma, DescriptorRing.add(ring.head(), run, RING_ENTRIES)) != DmaMemory.OK)
                throw new IllegalStateException("the ring cannot be read");
            for (int i = 0; i < run; i++) {
                seen += ring.word0(i);
                long at = ring.iova(i) + TransmitDescriptor.STATUS_OFFSET;
                done.add(at, doneStatus(ring.word1(i)));
            }
            ring.advance(run);
            done.flush(dma);
        }
        return seen;
    }

    private int doneStatus(long word1) {
        return switch (chip) {
            case E1000 -> TransmitDescriptor.doneStatus(word1);
            case IGB -> AdvancedTransmitDescriptor.doneStatus(word1);
        };
    }
}
