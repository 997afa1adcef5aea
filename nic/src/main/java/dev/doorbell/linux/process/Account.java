package dev.doorbell.linux.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Native;
import dev.doorbell.linux.SystemCall;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A user as this machine's databases know one: getpwnam_r(3), getpwuid_r(3), getgrouplist(3).
///
/// @param name   as in `ls -l`
/// @param uid    of the user; unsigned, as an `int` of C
/// @param gid    of its first group
/// @param groups all its groups, `gid` among them
/// @param home   its folder, which need not exist
public record Account(String name, int uid, int gid, List<Integer> groups, String home) {
    // struct passwd, pwd.h
    static final int PASSWD_BYTES = 48;
    static final int PW_NAME = 0;
    static final int PW_UID = 16;
    static final int PW_GID = 20;
    static final int PW_DIR = 32;

    private static final int MAX_TEXT_BYTES = 1 << 20;
    private static final int MAX_GROUPS = 65_536; // NGROUPS_MAX

    private static final SystemCall GETPWNAM_R = SystemCall.of("getpwnam_r");
    private static final SystemCall GETPWUID_R = SystemCall.of("getpwuid_r");
    private static final SystemCall GETGROUPLIST = SystemCall.of("getgrouplist");

    /// @return empty when there is no user of that name
    /// @throws SystemCallException when the databases cannot be read
    public static Optional<Account> byName(String name) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            return find(
                    "getpwnam_r(3) " + name,
                    GETPWNAM_R,
                    Native.string(arena, name).address());
        }
    }

    /// @return empty when there is no user of that number
    /// @throws SystemCallException when the databases cannot be read
    public static Optional<Account> byUid(int uid) throws SystemCallException {
        return find("getpwuid_r(3) " + Integer.toUnsignedString(uid), GETPWUID_R, Integer.toUnsignedLong(uid));
    }

    /// Who called sudo(8), by SUDO_UID and SUDO_GID of the environment; such a user need not be in
    /// the databases.
    ///
    /// @return empty without these, or when it was root
    /// @throws SystemCallException when the databases cannot be read
    public static Optional<Account> ofSudo(Map<String, String> environment) throws SystemCallException {
        OptionalInt uid = number(environment.getOrDefault("SUDO_UID", ""));
        OptionalInt gid = number(environment.getOrDefault("SUDO_GID", ""));
        if (uid.isEmpty() || gid.isEmpty() || uid.getAsInt() == 0) return Optional.empty();
        Optional<Account> known = byUid(uid.getAsInt());
        if (known.isPresent()) return known;
        String name = Integer.toUnsignedString(uid.getAsInt());
        return Optional.of(new Account(name, uid.getAsInt(), gid.getAsInt(), List.of(gid.getAsInt()), "/"));
    }

    /// The number of a user or a group in digits, below 2^32 - 1, which is nobody's; empty for
    /// other texts.
    public static OptionalInt number(String digits) {
        if (!digits.matches("\\d{1,10}")) return OptionalInt.empty();
        long number = Long.parseLong(digits);
        return number < 0xFFFF_FFFFL ? OptionalInt.of((int) number) : OptionalInt.empty();
    }

    private static Optional<Account> find(String what, SystemCall function, long key) throws SystemCallException {
        for (int bytes = 1024; ; bytes *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment entry = arena.allocate(PASSWD_BYTES, 8);
                MemorySegment text = arena.allocate(bytes);
                MemorySegment found = arena.allocate(JAVA_LONG);
                int error = function.call(key, entry.address(), text.address(), bytes, found.address());
                if (error == Errno.ERANGE && bytes < MAX_TEXT_BYTES) continue;
                if (found.get(JAVA_LONG, 0) != 0) return Optional.of(account(entry, text));
                // What a database answers for a name it does not have, by its manual
                if (error == 0 || error == Errno.ENOENT || error == Errno.EBADF || error == Errno.EPERM)
                    return Optional.empty();
                throw new SystemCallException(what, -error);
            }
        }
    }

    private static Account account(MemorySegment entry, MemorySegment text) throws SystemCallException {
        String name = string(entry.get(JAVA_LONG, PW_NAME), text);
        int gid = entry.get(JAVA_INT, PW_GID);
        String home = string(entry.get(JAVA_LONG, PW_DIR), text);
        return new Account(name, entry.get(JAVA_INT, PW_UID), gid, groups(name, gid), home);
    }

    private static String string(long address, MemorySegment text) {
        return text.getString(address - text.address(), StandardCharsets.UTF_8);
    }

    private static List<Integer> groups(String name, int gid) throws SystemCallException {
        for (int capacity = 64; ; capacity *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment groups = arena.allocate(JAVA_INT, capacity);
                MemorySegment count = arena.allocateFrom(JAVA_INT, capacity);
                MemorySegment user = Native.string(arena, name);
                int result = GETGROUPLIST.call(
                        user.address(), Integer.toUnsignedLong(gid), groups.address(), count.address());
                if (result < 0 && capacity < MAX_GROUPS) continue; // -1: they are more
                SystemCallException.check("getgrouplist(3) " + name, result);
                List<Integer> all = new ArrayList<>();
                for (int i = 0; i < count.get(JAVA_INT, 0); i++) all.add(groups.getAtIndex(JAVA_INT, i));
                return List.copyOf(all);
            }
        }
    }
}
