package dev.doorbell.linux.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.Native;
import dev.doorbell.linux.SystemCall;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One AF_XDP socket: made or adopted, given memory and rings, bound to a queue of an interface, woken.
/// One thread; only [#wakeTransmit] and [#wakeReceive] may also be called by another one.
///
/// In the order of use: [#open] or [#adopt], [#register], [#createRings], [#bind]. Whatever fails,
/// [#close] gives back what was taken so far.
public final class XdpSocket implements XdpPort {
    // spotless:off
    /// [#bind]: the kernel copies frames, even where the driver could do without.
    public static final int XDP_COPY            = 1 << 1;
    /// [#bind]: the kernel copies nothing, or refuses.
    public static final int XDP_ZEROCOPY        = 1 << 2;
    /// [#bind]: the kernel says when it must be woken ([ProducerRing#needsWakeup]).
    public static final int XDP_USE_NEED_WAKEUP = 1 << 3;
    /// [#bind]: a frame may take several chunks.
    public static final int XDP_USE_SG          = 1 << 4;
    /// Option of a descriptor: the frame goes on in the next one.
    public static final int XDP_PKT_CONTD       = 1;
    /// Option of a transmit descriptor: metadata stands before its address.
    public static final int XDP_TX_METADATA     = 2;
    // spotless:on

    private static final SystemCall SOCKET = SystemCall.of("socket");
    private static final SystemCall BIND = SystemCall.of("bind");
    private static final SystemCall GETSOCKOPT = SystemCall.of("getsockopt");
    private static final SystemCall SETSOCKOPT = SystemCall.of("setsockopt");
    private static final SystemCall SENDTO = SystemCall.of("sendto");
    private static final SystemCall RECVFROM = SystemCall.of("recvfrom");

    private static final int LENGTH_AT = IfXdp.MMAP_OFFSETS_BYTES; // in scratch, behind the largest value

    private final MemorySegment scratch = Arena.ofAuto().allocate(LENGTH_AT + Integer.BYTES, 8);
    private final List<Mapping> mappings = new ArrayList<>(4);
    private int fd;
    private int metadataBytes;
    private @Nullable ProducerRing fill;
    private @Nullable ConsumerRing completion;
    private @Nullable ConsumerRing receive;
    private @Nullable ProducerRing transmit;

    private XdpSocket(int fd) {
        this.fd = fd;
    }

    /// Makes a socket.
    ///
    /// @throws SystemCallException EPERM without CAP_NET_RAW, EAFNOSUPPORT from a kernel without AF_XDP
    public static XdpSocket open() throws SystemCallException {
        int fd = SOCKET.call(IfXdp.AF_XDP, IfXdp.SOCK_RAW | IfXdp.SOCK_CLOEXEC, 0);
        return new XdpSocket(SystemCallException.check("socket(2) AF_XDP", fd));
    }

    /// Takes over a socket that somebody else made, neither bound nor given memory so far. A refused
    /// descriptor stays the caller's.
    ///
    /// @throws SystemCallException EBADF, ENOTSOCK, EPROTOTYPE for a socket of another family
    public static XdpSocket adopt(int fd) throws SystemCallException {
        XdpSocket socket = new XdpSocket(fd);
        int result = socket.readOption(IfXdp.SOL_SOCKET, IfXdp.SO_DOMAIN, Integer.BYTES);
        if (result >= 0 && socket.scratch.get(JAVA_INT, 0) != IfXdp.AF_XDP) result = -Errno.EPROTOTYPE;
        SystemCallException.check("AF_XDP socket in descriptor " + fd, result);
        return socket;
    }

    @Override
    public int fd() {
        return fd;
    }

    /// Registers the memory: XDP_UMEM_REG. The memory belongs to the caller.
    ///
    /// @param headroomBytes kept free before each received frame, beside the kernel's own 256
    /// @param metadataBytes kept for transmit metadata before each sent frame, a multiple of 8 below
    ///     256; 0 for none
    /// @throws SystemCallException ENOBUFS when RLIMIT_MEMLOCK is too small, EINVAL from kernels
    ///     without metadata, EBUSY when the socket has memory already
    public void register(Umem umem, int headroomBytes, int metadataBytes) throws SystemCallException {
        MemorySegment memory = umem.segment();
        register(
                memory,
                umem.chunkBytes(),
                headroomBytes,
                metadataBytes > 0 ? IfXdp.XDP_UMEM_TX_METADATA_LEN : 0,
                metadataBytes);
    }

    /// As [#register], of any page-aligned memory, with `XDP_UMEM_` flags.
    void register(MemorySegment memory, int chunkBytes, int headroomBytes, int flags, int metadataBytes)
            throws SystemCallException {
        long address = Native.writableAddress(memory, 0, memory.byteSize());
        scratch.fill((byte) 0);
        scratch.set(JAVA_LONG, IfXdp.UMEM_REG_ADDR, address);
        scratch.set(JAVA_LONG, IfXdp.UMEM_REG_LEN, memory.byteSize());
        scratch.set(JAVA_INT, IfXdp.UMEM_REG_CHUNK_SIZE, chunkBytes);
        scratch.set(JAVA_INT, IfXdp.UMEM_REG_HEADROOM, headroomBytes);
        scratch.set(JAVA_INT, IfXdp.UMEM_REG_FLAGS, flags);
        scratch.set(JAVA_INT, IfXdp.UMEM_REG_TX_METADATA_LEN, metadataBytes);
        int result;
        try {
            result = writeOption(IfXdp.SOL_XDP, IfXdp.XDP_UMEM_REG, IfXdp.UMEM_REG_BYTES);
        } finally {
            Reference.reachabilityFence(memory);
        }
        SystemCallException.check("setsockopt(2) XDP_UMEM_REG of " + memory.byteSize() + " bytes", result);
        this.metadataBytes = metadataBytes;
    }

    /// Makes and maps the four rings; each count is a power of two. Once, before [#bind].
    ///
    /// @throws SystemCallException EINVAL for other counts, ENOMEM
    public void createRings(int fillEntries, int completionEntries, int receiveEntries, int transmitEntries)
            throws SystemCallException {
        setRing("XDP_UMEM_FILL_RING", IfXdp.XDP_UMEM_FILL_RING, fillEntries);
        setRing("XDP_UMEM_COMPLETION_RING", IfXdp.XDP_UMEM_COMPLETION_RING, completionEntries);
        setRing("XDP_RX_RING", IfXdp.XDP_RX_RING, receiveEntries);
        setRing("XDP_TX_RING", IfXdp.XDP_TX_RING, transmitEntries);
        int length = readOption(IfXdp.SOL_XDP, IfXdp.XDP_MMAP_OFFSETS, IfXdp.MMAP_OFFSETS_BYTES);
        if (length >= 0 && length != IfXdp.MMAP_OFFSETS_BYTES) length = -Errno.EPROTO; // Linux 5.3 has no flags
        SystemCallException.check("getsockopt(2) XDP_MMAP_OFFSETS", length);
        fill = new ProducerRing(map(IfXdp.XDP_UMEM_PGOFF_FILL_RING, IfXdp.MMAP_OFFSETS_FR, fillEntries, false));
        completion = new ConsumerRing(
                map(IfXdp.XDP_UMEM_PGOFF_COMPLETION_RING, IfXdp.MMAP_OFFSETS_CR, completionEntries, false));
        receive = new ConsumerRing(map(IfXdp.XDP_PGOFF_RX_RING, IfXdp.MMAP_OFFSETS_RX, receiveEntries, true));
        transmit = new ProducerRing(map(IfXdp.XDP_PGOFF_TX_RING, IfXdp.MMAP_OFFSETS_TX, transmitEntries, true));
    }

    /// Binds to a queue of an interface.
    ///
    /// @param flags `XDP_` bits above
    /// @throws SystemCallException ENODEV; EBUSY when the queue has a socket, or had one until some 30
    ///     ms ago (the kernel frees a queue late), or when this socket is bound; EINVAL for a queue
    ///     that is not there; EOPNOTSUPP when the driver cannot do what the flags ask; ENETDOWN from
    ///     drivers that mind
    public void bind(int ifindex, int queue, int flags) throws SystemCallException {
        scratch.fill((byte) 0);
        scratch.set(JAVA_SHORT, IfXdp.SXDP_FAMILY, (short) IfXdp.AF_XDP);
        scratch.set(JAVA_SHORT, IfXdp.SXDP_FLAGS, (short) flags);
        scratch.set(JAVA_INT, IfXdp.SXDP_IFINDEX, ifindex);
        scratch.set(JAVA_INT, IfXdp.SXDP_QUEUE_ID, queue);
        int result;
        try {
            result = BIND.call(fd, scratch.address(), IfXdp.SOCKADDR_BYTES);
        } finally {
            Reference.reachabilityFence(scratch);
        }
        SystemCallException.check("bind(2) to queue " + queue + " of interface " + ifindex, result);
    }

    @Override
    public ProducerRing fillRing() {
        return made(fill);
    }

    @Override
    public ConsumerRing completionRing() {
        return made(completion);
    }

    @Override
    public ConsumerRing receiveRing() {
        return made(receive);
    }

    @Override
    public ProducerRing transmitRing() {
        return made(transmit);
    }

    @Override
    public int wakeTransmit() {
        return SENDTO.call(fd, 0, 0, IfXdp.MSG_DONTWAIT);
    }

    @Override
    public int wakeReceive() {
        return RECVFROM.call(fd, 0, 0, IfXdp.MSG_DONTWAIT);
    }

    /// Frames that one [#wakeTransmit] sends at most in copy mode: XDP_MAX_TX_SKB_BUDGET (Linux 6.17;
    /// 32 before).
    ///
    /// @param frames 32 to the transmit ring's entries; after [#createRings]
    /// @return 0, -EACCES for other numbers, -ENOPROTOOPT from older kernels
    public int setTransmitBudget(int frames) {
        return setOption(IfXdp.SOL_XDP, IfXdp.XDP_MAX_TX_SKB_BUDGET, frames);
    }

    /// Polls the device from our own calls rather than from interrupts: SO_PREFER_BUSY_POLL,
    /// SO_BUSY_POLL, SO_BUSY_POLL_BUDGET.
    ///
    /// @return 0, or -EPERM without CAP_NET_ADMIN
    public int setBusyPoll(int us, int budgetFrames) {
        int result = setOption(IfXdp.SOL_SOCKET, IfXdp.SO_PREFER_BUSY_POLL, 1);
        if (result == 0) result = setOption(IfXdp.SOL_SOCKET, IfXdp.SO_BUSY_POLL, us);
        return result < 0 ? result : setOption(IfXdp.SOL_SOCKET, IfXdp.SO_BUSY_POLL_BUDGET, budgetFrames);
    }

    /// Whether somebody set [#setBusyPoll], before the socket was inherited perhaps: SO_PREFER_BUSY_POLL.
    public boolean prefersBusyPoll() {
        int result = readOption(IfXdp.SOL_SOCKET, IfXdp.SO_PREFER_BUSY_POLL, Integer.BYTES);
        return result >= 0 && scratch.get(JAVA_INT, 0) != 0;
    }

    @Override
    public int metadataBytes() {
        return metadataBytes;
    }

    /// Whether the driver uses our memory without copying: XDP_OPTIONS. After [#bind].
    @Override
    public boolean isZeroCopy() {
        int result = readOption(IfXdp.SOL_XDP, IfXdp.XDP_OPTIONS, Integer.BYTES);
        return result >= 0 && (scratch.get(JAVA_INT, 0) & IfXdp.XDP_OPTIONS_ZEROCOPY) != 0;
    }

    /// Reads the kernel's counts: XDP_STATISTICS. Those that an older kernel lacks are 0.
    ///
    /// @return 0 or a negated errno
    @Override
    public int statistics(XdpStatistics into) {
        int result = readOption(IfXdp.SOL_XDP, IfXdp.XDP_STATISTICS, IfXdp.STATISTICS_BYTES);
        if (result < 0) return result;
        into.receiveDropped = scratch.get(JAVA_LONG, IfXdp.RX_DROPPED);
        into.receiveInvalid = scratch.get(JAVA_LONG, IfXdp.RX_INVALID_DESCS);
        into.transmitInvalid = scratch.get(JAVA_LONG, IfXdp.TX_INVALID_DESCS);
        into.receiveRingFull = scratch.get(JAVA_LONG, IfXdp.RX_RING_FULL);
        into.fillRingEmpty = scratch.get(JAVA_LONG, IfXdp.RX_FILL_RING_EMPTY);
        into.transmitRingEmpty = scratch.get(JAVA_LONG, IfXdp.TX_RING_EMPTY);
        return 0;
    }

    /// Unmaps the rings and closes the descriptor; rings used after that throw IllegalStateException.
    /// Idempotent. The kernel lets go of the queue and of the memory some 10 to 30 ms later.
    @Override
    public void close() {
        for (Mapping mapping : mappings) mapping.close(); // a mapping keeps the socket alive, too
        mappings.clear();
        int closing = fd;
        fd = -1;
        if (closing >= 0) Files.close(closing);
    }

    private static <R> R made(@Nullable R ring) {
        if (ring == null) throw new IllegalStateException("createRings first");
        return ring;
    }

    private void setRing(String name, int option, int entries) throws SystemCallException {
        int result = setOption(IfXdp.SOL_XDP, option, entries);
        SystemCallException.check("setsockopt(2) " + name + " of " + entries + " entries", result);
    }

    /// @param offsetsAt where scratch, filled by XDP_MMAP_OFFSETS, describes the ring
    private RingMemory map(long pageOffset, int offsetsAt, int entries, boolean descriptors)
            throws SystemCallException {
        int entryBytes = descriptors ? IfXdp.DESC_BYTES : IfXdp.ADDRESS_BYTES;
        long bytes = RingMemory.bytes(RingMemory.entriesAt(scratch, offsetsAt), entries, entryBytes);
        Mapping mapping = Mapping.populated(fd, pageOffset, bytes);
        mappings.add(mapping);
        return RingMemory.of(mapping.segment(), scratch, offsetsAt, entries, entryBytes);
    }

    private int setOption(int level, int option, int value) {
        scratch.set(JAVA_INT, 0, value);
        return writeOption(level, option, Integer.BYTES);
    }

    private int writeOption(int level, int option, int lengthBytes) {
        try {
            return SETSOCKOPT.call(fd, level, option, scratch.address(), lengthBytes);
        } finally {
            Reference.reachabilityFence(scratch);
        }
    }

    /// Reads an option's value to the start of scratch.
    ///
    /// @return its bytes, or a negated errno
    private int readOption(int level, int option, int lengthBytes) {
        scratch.fill((byte) 0);
        scratch.set(JAVA_INT, LENGTH_AT, lengthBytes);
        long address = scratch.address();
        try {
            int result = GETSOCKOPT.call(fd, level, option, address, address + LENGTH_AT);
            return result < 0 ? result : scratch.get(JAVA_INT, LENGTH_AT);
        } finally {
            Reference.reachabilityFence(scratch);
        }
    }
}
