package dev.doorbell.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A shared mapping of a file: mmap(2) MAP_SHARED. Closed once; any thread may use the segment, one owns
/// the mapping.
///
/// Three things can go wrong with memory that others share, and none of them ends the process:
/// - Use after [#close] throws IllegalStateException.
/// - A write through a mapping that is not writable throws UnsupportedOperationException or
///   IllegalArgumentException.
/// - Where the file was cut shorter under the mapping, an access throws InternalError, perhaps a little
///   late, and a system call on the memory answers -EFAULT. A file sealed against shrinking
///   ([Files#seals]) cannot do that.
public final class Mapping implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int SC_PAGESIZE = 30;

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
    @SuppressWarnings("restricted")
    public static Mapping map(int fd, long fileOffset, long sizeBytes, boolean writable) throws SystemCallException {
        long slack = fileOffset & (PAGE_BYTES - 1);
        if (fileOffset < 0 || sizeBytes <= 0 || sizeBytes > Long.MAX_VALUE - slack)
            throw new SystemCallException("mmap(2) of " + sizeBytes + " bytes at " + fileOffset, -Errno.EINVAL);
        long mappedBytes = sizeBytes + slack;
        int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
        long address = MMAP.word(0, mappedBytes, protection, MAP_SHARED | MAP_NORESERVE, fd, fileOffset - slack);
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

    /// Unmaps: munmap(2). Idempotent. Costs a handshake with every thread of the JVM, some tens of
    /// microseconds.
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
