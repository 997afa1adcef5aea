package dev.doorbell.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Addresses and strings for system calls. Public for the packages below this one only; a test holds that.
public final class Native {
    private Native() {}

    /// The address of `segment[offset .. offset + lengthBytes)`, checked as an access of Java would be.
    ///
    /// A segment on the heap is refused with IllegalArgumentException, bytes outside of it with
    /// IndexOutOfBoundsException, and one whose arena was closed with IllegalStateException.
    public static long address(MemorySegment segment, long offset, long lengthBytes) {
        if (!segment.isNative()) throw new IllegalArgumentException("not native memory");
        checkAlive(segment);
        Objects.checkFromIndexSize(offset, lengthBytes, segment.byteSize());
        return segment.address() + offset;
    }

    /// As [#address] for bytes that the kernel will write: a read-only segment is refused as well.
    public static long writableAddress(MemorySegment segment, long offset, long lengthBytes) {
        if (segment.isReadOnly()) throw new IllegalArgumentException("read-only memory");
        return address(segment, offset, lengthBytes);
    }

    public static void checkAlive(MemorySegment segment) {
        if (!segment.scope().isAlive()) throw new IllegalStateException("memory is closed");
    }

    /// A string of C in UTF-8. One with a NUL inside is refused with IllegalArgumentException.
    public static MemorySegment string(Arena arena, String text) {
        if (text.indexOf('\0') >= 0) throw new IllegalArgumentException("NUL inside of \"" + text + "\"");
        return arena.allocateFrom(text, StandardCharsets.UTF_8);
    }
}
