package dev.doorbell.backend.passt;

import dev.doorbell.linux.Files;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What a program prints, cut into lines. A line longer than [#MAX_LINE_BYTES] is told in pieces,
/// control characters are replaced, empty lines left out. One thread; never waits.
final class OutputLines {
    /// Longest line that is told whole.
    static final int MAX_LINE_BYTES = 512;

    /// Bytes taken by one [#pump]: a program that prints without end must not hold us.
    private static final int MAX_PUMP_BYTES = 1 << 16;
    /// First lines that are kept: the first is usually the one that says what is wrong.
    private static final int KEPT_LINES = 2;
    /// An old passt says this of each line where there is no system logger.
    private static final String NOISE = "Failed to send \\d+ bytes to syslog";

    private final Consumer<String> lines;
    private final MemorySegment buffer = Arena.ofAuto().allocate(MAX_LINE_BYTES);
    private final List<String> first = new ArrayList<>();
    private int held;

    OutputLines(Consumer<String> lines) {
        this.lines = lines;
    }

    /// Takes what has been printed.
    ///
    /// @param fd read without waiting
    void pump(int fd) {
        for (int taken = 0; taken < MAX_PUMP_BYTES; ) {
            int got = Files.read(fd, buffer, held, MAX_LINE_BYTES - held);
            if (got <= 0) return;
            taken += got;
            held += got;
            cut();
        }
    }

    private void cut() {
        int from = 0;
        for (int i = 0; i < held; i++) {
            if (buffer.get(ValueLayout.JAVA_BYTE, i) != '\n') continue;
            tell(from, i);
            from = i + 1;
        }
        if (from == 0 && held == MAX_LINE_BYTES) {
            tell(0, held);
            from = held;
        }
        MemorySegment.copy(buffer, from, buffer, 0, held - from);
        held -= from;
    }

    /// Tells what was printed last without a line's end, and forgets all.
    void end() {
        tell(0, held);
        held = 0;
    }

    private void tell(int from, int to) {
        byte[] bytes = buffer.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
        String line = new String(bytes, StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", " ")
                .strip();
        if (line.isEmpty() || line.matches(NOISE)) return;
        if (first.size() < KEPT_LINES) first.add(line);
        lines.accept(line);
    }

    /// The first lines on one, for a message: `": no such interface"`; empty when there were none.
    String summary() {
        return first.isEmpty() ? "" : ": " + String.join("; ", first);
    }
}
