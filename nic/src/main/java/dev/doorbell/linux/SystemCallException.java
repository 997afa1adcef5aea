package dev.doorbell.linux;

import java.io.IOException;

/// A system call that failed while something was being set
/// up. Data-path calls answer a negated errno instead.
public class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /// @param call         what was tried on what, for people: `"connect(2) /run/x.sock"`
    /// @param negatedErrno the call's answer
    public SystemCallException(String call, int negatedErrno) {
        super(call + ": " + Errno.name(negatedErrno));
        errno = Math.abs(negatedErrno);
    }

    /// The error number, positive: one of [Errno].
    public int errno() {
        return errno;
    }

    /// Passes a call's answer on, or throws when it is a negated errno.
    public static int check(String callAndSubject, int result) throws SystemCallException {
        if (result < 0) throw new SystemCallException(callAndSubject, result);
        return result;
    }
}
