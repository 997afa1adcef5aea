package dev.doorbell.linux;

/// One system call by its number, past the C library: syscall(2). For calls that the library does
/// not have, and for those that it makes on behalf of the whole process where the calling thread is
/// meant (setuid(2)).
///
/// Public for the packages below this one only; a test holds that.
public final class KernelCall {
    private static final SystemCall SYSCALL = SystemCall.variadic("syscall", 1);
    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

    private final int number;

    private KernelCall(int number) {
        this.number = number;
    }

    /// @param x86Number number on x86-64
    /// @param number    number on aarch64 and riscv64, which share one table
    public static KernelCall of(int x86Number, int number) {
        return new KernelCall(X86 ? x86Number : number);
    }

    /// The number on this machine.
    public int number() {
        return number;
    }

    /// One call, which may have up to five words.
    ///
    /// @return 0 or more, or a negated errno
    public int call(long a, long b, long c, long d, long e) {
        return (int) SYSCALL.word(number, a, b, c, d, e);
    }

    public int call(long a, long b, long c) {
        return call(a, b, c, 0, 0);
    }
}
