package dev.doorbell.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.KernelCall;
import dev.doorbell.linux.Native;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCall;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A program that runs beside us and talks over one socket, which it finds as descriptor [#SOCKET].
///
/// Java's own ProcessBuilder closes every descriptor but the standard three, so posix_spawn(3) it
/// is. The child has that socket, nothing to read, and a pipe to us for what it prints; all else is
/// closed. It is in a process group of its own: Ctrl-C in a terminal reaches us, and we end it.
/// Nothing here waits unless its name says so. One thread.
public final class ChildProcess implements AutoCloseable {
    /// The child's descriptor of the socket.
    public static final int SOCKET = 3;
    /// [#signal]: please end.
    public static final int SIGTERM = 15;
    /// [#signal]: end at once.
    public static final int SIGKILL = 9;

    // spawn.h; wait.h
    static final int POSIX_SPAWN_SETPGROUP = 0x02;
    static final int POSIX_SPAWN_SETSIGDEF = 0x04;
    static final int POSIX_SPAWN_SETSIGMASK = 0x08;
    static final int SIGSET_BYTES = 128;
    static final int WNOHANG = 1;
    static final int O_CLOEXEC = 0x80000;
    static final int F_DUPFD_CLOEXEC = 1030;
    static final KernelCall PIDFD_OPEN = KernelCall.of(434, 434);
    static final KernelCall PIPE2 = KernelCall.of(293, 59);

    /// More than either of the C library's two structs takes (80 and 336 bytes in glibc).
    static final int STRUCT_BYTES = 1024;

    private static final long KILL_WAIT_NS = 1_000_000_000;
    private static final long ALL_SIGNALS = -1; // the first 64 bits of a sigset_t

    private static final SystemCall SPAWN = SystemCall.of("posix_spawnp");
    private static final SystemCall ACTIONS_INIT = SystemCall.of("posix_spawn_file_actions_init");
    private static final SystemCall ACTIONS_DESTROY = SystemCall.of("posix_spawn_file_actions_destroy");
    private static final SystemCall ADD_DUP2 = SystemCall.of("posix_spawn_file_actions_adddup2");
    private static final SystemCall ADD_OPEN = SystemCall.of("posix_spawn_file_actions_addopen");
    private static final SystemCall ADD_CLOSE_FROM = SystemCall.of("posix_spawn_file_actions_addclosefrom_np");
    private static final SystemCall ATTRIBUTES_INIT = SystemCall.of("posix_spawnattr_init");
    private static final SystemCall SET_FLAGS = SystemCall.of("posix_spawnattr_setflags");
    private static final SystemCall SET_MASK = SystemCall.of("posix_spawnattr_setsigmask");
    private static final SystemCall SET_DEFAULTS = SystemCall.of("posix_spawnattr_setsigdefault");
    private static final SystemCall WAITPID = SystemCall.of("waitpid");
    private static final SystemCall KILL = SystemCall.of("kill");
    private static final SystemCall FCNTL = SystemCall.variadic("fcntl", 2);

    private final int pid;
    private final int pidFd;
    private final Poller poller = new Poller(1);
    private int outputFd;
    private boolean ended;
    private int status;

    private ChildProcess(int pid, int pidFd, int outputFd) {
        this.pid = pid;
        this.pidFd = pidFd;
        this.outputFd = outputFd;
        poller.set(0, pidFd, Poller.POLLIN);
    }

    /// Starts a program with our own environment.
    ///
    /// @param command  a path, or a name to be looked for in PATH, and the program's arguments
    /// @param socketFd what the child gets as [#SOCKET]; stays the caller's
    /// @throws SystemCallException ENOENT when there is no such program, EACCES when it may not be
    ///     executed
    public static ChildProcess start(List<String> command, int socketFd) throws SystemCallException {
        String subject = "posix_spawn(3) " + command.getFirst();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pipe = arena.allocate(JAVA_INT, 2);
            SystemCallException.check(subject, PIPE2.call(pipe.address(), O_CLOEXEC, 0));
            int readEnd = pipe.getAtIndex(JAVA_INT, 0);
            int writeEnd = pipe.getAtIndex(JAVA_INT, 1);
            int pid = -1;
            int pidFd = -1;
            try {
                SystemCallException.check(subject, Files.setNonBlocking(readEnd, true));
                pid = spawn(arena, subject, command, socketFd, writeEnd);
                pidFd = SystemCallException.check(subject, PIDFD_OPEN.call(pid, 0, 0));
                return new ChildProcess(pid, pidFd, readEnd);
            } finally {
                Files.close(writeEnd);
                if (pidFd < 0) {
                    Files.close(readEnd);
                    if (pid > 0) {
                        KILL.call(pid, SIGKILL);
                        WAITPID.restarted(pid, 0, 0, 0);
                    }
                }
            }
        }
    }

    private static int spawn(Arena arena, String subject, List<String> command, int socketFd, int outputFd)
            throws SystemCallException {
        MemorySegment actions = arena.allocate(STRUCT_BYTES, 16);
        MemorySegment attributes = arena.allocate(STRUCT_BYTES, 16);
        MemorySegment signals = arena.allocate(SIGSET_BYTES, 8);
        MemorySegment pid = arena.allocate(JAVA_INT);
        check(subject, ACTIONS_INIT.call(actions.address()));
        int socket = -1;
        int output = -1;
        try { // both from somewhere above those that the child gets, so that none overwrites another
            socket = SystemCallException.check(subject, FCNTL.call(socketFd, F_DUPFD_CLOEXEC, SOCKET + 1));
            output = SystemCallException.check(subject, FCNTL.call(outputFd, F_DUPFD_CLOEXEC, SOCKET + 1));
            long a = actions.address();
            check(subject, ADD_OPEN.call(a, 0, Native.string(arena, "/dev/null").address(), Files.O_RDONLY, 0));
            check(subject, ADD_DUP2.call(a, output, 1));
            check(subject, ADD_DUP2.call(a, output, 2));
            check(subject, ADD_DUP2.call(a, socket, SOCKET));
            check(subject, ADD_CLOSE_FROM.call(a, SOCKET + 1)); // what the JDK opens is not close-on-exec
            check(subject, ATTRIBUTES_INIT.call(attributes.address()));
            int flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
            check(subject, SET_FLAGS.call(attributes.address(), flags));
            check(subject, SET_MASK.call(attributes.address(), signals.address()));
            signals.set(JAVA_LONG, 0, ALL_SIGNALS);
            check(subject, SET_DEFAULTS.call(attributes.address(), signals.address()));
            MemorySegment words = strings(arena, command);
            List<String> environment = new ArrayList<>();
            System.getenv().forEach((name, value) -> environment.add(name + "=" + value));
            long error = SPAWN.word(
                    pid.address(),
                    words.get(ADDRESS, 0).address(),
                    a,
                    attributes.address(),
                    words.address(),
                    strings(arena, environment).address());
            check(subject, (int) error);
            return pid.get(JAVA_INT, 0);
        } finally {
            ACTIONS_DESTROY.call(actions.address());
            if (socket >= 0) Files.close(socket);
            if (output >= 0) Files.close(output);
        }
    }

    /// These functions answer an error number, not through errno.
    private static void check(String subject, int error) throws SystemCallException {
        if (error != 0) throw new SystemCallException(subject, -Math.abs(error));
    }

    /// A list of strings as C has it: their addresses, then zero.
    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment list = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) list.setAtIndex(ADDRESS, i, Native.string(arena, texts.get(i)));
        return list;
    }

    /// Its number.
    public int pid() {
        return pid;
    }

    /// Where what it prints, on either stream, can be read without waiting; -1 when closed.
    public int outputFd() {
        return outputFd;
    }

    /// Whether it has ended: waitpid(2).
    public boolean hasEnded() {
        if (ended) return true;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(JAVA_INT);
            int result = WAITPID.restarted(pid, word.address(), WNOHANG, 0);
            if (result == 0) return false;
            ended = true;
            status = result > 0 ? word.get(JAVA_INT, 0) : 0;
        }
        return true;
    }

    /// How it ended, for people: `"exit status 1"`, `"signal 9"`.
    public String ending() {
        int signal = status & 0x7F;
        return signal == 0 ? "exit status " + (status >> 8 & 0xFF) : "signal " + signal;
    }

    /// Sends a signal, unless it has ended: kill(2). Never reaches another process, as the number stays
    /// taken until [#hasEnded] has seen the end.
    public void signal(int number) {
        if (!hasEnded()) KILL.call(pid, number);
    }

    /// Waits for its end.
    ///
    /// @return whether it has ended
    public boolean awaitEnd(long longestNs) {
        if (hasEnded()) return true;
        poller.poll(longestNs);
        return hasEnded();
    }

    /// Ends it by SIGKILL if need be, waits for that a second at most, and closes what is open of it.
    /// Idempotent.
    @Override
    public void close() {
        if (outputFd < 0) return;
        signal(SIGKILL);
        awaitEnd(KILL_WAIT_NS);
        Files.close(outputFd);
        Files.close(pidFd);
        outputFd = -1;
    }
}
