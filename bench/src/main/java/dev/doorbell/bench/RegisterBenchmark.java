package dev.doorbell.bench;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.WallTimeline;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// One register access: in the bare file, at the card, and through the slot that a client's access takes.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RegisterBenchmark {
    private static final int PLAIN = E1000Register.RDBAL.spec().offset();
    private static final int CAUSES = E1000Register.ICR.spec().offset();

    private final RegisterFile file = new RegisterFile(E1000Register.values(), E1000Register.SPACE_BYTES);
    private final LocalCard local = new LocalCard(new WallTimeline(), new NullBackend(), 60);
    private int value;

    @Benchmark
    public void fileWrite() {
        file.write(PLAIN, value += 16);
    }

    @Benchmark
    public void cardWrite() {
        local.card.writeBar(0, PLAIN, 4, value += 16);
    }

    @Benchmark
    public void slotWrite() {
        local.slot.write(PciFunction.REGION_BAR0, PLAIN, 4, value += 16);
    }

    @Benchmark
    public long slotReadOfCauses() {
        return local.slot.read(PciFunction.REGION_BAR0, CAUSES, 4);
    }
}
