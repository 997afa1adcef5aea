package dev.doorbell.linux.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.FileDescriptor;
import dev.doorbell.linux.Native;
import dev.doorbell.linux.SystemCall;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// The XDP program that sends each frame to the socket of its receive queue, and on to the kernel's
/// own stack where there is none. Frames of several fragments are taken, too, where the kernel can
/// (Linux 5.18).
public final class XdpProgram implements AutoCloseable {
    /// How a program is attached: XDP_FLAGS_ of linux/if_link.h.
    public enum Mode {
        /// In the driver.
        NATIVE(Bpf.XDP_FLAGS_DRV_MODE),
        /// In the kernel's stack ("generic"), for any driver.
        SKB(Bpf.XDP_FLAGS_SKB_MODE);

        private final int flag;

        Mode(int flag) {
            this.flag = flag;
        }
    }

    /// As others see it (`bpftool prog`, `ip link`).
    public static final String NAME = "doorbell_xsk";

    // spotless:off
    // struct bpf_insn: code, destination and source register in a byte, offset, immediate
    static final int INSN_BYTES = 8;
    static final int INSN_CODE  = 0;
    static final int INSN_REGS  = 1;
    static final int INSN_OFF   = 2;
    static final int INSN_IMM   = 4;

    static final int LOAD_WORD            = 0x61; // BPF_LDX | BPF_W | BPF_MEM
    static final int LOAD_CONSTANT        = 0x18; // BPF_LD | BPF_DW | BPF_IMM, two instructions long
    static final int MOVE_CONSTANT        = 0xB7; // BPF_ALU64 | BPF_MOV | BPF_K
    static final int CALL                 = 0x85; // BPF_JMP | BPF_CALL
    static final int EXIT                 = 0x95; // BPF_JMP | BPF_EXIT
    static final int BPF_PSEUDO_MAP_FD    = 1;
    static final int BPF_FUNC_REDIRECT_MAP = 51;
    static final int XDP_PASS             = 2;
    static final int RX_QUEUE_INDEX       = 16; // in struct xdp_md
    // spotless:on

    private static final String LICENCE = "Apache-2.0"; // redirecting asks for no particular one
    private static final int IF_NAMESIZE = 16;
    private static final int LOG_BYTES = 4096;
    private static final int LOAD_ATTEMPTS = 5;

    private static final SystemCall IF_INDEXTONAME = SystemCall.of("if_indextoname");

    private final FileDescriptor fd;
    private final boolean takesFragments;

    private XdpProgram(int fd, boolean takesFragments) {
        this.fd = new FileDescriptor(fd);
        this.takesFragments = takesFragments;
    }

    /// Loads the program for a map, which may be closed then.
    ///
    /// @throws SystemCallException EPERM without CAP_BPF and CAP_NET_ADMIN, EINVAL or EACCES with
    ///     the verifier's reason
    public static XdpProgram load(XskMap map) throws SystemCallException {
        return load(map.fd());
    }

    static XdpProgram load(int mapFd) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = code(arena, mapFd);
            int fd = load(arena, code, Bpf.BPF_F_XDP_HAS_FRAGS, MemorySegment.NULL);
            if (fd != -Errno.EINVAL) return new XdpProgram(checkLoaded(arena, code, fd), true);
            fd = load(arena, code, 0, MemorySegment.NULL); // the kernel may not know the flag
            return new XdpProgram(checkLoaded(arena, code, fd), false);
        }
    }

    private static int load(Arena arena, MemorySegment code, int flags, MemorySegment log) {
        MemorySegment attributes = Bpf.attributes(arena);
        attributes.set(JAVA_INT, Bpf.PROG_TYPE, Bpf.BPF_PROG_TYPE_XDP);
        attributes.set(JAVA_INT, Bpf.INSN_CNT, (int) (code.byteSize() / INSN_BYTES));
        attributes.set(JAVA_LONG, Bpf.INSNS, code.address());
        attributes.set(JAVA_LONG, Bpf.LICENSE, Native.string(arena, LICENCE).address());
        attributes.set(JAVA_INT, Bpf.LOG_LEVEL, log.byteSize() > 0 ? 1 : 0);
        attributes.set(JAVA_INT, Bpf.LOG_SIZE, (int) log.byteSize());
        attributes.set(JAVA_LONG, Bpf.LOG_BUF, log.address());
        attributes.set(JAVA_INT, Bpf.PROG_FLAGS, flags);
        Bpf.name(attributes, Bpf.PROG_NAME, NAME);
        int fd = -Errno.EAGAIN; // while a signal waits for another thread of the process, say
        for (int i = 0; i < LOAD_ATTEMPTS && fd == -Errno.EAGAIN; i++) fd = Bpf.call(Bpf.BPF_PROG_LOAD, attributes);
        return fd;
    }

    private static int checkLoaded(Arena arena, MemorySegment code, int fd) throws SystemCallException {
        if (fd >= 0 || fd == -Errno.EPERM) return SystemCallException.check("bpf(2) BPF_PROG_LOAD", fd);
        MemorySegment log = arena.allocate(LOG_BYTES);
        int again = load(arena, code, 0, log);
        if (again >= 0) return again;
        String reason = log.getString(0, StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", "; ");
        throw new SystemCallException(
                "bpf(2) BPF_PROG_LOAD" + (reason.isEmpty() ? "" : " (the verifier: " + reason + ")"), again);
    }

    /// `return bpf_redirect_map(&map, ctx->rx_queue_index, XDP_PASS)`: the lowest bits of the flags
    /// say what becomes of a frame whose entry is empty.
    private static MemorySegment code(Arena arena, int mapFd) {
        MemorySegment code = arena.allocate(6 * INSN_BYTES, 8);
        instruction(code, 0, LOAD_WORD, 2, 1, RX_QUEUE_INDEX, 0);
        instruction(code, 1, LOAD_CONSTANT, 1, BPF_PSEUDO_MAP_FD, 0, mapFd);
        instruction(code, 2, 0, 0, 0, 0, 0);
        instruction(code, 3, MOVE_CONSTANT, 3, 0, 0, XDP_PASS);
        instruction(code, 4, CALL, 0, 0, 0, BPF_FUNC_REDIRECT_MAP);
        instruction(code, 5, EXIT, 0, 0, 0, 0);
        return code;
    }

    private static void instruction(
            MemorySegment code, int index, int operation, int destination, int source, int offset, int immediate) {
        long at = (long) index * INSN_BYTES;
        code.set(JAVA_BYTE, at + INSN_CODE, (byte) operation);
        code.set(JAVA_BYTE, at + INSN_REGS, (byte) (source << 4 | destination)); // bit fields of a little-endian host
        code.set(JAVA_SHORT, at + INSN_OFF, (short) offset);
        code.set(JAVA_INT, at + INSN_IMM, immediate);
    }

    /// Attaches the program to an interface for as long as the link's descriptor is open anywhere:
    /// nothing is left behind after SIGKILL. A program that is there already stays, and this one is
    /// refused.
    ///
    /// @param ifindex of an interface of this network namespace
    /// @throws SystemCallException EBUSY or EEXIST when the interface has a program, EOPNOTSUPP
    ///     when the driver has no native mode, ENODEV, EPERM, EINVAL or ERANGE when the MTU is too
    ///     large for the driver's native mode
    public XdpLink attach(int ifindex, Mode mode) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(JAVA_INT, Bpf.LINK_PROG_FD, fd());
            attributes.set(JAVA_INT, Bpf.LINK_IFINDEX, ifindex);
            attributes.set(JAVA_INT, Bpf.LINK_ATTACH_TYPE, Bpf.BPF_XDP);
            attributes.set(JAVA_INT, Bpf.LINK_FLAGS, mode.flag);
            String call = "bpf(2) BPF_LINK_CREATE on interface " + ifindex + " in " + mode + " mode";
            int fd = Bpf.call(Bpf.BPF_LINK_CREATE, attributes);
            // EINVAL is the kernel's answer for an interface that is not there, too
            if (fd == -Errno.EINVAL
                    && IF_INDEXTONAME.word(ifindex, arena.allocate(IF_NAMESIZE).address(), 0, 0, 0, 0) <= 0)
                fd = -Errno.ENODEV;
            return new XdpLink(SystemCallException.check(call, fd));
        }
    }

    /// Whether frames of several fragments reach the program; without it an interface with a large
    /// MTU is refused in native mode.
    public boolean takesFragments() {
        return takesFragments;
    }

    /// The descriptor, -1 once closed.
    public int fd() {
        return fd.number();
    }

    /// Closes the descriptor; a link keeps the program alive. Idempotent.
    @Override
    public void close() {
        fd.close();
    }
}
