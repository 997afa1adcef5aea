package dev.doorbell.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A shared mapping of a file: mmap(2) MAP_SHARED; or memory of our own ([#anonymous]). Closed
/// once; any thread may use the segment, one owns the mapping.
///
/// Three things can go wrong with memory that others share, and none of them ends the process:
/// - Use after [#close] throws IllegalStateException.
/// - A write through a mapping that is not writable throws UnsupportedOperationException or
///   IllegalArgumentException.
/// - Where the file was cut shorter under the mapping, an access throws InternalError, perhaps a little
///   late, and a system call on the memory answers -EFAULT. A file sealed against shrinking
///   ([Files#seals]) cannot do that.
///
/// **Accesses to avoid** on a file that is not sealed. The JVM turns SIGBUS
/// into InternalError for most accesses, but JDK 25 on x86-64 ends the
/// process for these (each was tried on 25.0.3, interpreted and compiled):
/// - `compareAndSet` and its kin while they are interpreted;
/// - `setRelease`, `setOpaque` and `setVolatile` of a byte or a short while they are interpreted: use
///   `VarHandle.releaseFence()` and a plain `set`, which is as strong. Of an int or a long they are fine;
/// - `MemorySegment.mismatch` over 64 bytes or more: copy first;
/// - an int widened with its sign in the same expression (`long x = segment.get(JAVA_INT, at)`): take the
///   unsigned value, or copy first.
///
/// Plain loads and stores of every size, `getAcquire`, bulk copies and fills are fine.
public final class Mapping implements AutoCloseable {
    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_SHARED = 1;
    static final int MAP_PRIVATE = 2;
    static final int MAP_ANONYMOUS = 0x20;
    static final int MAP_NORESERVE = 0x4000;
    static final int MAP_POPULATE = 0x8000;
    static final int SC_PAGESIZE = 30;

    private static final SystemCall MMAP = SystemCall.of("mmap");
    private static final SystemCall MUNMAP = SystemCall.of("munmap");
    private static final SystemCall SYSCONF = SystemCall.of("sysconf");
    private static final int PAGE_BYTES = SYSCONF.call(SC_PAGESIZE);

    private final Arena arena;
    private final MemorySegment segment;

    private Mapping(Arena arena, MemorySegment segment) {
        this.arena = arena;
        this.segment = segment;
    }

    /// Maps `sizeBytes` of a file. The descriptor may be closed afterwards. The offset need not be
    /// page-aligned. Bytes past the end of the file can be mapped, not touched (see above).
    ///
    /// @param sizeBytes 1 or more
    /// @throws SystemCallException EACCES when the file was not opened for this, EINVAL for a bad offset
    ///     or size, EOVERFLOW, ENODEV for what cannot be mapped, ENOMEM
    public static Mapping map(int fd, long fileOffset, long sizeBytes, boolean writable) throws SystemCallException {
        return map(fd, fileOffset, sizeBytes, writable, MAP_SHARED | MAP_NORESERVE);
    }

    /// As [#map], writable and with every page in place from the start: what a device's rings want.
    public static Mapping populated(int fd, long fileOffset, long sizeBytes) throws SystemCallException {
        return map(fd, fileOffset, sizeBytes, true, MAP_SHARED | MAP_POPULATE);
    }

    /// Memory of this process alone, zero, page-aligned, every page in place, and outside of what the
    /// JVM lets buffers take. Nobody can cut it shorter, so none of the warnings above is about it.
    ///
    /// @param sizeBytes 1 or more
    /// @throws SystemCallException ENOMEM
    public static Mapping anonymous(long sizeBytes) throws SystemCallException {
        return map(-1, 0, sizeBytes, true, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE);
    }

    @SuppressWarnings("restricted")
    private static Mapping map(int fd, long fileOffset, long sizeBytes, boolean writable, int flags)
            throws SystemCallException {
        long slack = fileOffset & (PAGE_BYTES - 1);
        if (fileOffset < 0 || sizeBytes <= 0 || sizeBytes > Long.MAX_VALUE - slack)
            throw new SystemCallException("mmap(2) of " + sizeBytes + " bytes at " + fileOffset, -Errno.EINVAL);
        long mappedBytes = sizeBytes + slack;
        int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
        long address = MMAP.word(0, mappedBytes, protection, flags, fd, fileOffset - slack);
        if (address < 0)
            throw new SystemCallException("mmap(2) of " + sizeBytes + " bytes at " + fileOffset, (int) address);
        Arena arena = Arena.ofShared();
        MemorySegment whole = MemorySegment.ofAddress(address).reinterpret(mappedBytes, arena, Mapping::unmap);
        MemorySegment part = whole.asSlice(slack, sizeBytes);
        return new Mapping(arena, writable ? part : part.asReadOnly());
    }

    /// The mapped bytes; read-only where the mapping is.
    public MemorySegment segment() {
        return segment;
    }

    /// Unmaps: munmap(2). Idempotent. Costs a handshake with
    /// every thread of the JVM, some tens of microseconds.
    @Override
    public void close() {
        if (arena.scope().isAlive()) arena.close();
    }

    /// Bytes of a page of memory: sysconf(3) _SC_PAGESIZE.
    public static int pageBytes() {
        return PAGE_BYTES;
    }

    private static void unmap(MemorySegment whole) {
        int result = MUNMAP.call(whole.address(), whole.byteSize());
        assert result == 0 : "munmap(2): " + Errno.name(result);
    }
}
