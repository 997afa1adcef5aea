package dev.doorbell.linux.vfio;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.Native;
import dev.doorbell.linux.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// The calls that VFIO is made of. An interface, so that a test can answer what no kernel should.
///
/// Answers are 0 or more, or a negated errno.
public interface VfioCalls {
    /// open(2), for reading and writing.
    int open(String path);

    /// close(2).
    int close(int fd);

    /// ioctl(2) whose argument is a number, or nothing.
    int ioctl(int fd, int request, long argument);

    /// ioctl(2) whose argument is a struct, which the kernel may write.
    int ioctl(int fd, int request, MemorySegment argument);

    /// pread(2) of a few bytes into the start of `target`. Allocates nothing.
    int read(int fd, MemorySegment target, int lengthBytes, long at);

    /// pwrite(2) of the first bytes of `source`. Allocates nothing.
    int write(int fd, MemorySegment source, int lengthBytes, long at);

    /// This machine's kernel.
    VfioCalls KERNEL = new VfioCalls() {
        private final SystemCall ioctl = SystemCall.variadic("ioctl", 2);
        private final SystemCall pread = SystemCall.of("pread");
        private final SystemCall pwrite = SystemCall.of("pwrite");

        @Override
        public int open(String path) {
            return Files.open(path, Files.O_RDWR, 0);
        }

        @Override
        public int close(int fd) {
            return Files.close(fd);
        }

        @Override
        public int ioctl(int fd, int request, long argument) {
            return ioctl.call(fd, request, argument);
        }

        @Override
        public int ioctl(int fd, int request, MemorySegment argument) {
            try {
                return ioctl.call(fd, request, Native.writableAddress(argument, 0, argument.byteSize()));
            } finally {
                Reference.reachabilityFence(argument);
            }
        }

        @Override
        public int read(int fd, MemorySegment target, int lengthBytes, long at) {
            try {
                return pread.restarted(fd, Native.writableAddress(target, 0, lengthBytes), lengthBytes, at);
            } finally {
                Reference.reachabilityFence(target);
            }
        }

        @Override
        public int write(int fd, MemorySegment source, int lengthBytes, long at) {
            try {
                return pwrite.restarted(fd, Native.address(source, 0, lengthBytes), lengthBytes, at);
            } finally {
                Reference.reachabilityFence(source);
            }
        }
    };

    /// [#ioctl(int, int, MemorySegment)] with a string of C, as GROUP_GET_DEVICE_FD wants.
    default int ioctl(int fd, int request, String argument) {
        try (Arena arena = Arena.ofConfined()) {
            return ioctl(fd, request, Native.string(arena, argument));
        }
    }
}
