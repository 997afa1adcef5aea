package dev.doorbell.linux.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.KernelCall;
import dev.doorbell.linux.Native;
import dev.doorbell.linux.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/// bpf(2): one call with a command and a union of what each command takes, linux/bpf.h. The C
/// library has no function for it. Numbers and offsets are checked against the C compiler's by a
/// test.
final class Bpf {
    // spotless:off
    static final int BPF_MAP_CREATE         =  0;
    static final int BPF_MAP_UPDATE_ELEM    =  2;
    static final int BPF_MAP_DELETE_ELEM    =  3;
    static final int BPF_MAP_GET_NEXT_KEY   =  4;
    static final int BPF_PROG_LOAD          =  5;
    static final int BPF_OBJ_PIN            =  6;
    static final int BPF_OBJ_GET            =  7;
    static final int BPF_OBJ_GET_INFO_BY_FD = 15;
    static final int BPF_LINK_CREATE        = 28;

    static final int BPF_MAP_TYPE_XSKMAP    = 17;
    static final int BPF_PROG_TYPE_XDP      =  6;
    static final int BPF_XDP                = 37; // an attach type
    static final int BPF_F_XDP_HAS_FRAGS    = 1 << 5;
    static final int XDP_FLAGS_SKB_MODE     = 1 << 1;
    static final int XDP_FLAGS_DRV_MODE     = 1 << 2;
    static final int BPF_OBJ_NAME_LEN       = 16;
    static final long BPF_FS_MAGIC          = 0xCAFE_4A11L;

    // union bpf_attr, by command
    static final int MAP_TYPE         =  0;
    static final int KEY_SIZE         =  4;
    static final int VALUE_SIZE       =  8;
    static final int MAX_ENTRIES      = 12;
    static final int MAP_NAME         = 28;
    static final int MAP_FD           =  0;
    static final int KEY              =  8;
    static final int VALUE            = 16;
    static final int NEXT_KEY         = 16;
    static final int PROG_TYPE        =  0;
    static final int INSN_CNT         =  4;
    static final int INSNS            =  8;
    static final int LICENSE          = 16;
    static final int LOG_LEVEL        = 24;
    static final int LOG_SIZE         = 28;
    static final int LOG_BUF          = 32;
    static final int PROG_FLAGS       = 44;
    static final int PROG_NAME        = 48;
    static final int PATHNAME         =  0;
    static final int BPF_FD           =  8; // of BPF_OBJ_PIN
    static final int INFO_BPF_FD      =  0;
    static final int INFO_LEN         =  4;
    static final int INFO_INFO        =  8;
    static final int LINK_PROG_FD     =  0;
    static final int LINK_IFINDEX     =  4;
    static final int LINK_ATTACH_TYPE =  8;
    static final int LINK_FLAGS       = 12;

    // struct bpf_map_info; longer ones of newer kernels are cut to what we ask for
    static final int MAP_INFO_TYPE        =  0;
    static final int MAP_INFO_MAX_ENTRIES = 16;
    static final int MAP_INFO_BYTES       = 40; // up to and with its name
    // struct statfs
    static final int STATFS_TYPE  =   0;
    static final int STATFS_BYTES = 120;
    // spotless:on

    /// More than any command above takes; what a kernel does not know must be zero, and is.
    static final int ATTR_BYTES = 128;

    static final KernelCall BPF = KernelCall.of(321, 280);

    private static final SystemCall STATFS = SystemCall.of("statfs");

    private Bpf() {}

    static MemorySegment attributes(Arena arena) {
        return arena.allocate(ATTR_BYTES, JAVA_LONG.byteSize());
    }

    /// One call.
    ///
    /// @return 0 or a descriptor, closed on exec(2); or a negated errno
    static int call(int command, MemorySegment attributes) {
        try {
            return BPF.call(command, attributes.address(), ATTR_BYTES);
        } finally {
            Reference.reachabilityFence(attributes);
        }
    }

    /// Whether a file lies in a BPF file system: 1 or 0; -ENOENT ...: statfs(2).
    static int isInBpfFileSystem(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STATFS_BYTES, 8);
            int result = STATFS.call(Native.string(arena, path).address(), status.address());
            if (result < 0) return result;
            return status.get(JAVA_LONG, STATFS_TYPE) == BPF_FS_MAGIC ? 1 : 0;
        }
    }

    /// Whether a descriptor is a map rather than a program or a link: 1 or 0. Their infos cannot be
    /// told apart.
    static int isMap(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment next = arena.allocate(64, 8); // a key of any map that has small ones; ours have 4 bytes
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_INT, MAP_FD, fd);
            attributes.set(JAVA_LONG, NEXT_KEY, next.address());
            return call(BPF_MAP_GET_NEXT_KEY, attributes) == -Errno.EINVAL ? 0 : 1;
        }
    }

    /// Puts a name where the kernel wants one: letters, digits, `_` and `.`, 15 at most.
    static void name(MemorySegment attributes, int offset, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        assert bytes.length < BPF_OBJ_NAME_LEN;
        MemorySegment.copy(bytes, 0, attributes, JAVA_BYTE, offset, bytes.length);
    }
}
