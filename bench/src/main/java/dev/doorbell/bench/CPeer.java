package dev.doorbell.bench;

import java.io.IOException;
import java.util.List;

/// A small C program, `peer.c`, that sends frames through the same kernel interfaces as a card's backend:
/// what can be had at best.
final class CPeer implements AutoCloseable {
    private final CProgram program;

    /// @throws Benchmark.UnavailableException without a C compiler
    CPeer() throws IOException, InterruptedException, Benchmark.UnavailableException {
        program = new CProgram("peer.c");
    }

    /// Nanoseconds per frame.
    Figure measure(Sink sink, int frameBytes, int framesPerCall, boolean quick)
            throws IOException, InterruptedException {
        String kind = sink.toString();
        List<String> lines = CProgram.output(List.of(
                program.binary().toString(),
                kind,
                String.valueOf(frameBytes),
                String.valueOf(framesPerCall),
                quick ? "3" : "5",
                quick ? "200" : "1000"));
        double[] samples = lines.stream().mapToDouble(Double::parseDouble).toArray();
        String name = "C peer backend=" + kind + " bytes=" + frameBytes + " perCall=" + framesPerCall;
        return Figure.cost(name, "ns/op", samples, null);
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
