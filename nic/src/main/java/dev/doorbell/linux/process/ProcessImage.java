package dev.doorbell.linux.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.KernelCall;
import dev.doorbell.linux.SystemCall;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program that takes the place of this one, JVM and all, in the same process: execve(2). It gets
/// descriptors at numbers that it is told, which Java's own process builder would close, the
/// environment with some changes, an empty signal mask, and nothing else that is open but standard
/// input, output and error.
///
/// In the order of use: [#of], [#environment], [#inherit], [#execute]. One thread.
public final class ProcessImage {
    static final int F_GETFD = 1;
    static final int F_SETFD = 2;
    static final int O_CLOEXEC = 0x80000;
    static final int CLOSE_RANGE_CLOEXEC = 1 << 2;
    static final int SIG_SETMASK = 2;
    static final int SIGHUP = 1;
    static final int SIGINT = 2;
    static final int SIGTERM = 15;
    static final long SIG_DFL = 0;
    static final long SIG_IGN = 1;

    static final KernelCall CLOSE_RANGE = KernelCall.of(436, 436);
    static final KernelCall DUP3 = KernelCall.of(292, 24);
    static final KernelCall RT_SIGPROCMASK = KernelCall.of(14, 135);

    private static final Charset LOCALE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    private static final int FIRST_OTHER_FD = 3;
    private static final int SIGSET_BYTES = 8; // the kernel's own

    private static final SystemCall EXECV = SystemCall.of("execv");
    private static final SystemCall SETENV = SystemCall.of("setenv");
    private static final SystemCall SIGNAL = SystemCall.of("signal");
    private static final SystemCall FCNTL = SystemCall.variadic("fcntl", 2);

    private final String program;
    private final List<String> words;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Integer> inherited = new ArrayList<>();

    private ProcessImage(String program, List<String> words) {
        this.program = program;
        this.words = words;
    }

    /// @param program path of the program
    /// @param words   what it is called with, its own name first
    public static ProcessImage of(String program, List<String> words) {
        return new ProcessImage(program, List.copyOf(words));
    }

    /// Ends the process on SIGHUP, SIGINT and SIGTERM at once from now on, as those that were not
    /// ignored would end a program that is not Java: no signal is lost between here and the program
    /// that follows.
    public static void restoreSignals() {
        for (int signal : new int[] {SIGHUP, SIGINT, SIGTERM})
            if (SIGNAL.word(signal, SIG_DFL, 0, 0, 0, 0) == SIG_IGN) SIGNAL.word(signal, SIG_IGN, 0, 0, 0, 0);
    }

    /// Sets a variable of the environment.
    public void environment(String name, String value) {
        environment.put(name, value);
    }

    /// Has the program find a copy of a descriptor at a number. The number is taken from here on.
    ///
    /// @throws SystemCallException EBADF for a number past RLIMIT_NOFILE, EBUSY for one in use
    public void inherit(int fd, int number) throws SystemCallException {
        if (FCNTL.call(number, F_GETFD) >= 0)
            throw new SystemCallException("descriptor " + number + " is in use", -Errno.EBUSY);
        SystemCallException.check("dup3(2) to " + number, DUP3.call(fd, number, O_CLOEXEC));
        inherited.add(number);
    }

    /// Executes the program, under another account where one is given, without any privilege in
    /// either case. Comes back only to say why not.
    ///
    /// @return ENOENT, EACCES when that user may not execute it, ENOEXEC, EPERM when this process may
    ///     not become another user ...; this thread may have lost its privileges, and the process
    ///     should end
    public SystemCallException execute(Optional<Account> account) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arguments(arena);
            MemorySegment path = string(arena, program);
            for (Map.Entry<String, String> e : environment.entrySet()) {
                int result = SETENV.call(
                        string(arena, e.getKey()).address(),
                        string(arena, e.getValue()).address(),
                        1);
                SystemCallException.check("setenv(3) " + e.getKey(), result);
            }
            int marked = CLOSE_RANGE.call(FIRST_OTHER_FD, 0xFFFF_FFFFL, CLOSE_RANGE_CLOEXEC);
            SystemCallException.check("close_range(2) (Linux 5.11)", marked);
            for (int fd : inherited) SystemCallException.check("fcntl(2) F_SETFD " + fd, FCNTL.call(fd, F_SETFD, 0));
            if (account.isPresent()) Credentials.become(account.get());
            else Credentials.drop();
            MemorySegment nothing = arena.allocate(SIGSET_BYTES, 8);
            RT_SIGPROCMASK.call(SIG_SETMASK, nothing.address(), 0, SIGSET_BYTES, 0);
            return new SystemCallException("execve(2) " + program, EXECV.call(path.address(), arguments.address()));
        } catch (SystemCallException e) {
            return e;
        }
    }

    /// A word as the kernel gave it to us, which Java read in the locale's charset.
    private static MemorySegment string(Arena arena, String word) throws SystemCallException {
        try {
            ByteBuffer bytes = LOCALE.newEncoder().encode(CharBuffer.wrap(word));
            MemorySegment string = arena.allocate(bytes.remaining() + 1L); // the zero at its end is there
            MemorySegment.copy(MemorySegment.ofBuffer(bytes), 0, string, 0, bytes.remaining());
            return string;
        } catch (CharacterCodingException e) {
            String text = "\"" + word + "\" cannot be passed on in this locale; set LC_ALL=C.UTF-8";
            throw new SystemCallException(text, -Errno.EINVAL);
        }
    }

    private MemorySegment arguments(Arena arena) throws SystemCallException {
        MemorySegment pointers = arena.allocate(JAVA_LONG, words.size() + 1L); // the last one stays null
        for (int i = 0; i < words.size(); i++)
            pointers.setAtIndex(JAVA_LONG, i, string(arena, words.get(i)).address());
        return pointers;
    }
}
