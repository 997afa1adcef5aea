package dev.doorbell.backend.afxdp;

import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.xdp.Umem;
import dev.doorbell.linux.xdp.XdpSocket;

/// Sockets as other programs have them.
final class SocketTools {
    private SocketTools() {}

    /// A socket with memory and rings, bound to a queue.
    static AutoCloseable bound(int ifindex, int queue) throws SystemCallException {
        Umem umem = Umem.allocate(16, 2048);
        XdpSocket socket = XdpSocket.open();
        socket.register(umem, 0, 0);
        socket.createRings(16, 16, 16, 16);
        socket.bind(ifindex, queue, XdpSocket.XDP_COPY);
        return () -> {
            socket.close();
            umem.close();
        };
    }
}
