package dev.doorbell.linux;

import java.lang.foreign.Arena;

/// Files without a name that live in memory and are shared by passing their descriptor.
public final class MemoryFile {
    static final int MFD_CLOEXEC = 1;
    static final int MFD_ALLOW_SEALING = 2;

    private static final SystemCall MEMFD_CREATE = SystemCall.of("memfd_create");

    private MemoryFile() {}

    /// memfd_create(2), then ftruncate(2): a file of zeros.
    ///
    /// @param name       shows in `/proc` only
    /// @param sealShrink seal it against shrinking, so that nobody's mapping of it can fault; it can
    ///     still be sealed further
    /// @return a descriptor that the caller owns, or a negated errno
    public static int create(String name, long sizeBytes, boolean sealShrink) {
        int fd;
        try (Arena arena = Arena.ofConfined()) {
            fd = MEMFD_CREATE.call(Native.string(arena, name).address(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
        }
        if (fd < 0) return fd;
        int result = Files.truncate(fd, sizeBytes);
        if (result >= 0 && sealShrink) result = Files.addSeals(fd, Files.F_SEAL_SHRINK);
        if (result < 0) {
            Files.close(fd);
            return result;
        }
        return fd;
    }
}
