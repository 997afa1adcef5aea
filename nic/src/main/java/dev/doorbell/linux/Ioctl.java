package dev.doorbell.linux;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// ioctl(2), whose third argument is a number or a pointer.
final class Ioctl {
    private static final SystemCall IOCTL = SystemCall.variadic("ioctl", 2);

    private Ioctl() {}

    static int call(int fd, long request, long argument) {
        return IOCTL.call(fd, request, argument);
    }

    static int call(int fd, long request, MemorySegment argument) {
        try {
            return IOCTL.call(fd, request, argument.address());
        } finally {
            Reference.reachabilityFence(argument);
        }
    }
}
