package dev.doorbell.backend;

import dev.doorbell.linux.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// Looks host names up, once, when a backend opens.
final class SocketAddresses {
    private SocketAddresses() {}

    /// @throws IOException when the name is not known
    static SocketAddress resolve(SocketAddressOptions.Inet where) throws IOException {
        try {
            return SocketAddress.inet(InetAddress.getByName(where.host()), where.port());
        } catch (UnknownHostException e) {
            throw new IOException("host " + where.host() + " is not known: check its spelling or write its address", e);
        }
    }
}
