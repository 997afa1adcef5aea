package dev.doorbell.bench;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.DgramBackend;
import dev.doorbell.backend.NullBackend;
import dev.doorbell.backend.SocketAddressOptions;
import dev.doorbell.backend.TapBackend;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.InetSockets;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.SocketAddress;
import dev.doorbell.linux.Sockets;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.Tap;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/// Backends that take any number of frames with nobody at the other end, so that one thread is measured.
public enum Sink {
    /// Forgets frames at once.
    NULL,
    /// UDP on the loopback interface, to a socket that nobody reads: the kernel does all but deliver.
    UDP,
    /// A tap that is up; the kernel looks at each frame and drops it.
    TAP;

    private static final String TAP_NAME = "dbbench0";

    /// Opens it.
    FrameBackend open(WallTimeline time) throws IOException {
        return switch (this) {
            case NULL -> new NullBackend();
            case UDP -> udp(time);
            case TAP -> tap(time);
        };
    }

    /// Its reader's buffer is full after a few frames, and the kernel drops the rest there. The reader's
    /// descriptor stays open as long as this JVM, which a benchmark has to itself.
    private static FrameBackend udp(WallTimeline time) throws IOException {
        SocketAddress anyPort = SocketAddress.inet(InetAddress.ofLiteral("127.0.0.1"), 0);
        int reader = SystemCallException.check("bind(2) " + anyPort, InetSockets.udp(anyPort));
        SocketAddress readerAt = new SocketAddress();
        SystemCallException.check("getsockname(2)", Sockets.localAddress(reader, readerAt));
        int writer = SystemCallException.check("bind(2) " + anyPort, InetSockets.udp(anyPort));
        SystemCallException.check("connect(2) " + readerAt, InetSockets.connectUdp(writer, readerAt));
        return DgramBackend.open(
                new BackendOptions.Dgram("sink", new SocketAddressOptions.Fd(writer), Optional.empty()), time);
    }

    private static FrameBackend tap(WallTimeline time) throws SystemCallException {
        TapBackend tap = TapBackend.attach(TAP_NAME, true, time);
        SystemCallException.check("ioctl(2) SIOCSIFFLAGS " + TAP_NAME, Interfaces.setUp(TAP_NAME, true));
        return tap;
    }

    /// As figures have it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether this machine and user can open it.
    boolean available() {
        if (this != TAP) return true;
        int fd = Tap.open(TAP_NAME, true, false);
        if (fd >= 0) Files.close(fd);
        return fd >= 0;
    }
}
