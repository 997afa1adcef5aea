package dev.doorbell.linux;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Calls on file descriptors of any kind. Answers are 0 or
/// more, or a negated errno; a bad descriptor is EBADF.
public final class Files {
    /// [#accessMode]: opened for reading only.
    public static final int O_RDONLY = 0;
    /// [#accessMode]: opened for writing only.
    public static final int O_WRONLY = 1;
    /// [#accessMode]: opened for both.
    public static final int O_RDWR = 2;

    /// [#open]: create the file when there is none.
    public static final int O_CREAT = 0x40;
    /// [#open]: with [#O_CREAT], fail with EEXIST when there is one.
    public static final int O_EXCL = 0x80;
    /// [#open]: cut an existing file to length 0.
    public static final int O_TRUNC = 0x200;
    /// [#open]: calls on the descriptor never wait.
    public static final int O_NONBLOCK = 0x800;

    /// [#seals]: no further seals can be added.
    public static final int F_SEAL_SEAL = 1;
    /// [#seals]: the file can no longer shrink, so a mapping of it can never fault.
    public static final int F_SEAL_SHRINK = 2;
    /// [#seals]: the file can no longer grow.
    public static final int F_SEAL_GROW = 4;
    /// [#seals]: the content can no longer change.
    public static final int F_SEAL_WRITE = 8;

    static final int O_ACCMODE = 3;
    static final int O_CLOEXEC = 0x80000;
    static final int F_GETFL = 3;
    static final int F_SETFL = 4;
    static final int F_DUPFD_CLOEXEC = 1030;
    static final int F_ADD_SEALS = 1033;
    static final int F_GET_SEALS = 1034;
    static final int AT_FDCWD = -100;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC_STATS = 0x7FF;
    private static final int F_OK = 0;

    private static final SystemCall CLOSE = SystemCall.of("close");
    private static final SystemCall READ = SystemCall.of("read");
    private static final SystemCall WRITE = SystemCall.of("write");
    private static final SystemCall STATX = SystemCall.of("statx");
    private static final SystemCall FTRUNCATE = SystemCall.of("ftruncate");
    private static final SystemCall UNLINK = SystemCall.of("unlink");
    private static final SystemCall FCHMOD = SystemCall.of("fchmod");
    private static final SystemCall ACCESS = SystemCall.of("access");
    private static final SystemCall FCNTL = SystemCall.variadic("fcntl", 2);
    private static final SystemCall OPEN = SystemCall.variadic("open", 2);

    private static final MemorySegment EMPTY_PATH = Native.string(Arena.global(), "");

    private Files() {}

    /// open(2), with O_CLOEXEC. Not for the data path.
    ///
    /// @param flags an access mode with any of the `O_` constants
    /// @param mode  permission bits of a file that gets created
    /// @return a descriptor that the caller owns; -ENOENT, -EACCES, -ENXIO ...
    public static int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return OPEN.restarted(Native.string(arena, path).address(), flags | O_CLOEXEC, mode, 0);
        }
    }

    /// close(2). Not repeated on EINTR: Linux has given the number back already.
    public static int close(int fd) {
        return CLOSE.call(fd);
    }

    /// A second descriptor of the same open file: fcntl(2) F_DUPFD_CLOEXEC.
    public static int duplicate(int fd) {
        return FCNTL.call(fd, F_DUPFD_CLOEXEC, 0);
    }

    /// Sets or clears O_NONBLOCK: fcntl(2) F_SETFL. It belongs to the open file, so every process that
    /// shares it is affected.
    public static int setNonBlocking(int fd, boolean nonBlocking) {
        int flags = FCNTL.call(fd, F_GETFL, 0);
        if (flags < 0) return flags;
        int wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        return wanted == flags ? 0 : FCNTL.call(fd, F_SETFL, wanted);
    }

    /// Whether calls on the descriptor may wait: 1, or 0 with O_NONBLOCK set.
    public static int isBlocking(int fd) {
        int flags = FCNTL.call(fd, F_GETFL, 0);
        return flags < 0 ? flags : (flags & O_NONBLOCK) == 0 ? 1 : 0;
    }

    /// How the file was opened: [#O_RDONLY], [#O_WRONLY] or [#O_RDWR].
    public static int accessMode(int fd) {
        int flags = FCNTL.call(fd, F_GETFL, 0);
        return flags < 0 ? flags : flags & O_ACCMODE;
    }

    /// What and how large the file is: statx(2).
    public static int status(int fd, FileStatus out) {
        return status(fd, EMPTY_PATH, AT_EMPTY_PATH, out);
    }

    /// As [#status] of the file behind a path; a symbolic link is followed.
    public static int status(String path, FileStatus out) {
        try (Arena arena = Arena.ofConfined()) {
            return status(AT_FDCWD, Native.string(arena, path), 0, out);
        }
    }

    private static int status(int fd, MemorySegment path, int flags, FileStatus out) {
        try {
            int result = STATX.call(fd, path.address(), flags, STATX_BASIC_STATS, out.buffer.address());
            if (result == 0) out.decode();
            return result;
        } finally {
            Reference.reachabilityFence(out);
        }
    }

    /// The seals of a memory file, `F_SEAL_` bits: fcntl(2) F_GET_SEALS.
    ///
    /// @return -EINVAL for a file that cannot have seals
    public static int seals(int fd) {
        return FCNTL.call(fd, F_GET_SEALS, 0);
    }

    /// Adds seals for good: fcntl(2) F_ADD_SEALS.
    public static int addSeals(int fd, int seals) {
        return FCNTL.call(fd, F_ADD_SEALS, seals);
    }

    /// ftruncate(2): makes a file that long.
    ///
    /// @return -EPERM when a seal forbids it, -EINVAL when not open for writing
    public static int truncate(int fd, long sizeBytes) {
        return FTRUNCATE.restarted(fd, sizeBytes, 0, 0);
    }

    /// read(2). EINTR came before any byte, so the call is repeated.
    ///
    /// @return bytes read, 0 at the end; -EAGAIN when there is nothing and the descriptor does not wait
    public static int read(int fd, MemorySegment target, long offset, int lengthBytes) {
        try {
            return READ.restarted(fd, Native.writableAddress(target, offset, lengthBytes), lengthBytes, 0);
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    /// write(2). EINTR came before any byte, so the call is repeated.
    ///
    /// @return bytes written, which may be fewer than asked; -EAGAIN, -EPIPE ...
    public static int write(int fd, MemorySegment source, long offset, int lengthBytes) {
        try {
            return WRITE.restarted(fd, Native.address(source, offset, lengthBytes), lengthBytes, 0);
        } finally {
            Reference.reachabilityFence(source);
        }
    }

    /// unlink(2): removes a name.
    public static int unlink(String path) {
        try (Arena arena = Arena.ofConfined()) {
            return UNLINK.call(Native.string(arena, path).address());
        }
    }

    /// Whether a path names anything: 0, or -ENOENT, -EACCES ...: access(2).
    public static int exists(String path) {
        try (Arena arena = Arena.ofConfined()) {
            return ACCESS.call(Native.string(arena, path).address(), F_OK);
        }
    }

    /// Sets permission bits: fchmod(2).
    public static int setMode(int fd, int mode) {
        return FCHMOD.call(fd, mode);
    }

    /// Descriptors that this process has open now, for leak checks; -1 without `/proc`.
    public static int openFdCount() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? -1 : open.length - 1; // one of them read the directory
    }
}
