package dev.doorbell.bench;

import dev.doorbell.lab.world.VethPair;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Our own programs, C or Java: they say `ready`, and answer every byte on standard input with one line of
/// numbers: frames, runs of frames that were taken in one go, bytes allocated (0 in C), and from the byte `t`
/// on the nanoseconds spent in such runs and their frames, runs left out in which another one had the
/// processor.
final class AfXdpAnswering extends AfXdpProcess {
    private final String name;

    private AfXdpAnswering(String name, VethPair pair, List<String> command) throws IOException {
        super(pair, command, Map.of());
        this.name = name;
        await("ready");
    }

    /// The plain C program at the near end.
    static AfXdpAnswering plainC(CProgram program, VethPair pair, AfXdpRow row) throws IOException {
        return c(program, pair, VethPair.NEAR, row.work(), row.mode(), AfXdpRow.CPU);
    }

    /// The same program at the far end, where it sends: everybody's traffic.
    static AfXdpAnswering sender(CProgram program, VethPair pair) throws IOException {
        return c(program, pair, VethPair.FAR, AfXdpRow.Work.TRANSMIT, "none", AfXdpRow.SENDER_CPU);
    }

    private static AfXdpAnswering c(
            CProgram program, VethPair pair, String end, AfXdpRow.Work work, String mode, int cpu) throws IOException {
        return new AfXdpAnswering(
                "C",
                pair,
                List.of(
                        program.binary().toString(),
                        end,
                        work.toString(),
                        mode,
                        String.valueOf(AfXdpRow.FRAME_BYTES),
                        String.valueOf(AfXdpRow.BATCH_FRAMES),
                        String.valueOf(cpu)));
    }

    /// Our backend, driven by [AfXdpLoop].
    static AfXdpAnswering doorbell(VethPair pair, AfXdpRow row) throws IOException {
        return new AfXdpAnswering("doorbell", pair, AfXdpLoop.command(row));
    }

    /// What it says of itself.
    record Counts(long frames, long runs, long allocatedBytes, long busyNs, long busyFrames) {}

    /// @param timed asks it to measure its runs from now on
    Counts counts(boolean timed) throws IOException {
        write(timed ? "t" : "?");
        String line = output.readLine();
        if (line == null) throw new IOException(name + " has ended");
        long[] numbers =
                Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new Counts(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    }

    @Override
    long frames() throws IOException {
        return counts(false).frames();
    }

    @Override
    public String toString() {
        return name;
    }
}
