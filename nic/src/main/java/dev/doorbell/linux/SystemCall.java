package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// One function of the C library, called with machine words.
///
/// Every call has one shape: six words in, one word out, errno captured in the same call. On the Linux
/// ABIs of x86-64, aarch64 and riscv64 the first six integer or pointer arguments travel in registers, an
/// `int` in the low half of one, and a function never sees the registers it has no parameter for. One
/// shape matters because the first call of each further shape costs the JVM about 4 ms, and some thirty
/// functions are needed to start.
///
/// Pointers are passed as addresses that [Native#address] checked; who passes one keeps its segment
/// reachable until the call returned (`Reference.reachabilityFence`).
///
/// Public for the rooms of this room (`linux.xdp`, `linux.bpf`) only; a test holds that.
///
/// A call allocates nothing once it is compiled, and the way it is written matters for
/// that. The JDK slices the capture memory in every call, and the slice only goes away
/// where the whole call is compiled as one. Were the handle a constant to the JIT
/// compiler (`static final`, or in a record) it would be inlined into the callers, and a
/// large caller stops inlining half-way, at the slice. As a field of a plain object it is
/// called through code of its own instead, which is always compiled whole, for some 5 ns.
public final class SystemCall {
    private static final FunctionDescriptor SIX_WORDS =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> CAPTURE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private final String name;
    private final MethodHandle handle;

    private SystemCall(String name, MethodHandle handle) {
        this.name = name;
        this.handle = handle;
    }

    /// A function with a fixed list of at most six parameters.
    public static SystemCall of(String name) {
        return link(name, CAPTURE_ERRNO);
    }

    /// A function that is variadic in C after `fixedParameters`
    /// ones, as ioctl(2), fcntl(2) and open(2) are.
    public static SystemCall variadic(String name, int fixedParameters) {
        return link(name, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(fixedParameters));
    }

    @SuppressWarnings("restricted")
    private static SystemCall link(String name, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().findOrThrow(name);
        return new SystemCall(name, linker.downcallHandle(function, SIX_WORDS, options));
    }

    /// Calls a function that returns a pointer or a `long`, -1 on failure.
    ///
    /// @return the word returned, or a negated errno; no pointer to user memory looks like one
    public long word(long a, long b, long c, long d, long e, long f) {
        MemorySegment capture = CAPTURE.get();
        long result = invoke(capture, a, b, c, d, e, f);
        return result == -1 ? -capture.get(JAVA_INT, ERRNO_OFFSET) : result;
    }

    /// Calls a function that returns an `int`, or a `ssize_t` that cannot exceed one; -1 on failure.
    ///
    /// @return 0 or more, or a negated errno
    public int call(long a, long b, long c, long d, long e) {
        MemorySegment capture = CAPTURE.get();
        int result = (int) invoke(capture, a, b, c, d, e, 0); // the upper half of an int's register is anything
        return result == -1 ? -capture.get(JAVA_INT, ERRNO_OFFSET) : result;
    }

    public int call(long a) {
        return call(a, 0, 0, 0, 0);
    }

    public int call(long a, long b) {
        return call(a, b, 0, 0, 0);
    }

    public int call(long a, long b, long c) {
        return call(a, b, c, 0, 0);
    }

    public int call(long a, long b, long c, long d) {
        return call(a, b, c, d, 0);
    }

    /// As [#call], again while it answers EINTR. Only for calls that did nothing when they say so.
    public int restarted(long a, long b, long c, long d) {
        int result;
        do result = call(a, b, c, d);
        while (result == -Errno.EINTR);
        return result;
    }

    private long invoke(MemorySegment capture, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) handle.invokeExact(capture, a, b, c, d, e, f);
        } catch (Error late) {
            throw late; // the InternalError of an earlier access to a Mapping
        } catch (Throwable thrown) {
            throw new AssertionError(name, thrown); // no C function throws
        }
    }
}
