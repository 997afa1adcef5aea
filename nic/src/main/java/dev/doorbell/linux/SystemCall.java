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
/// Every call has one shape: six words in, one word out, errno captured in the same call. On the Linux ABIs of
/// x86-64, aarch64 and riscv64 the first six integer or pointer arguments travel in registers, an `int` in the
/// low half of one, and a function never sees the registers it has no parameter for. One shape matters because
/// the first call of each further shape costs the JVM about 4 ms, and some thirty functions are needed to start.
///
/// Pointers are passed as addresses that [Native#address] checked; who passes one keeps its segment reachable
/// until the call returned (`Reference.reachabilityFence`).
///
/// On the data path a function has a `static final` [#handle] and a method of its own that invokes it, as
/// [Files#read]: only a handle that the JIT compiler sees as a constant in the method it compiles is called
/// directly and without an allocation (the JDK slices the capture memory in every call). Everything else calls
/// through an instance of this class and may allocate a few bytes.
final class SystemCall {
    private static final FunctionDescriptor SIX_WORDS =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> CAPTURE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private final MethodHandle handle;

    private SystemCall(MethodHandle handle) {
        this.handle = handle;
    }

    /// A function with a fixed list of at most six parameters.
    static SystemCall of(String name) {
        return new SystemCall(handle(name));
    }

    /// A function that is variadic in C after `fixedParameters` ones, as ioctl(2), fcntl(2) and open(2) are.
    static SystemCall variadic(String name, int fixedParameters) {
        return new SystemCall(link(name, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(fixedParameters)));
    }

    /// For a `static final` constant: (capture memory, six words) -> word. The capture memory is [#capture()], the
    /// word goes through [#answer], and what the invocation throws through [#failed].
    static MethodHandle handle(String name) {
        return link(name, CAPTURE_ERRNO);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), SIX_WORDS, options);
    }

    /// Where this thread's calls leave errno.
    static MemorySegment capture() {
        return CAPTURE.get();
    }

    /// What a function that returns an `int`, or a `ssize_t` that cannot exceed one, answered.
    ///
    /// @return 0 or more, or a negated errno
    static int answer(MemorySegment capture, long word) {
        int result = (int) word; // the upper half of an int's register is anything
        return result == -1 ? -capture.get(JAVA_INT, ERRNO_OFFSET) : result;
    }

    /// Throws on what the invocation of a handle threw: no C function throws, but the late InternalError of an
    /// earlier access to a [Mapping] may surface here.
    static AssertionError failed(Throwable thrown) {
        if (thrown instanceof Error error) throw error;
        return new AssertionError(thrown);
    }

    /// Calls a function that returns a pointer or a `long`, -1 on failure.
    ///
    /// @return the word returned, or a negated errno; no pointer to user memory looks like one
    long word(long a, long b, long c, long d, long e, long f) {
        MemorySegment capture = capture();
        long result = invoke(capture, a, b, c, d, e, f);
        return result == -1 ? -capture.get(JAVA_INT, ERRNO_OFFSET) : result;
    }

    /// Calls a function that returns an `int`, -1 on failure.
    ///
    /// @return 0 or more, or a negated errno
    int call(long a, long b, long c, long d, long e) {
        MemorySegment capture = capture();
        return answer(capture, invoke(capture, a, b, c, d, e, 0));
    }

    int call(long a) {
        return call(a, 0, 0, 0, 0);
    }

    int call(long a, long b) {
        return call(a, b, 0, 0, 0);
    }

    int call(long a, long b, long c) {
        return call(a, b, c, 0, 0);
    }

    int call(long a, long b, long c, long d) {
        return call(a, b, c, d, 0);
    }

    /// As [#call], again while it answers EINTR. Only for calls that did nothing when they say so.
    int restarted(long a, long b, long c, long d) {
        int result;
        do result = call(a, b, c, d);
        while (result == -Errno.EINTR);
        return result;
    }

    private long invoke(MemorySegment capture, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) handle.invokeExact(capture, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw failed(thrown);
        }
    }
}
