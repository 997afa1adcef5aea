package dev.doorbell.backend.pcap;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A stretch of a file in memory that moves forward over it: however long the file is,
/// [#WINDOW_BYTES] of it are held.
///
/// Offsets of the getters count from the window's position, which [#skip] moves on. Numbers are in
/// the byte order of [#swapped]. Allocates when it opens only. One thread.
final class CaptureWindow implements AutoCloseable {
    /// Bytes held; several of the longest frames. Also the most that one read brings.
    static final int WINDOW_BYTES = 1 << 18;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final FileChannel file;
    private final MemorySegment memory = Arena.ofAuto().allocate(WINDOW_BYTES, 64);
    private final ByteBuffer view = memory.asByteBuffer();
    private long fileOffset; // in the file, of the window's first byte
    private int at;
    private int filled;
    private boolean swapped;

    /// @throws IOException when the file cannot be opened for reading
    CaptureWindow(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ);
    }

    /// Says in which order numbers stand from now on.
    ///
    /// @param bigEndian else little-endian
    void swapped(boolean bigEndian) {
        swapped = bigEndian;
    }

    /// What frames are slices of; [#at] says where the position is.
    MemorySegment memory() {
        return memory;
    }

    /// The position within [#memory].
    int at() {
        return at;
    }

    /// The position within the file.
    long offset() {
        return fileOffset + at;
    }

    /// Bytes held from the position on.
    int available() {
        return filled - at;
    }

    int get8(int offset) {
        return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, at + (long) offset));
    }

    int get16(int offset) {
        short value = memory.get(LE16, at + (long) offset);
        return Short.toUnsignedInt(swapped ? Short.reverseBytes(value) : value);
    }

    int get32(int offset) {
        int value = memory.get(LE32, at + (long) offset);
        return swapped ? Integer.reverseBytes(value) : value;
    }

    /// As [#get32], as the unsigned number it is.
    long getUnsigned32(int offset) {
        return Integer.toUnsignedLong(get32(offset));
    }

    long get64(int offset) {
        long first = getUnsigned32(offset);
        long second = getUnsigned32(offset + 4);
        return swapped ? first << 32 | second : second << 32 | first;
    }

    /// Moves the position on, also beyond what is held.
    void skip(long bytes) {
        if (bytes <= available()) {
            at += (int) bytes;
            return;
        }
        fileOffset += at + bytes;
        at = 0;
        filled = 0;
    }

    /// Back to the file's first byte.
    void rewind() {
        fileOffset = 0;
        at = 0;
        filled = 0;
    }

    /// Reads on, with one read. What lies before the position is forgotten, so no slice of it may
    /// be in use any more.
    ///
    /// @return bytes that came; 0 at the end of the file or when all of the window is in use
    /// @throws IOException when the file cannot be read
    int refill() throws IOException {
        int held = available();
        if (at > 0) MemorySegment.copy(memory, at, memory, 0, held);
        fileOffset += at;
        at = 0;
        filled = held;
        if (held == WINDOW_BYTES) return 0;
        view.clear().position(held);
        int got = file.read(view, fileOffset + held);
        if (got <= 0) return 0;
        filled += got;
        return got;
    }

    /// Bytes of the file, now.
    long fileBytes() throws IOException {
        return file.size();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            filled = at; // it was only read: nothing is lost
        }
    }
}
