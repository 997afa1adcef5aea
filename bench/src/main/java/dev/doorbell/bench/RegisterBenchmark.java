package dev.doorbell.bench;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.WallTimeline;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One register access: in the bare file, at the card, and through the slot that a client's access takes.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RegisterBenchmark {
    /// Whose registers.
    @Param("E1000")
    public Chip chip = Chip.E1000;

    @SuppressWarnings("NullAway.Init") // by JMH, before anything else
    private RegisterFile file;

    @SuppressWarnings("NullAway.Init")
    private LocalCard local;

    private int plain;
    private int causes;
    private int value;

    @Setup
    public void open() {
        local = LocalCard.open(chip, new WallTimeline(), new NullBackend(), 60);
        switch (chip) {
            case E1000 -> {
                file = new RegisterFile(E1000Register.values(), E1000Register.SPACE_BYTES);
                plain = E1000Register.RDBAL.spec().offset();
                causes = E1000Register.ICR.spec().offset();
            }
            case IGB -> {
                file = new RegisterFile(IgbRegister.values(), IgbRegister.SPACE_BYTES);
                plain = IgbRegister.RDBAL.spec().offset(1);
                causes = IgbRegister.ICR.spec().offset();
            }
        }
    }

    @TearDown
    public void close() {
        local.close();
    }

    @Benchmark
    public void fileWrite() {
        file.write(plain, value += 16);
    }

    @Benchmark
    public void cardWrite() {
        local.card.writeBar(0, plain, 4, value += 16);
    }

    @Benchmark
    public void slotWrite() {
        local.slot.write(PciFunction.REGION_BAR0, plain, 4, value += 16);
    }

    @Benchmark
    public long slotReadOfCauses() {
        return local.slot.read(PciFunction.REGION_BAR0, causes, 4);
    }
}
