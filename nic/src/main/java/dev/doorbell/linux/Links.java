package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Symbolic links.
final class Links {
    private static final int LIMIT_BYTES = 4096;

    private static final SystemCall READLINK = SystemCall.of("readlink");

    private Links() {}

    /// What a symbolic link says: readlink(2); empty when it cannot be read.
    static String target(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(LIMIT_BYTES);
            int length = READLINK.call(Native.string(arena, path).address(), text.address(), LIMIT_BYTES);
            if (length < 0) return "";
            return new String(text.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }
}
