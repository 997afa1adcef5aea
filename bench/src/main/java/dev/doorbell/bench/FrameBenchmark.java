package dev.doorbell.bench;

import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One frame from the doorbell to the backend, its descriptor fetched and written back on the way.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameBenchmark {
    static final int[] FRAME_BYTES = {60, 1514};
    static final int[] PER_DOORBELL = {1, 64};

    private static final int FRAMES = 64;

    /// Whose frames.
    @Param("E1000")
    public Chip chip = Chip.E1000;

    /// Where frames go, see [Sink].
    @Param("NULL")
    public Sink backend = Sink.NULL;

    /// Length of a frame without FCS.
    @Param({"60", "1514"})
    public int bytes;

    /// Frames that one write of the tail hands over.
    @Param({"1", "64"})
    public int perDoorbell;

    @SuppressWarnings("NullAway.Init") // by JMH, before anything else
    private LocalCard local;

    /// What a figure of this benchmark is called.
    static String name(Sink sink, int bytes, int perDoorbell) {
        return "frames transmit backend=" + sink + " bytes=" + bytes + " perDoorbell=" + perDoorbell;
    }

    @Setup
    public void open() throws IOException {
        WallTimeline time = new WallTimeline();
        local = LocalCard.open(chip, time, backend.open(time), bytes);
    }

    @TearDown
    public void close() {
        local.close();
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void transmit() {
        for (int left = FRAMES; left > 0; left -= perDoorbell) local.send(perDoorbell);
    }
}
