package dev.doorbell.linux.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.KernelCall;
import dev.doorbell.linux.SystemCall;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What the calling thread may do: credentials(7), capabilities(7). The kernel keeps them by
/// thread, and execve(2) leaves those of the thread that calls it.
public final class Credentials {
    // spotless:off
    static final int PR_CAPBSET_READ          = 23;
    static final int PR_CAPBSET_DROP          = 24;
    static final int PR_SET_NO_NEW_PRIVS      = 38;
    static final int PR_CAP_AMBIENT           = 47;
    static final int PR_CAP_AMBIENT_CLEAR_ALL =  4;
    static final int CAPABILITY_VERSION_3     = 0x2008_0522;
    // struct __user_cap_header_struct, and two of __user_cap_data_struct: bits 0 to 31, bits 32 to 63
    static final int CAP_HEADER_BYTES         =  8;
    static final int CAP_DATA_BYTES           = 12;
    static final int CAP_EFFECTIVE            =  0;
    static final int CAP_PERMITTED            =  4;
    static final int CAP_INHERITABLE          =  8;

    static final KernelCall CAPGET    = KernelCall.of(125,  90);
    static final KernelCall CAPSET    = KernelCall.of(126,  91);
    static final KernelCall PRCTL     = KernelCall.of(157, 167);
    static final KernelCall SETGROUPS = KernelCall.of(116, 159);
    static final KernelCall SETRESUID = KernelCall.of(117, 147);
    static final KernelCall SETRESGID = KernelCall.of(119, 149);
    // spotless:on

    private static final int MAX_CAPABILITIES = 64;

    private static final SystemCall GETEUID = SystemCall.of("geteuid");

    private Credentials() {}

    /// The user that this process acts for: geteuid(2). Unsigned.
    public static int userId() {
        return GETEUID.call(0);
    }

    /// Capabilities that count now, a bit each: capget(2), the effective set. See [Capability#in].
    public static long effectiveCapabilities() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(2 * CAP_DATA_BYTES, 4);
            int result = CAPGET.call(header(arena).address(), data.address(), 0);
            if (result < 0) return 0;
            long low = Integer.toUnsignedLong(data.get(JAVA_INT, CAP_EFFECTIVE));
            return low | (long) data.get(JAVA_INT, CAP_DATA_BYTES + CAP_EFFECTIVE) << 32;
        }
    }

    /// Becomes a user without privileges, for good: its groups and its number, every set of
    /// capabilities empty, and none to be had by executing anything (PR_SET_NO_NEW_PRIVS). This
    /// thread only.
    ///
    /// The bounding set stays where CAP_SETPCAP lacks; it means nothing then, as nothing new can be
    /// had.
    ///
    /// @throws SystemCallException when any of it is refused; the thread is then half-way and must end
    static void become(Account account) throws SystemCallException {
        dropBoundingSet();
        try (Arena arena = Arena.ofConfined()) {
            List<Integer> groups = account.groups();
            MemorySegment list = arena.allocate(JAVA_INT, Math.max(1, groups.size()));
            for (int i = 0; i < groups.size(); i++) list.setAtIndex(JAVA_INT, i, groups.get(i));
            SystemCallException.check("setgroups(2)", SETGROUPS.call(groups.size(), list.address(), 0));
        }
        int gid = account.gid();
        int uid = account.uid();
        SystemCallException.check("setresgid(2)", SETRESGID.call(gid, gid, gid));
        SystemCallException.check("setresuid(2)", SETRESUID.call(uid, uid, uid));
        giveUpCapabilities();
    }

    /// As [#become] without another user.
    static void drop() throws SystemCallException {
        dropBoundingSet();
        giveUpCapabilities();
    }

    private static void dropBoundingSet() throws SystemCallException {
        if (!Capability.CAP_SETPCAP.in(effectiveCapabilities())) return;
        for (int i = 0; i < MAX_CAPABILITIES && PRCTL.call(PR_CAPBSET_READ, i, 0) != -Errno.EINVAL; i++)
            SystemCallException.check("prctl(2) PR_CAPBSET_DROP " + i, PRCTL.call(PR_CAPBSET_DROP, i, 0));
    }

    private static void giveUpCapabilities() throws SystemCallException {
        int ambient = PRCTL.call(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
        SystemCallException.check("prctl(2) PR_CAP_AMBIENT_CLEAR_ALL", ambient);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment none = arena.allocate(2 * CAP_DATA_BYTES, 4);
            SystemCallException.check("capset(2)", CAPSET.call(header(arena).address(), none.address(), 0));
        }
        SystemCallException.check("prctl(2) PR_SET_NO_NEW_PRIVS", PRCTL.call(PR_SET_NO_NEW_PRIVS, 1, 0));
    }

    private static MemorySegment header(Arena arena) {
        MemorySegment header = arena.allocate(CAP_HEADER_BYTES, 4); // of the calling thread: process 0
        header.set(JAVA_INT, 0, CAPABILITY_VERSION_3);
        return header;
    }
}
