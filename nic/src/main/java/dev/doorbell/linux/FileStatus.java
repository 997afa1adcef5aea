package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What [Files#status] tells about a file. Reused from call to call; one thread.
///
/// Read with statx(2), whose `struct statx` is the same on every architecture, unlike `struct stat`.
public final class FileStatus {
    // struct statx, linux/stat.h
    static final int STATX_BYTES = 256;
    static final int STX_MODE = 28;
    static final int STX_INO = 32;
    static final int STX_SIZE = 40;
    static final int STX_DEV_MAJOR = 136;
    static final int STX_DEV_MINOR = 140;

    private static final int S_IFMT = 0xF000;
    private static final int S_IFSOCK = 0xC000;
    private static final int S_IFREG = 0x8000;

    /// Device that holds the file: major number in the upper half, minor in the lower.
    public long device;
    /// Number of the file on its device. Two descriptors with one device and inode are the same file.
    public long inode;

    public long sizeBytes;
    /// Type and permission bits, `st_mode` of stat(2).
    public int mode;

    final MemorySegment buffer = Arena.ofAuto().allocate(STATX_BYTES, 8);

    /// Whether it is a regular file (as memory files are).
    public boolean isRegular() {
        return (mode & S_IFMT) == S_IFREG;
    }

    /// Whether it is a socket.
    public boolean isSocket() {
        return (mode & S_IFMT) == S_IFSOCK;
    }

    void decode() {
        mode = Short.toUnsignedInt(buffer.get(JAVA_SHORT, STX_MODE));
        inode = buffer.get(JAVA_LONG, STX_INO);
        sizeBytes = buffer.get(JAVA_LONG, STX_SIZE);
        device = (long) buffer.get(JAVA_INT, STX_DEV_MAJOR) << 32
                | Integer.toUnsignedLong(buffer.get(JAVA_INT, STX_DEV_MINOR));
    }
}
