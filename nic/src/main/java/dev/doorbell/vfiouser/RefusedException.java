package dev.doorbell.vfiouser;

import dev.doorbell.linux.Errno;
import java.io.IOException;

/// The server answered a request with an error.
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /// @param what  the request, for people
    /// @param errno as the server sent it; 0 when it gave none
    RefusedException(String what, int errno) {
        super("the server refused " + what + (errno == 0 ? "" : ": " + Errno.name(errno)));
        this.errno = errno;
    }

    /// Positive, one of [Errno]; 0 when the server gave none.
    public int errno() {
        return errno;
    }
}
