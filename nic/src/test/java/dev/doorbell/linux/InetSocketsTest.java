package dev.doorbell.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InetSocketsTest {
    private final List<String> openBefore = TestFiles.open();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(256);
    private final Poller poller = new Poller(1);

    @AfterEach
    void nothingLeaks() {
        arena.close();
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    private int await(int fd, short events) {
        poller.set(0, fd, events);
        assertEquals(1, poller.poll(-1));
        return poller.ready(0);
    }

    private static SocketAddress at(String host, int port) {
        return SocketAddress.inet(InetAddress.ofLiteral(host), port);
    }

    private static SocketAddress boundTo(int fd) {
        SocketAddress address = new SocketAddress();
        assertEquals(0, Sockets.localAddress(fd, address));
        return address;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aTcpConnectionCarriesBytes(String host) {
        int listener = InetSockets.tcpListen(at(host, 0));
        assumeTrue(listener != -Errno.EADDRNOTAVAIL && listener != -Errno.EAFNOSUPPORT, "no " + host + " here");
        assertThat(listener).isNotNegative();
        assertEquals(-Errno.EAGAIN, InetSockets.tcpAccept(listener));
        SocketAddress address = boundTo(listener);
        assertNotEquals(0, address.port());
        assertThat(address.toString()).endsWith(":" + address.port());
        int client = InetSockets.tcpConnect(address);
        await(client, Poller.POLLOUT);
        assertEquals(0, Sockets.pendingError(client));
        await(listener, Poller.POLLIN);
        int server = InetSockets.tcpAccept(listener);
        assertTrue(TestFiles.closesOnExec(client));
        assertTrue(TestFiles.closesOnExec(server));
        assertEquals(0, Files.isBlocking(server));
        assertEquals(0, Sockets.setBuffers(server, 65_536));
        assertEquals(4, Files.write(client, buffer, 0, 4));
        await(server, Poller.POLLIN);
        assertEquals(4, Files.read(server, buffer, 0, 10));
        Files.close(client);
        Files.close(server);
        Files.close(listener);
    }

    @Test
    void aPortThatNobodyListensOnIsRefused() {
        int listener = InetSockets.tcpListen(at("127.0.0.1", 0));
        SocketAddress address = boundTo(listener);
        assertEquals(-Errno.EADDRINUSE, InetSockets.tcpListen(address));
        Files.close(listener);
        int client = InetSockets.tcpConnect(address);
        if (client >= 0) { // the refusal comes at once on the loopback interface, later elsewhere
            await(client, Poller.POLLOUT);
            client = keep(Sockets.pendingError(client), client);
        }
        assertEquals(-Errno.ECONNREFUSED, client);
    }

    private static int keep(int error, int fd) {
        Files.close(fd);
        return error;
    }

    @Test
    void addressesThatAreNotOursAreRefused() {
        assertEquals(-Errno.EADDRNOTAVAIL, InetSockets.udp(at("192.0.2.1", 0)));
        assertEquals(-Errno.EADDRNOTAVAIL, InetSockets.tcpListen(at("192.0.2.1", 0)));
        assertEquals(-Errno.EAFNOSUPPORT, InetSockets.tcpConnect(new SocketAddress()));
        assertEquals(-Errno.EBADF, InetSockets.tcpAccept(-1));
        assertEquals(-Errno.EBADF, InetSockets.setNoDelay(-1));
        assertThrows(IllegalArgumentException.class, () -> at("127.0.0.1", 65_536));
    }

    @Test
    void aConnectedUdpSocketSendsAndHearsItsPeer() {
        int one = InetSockets.udp(at("127.0.0.1", 0));
        int two = InetSockets.udp(at("127.0.0.1", 0));
        assertEquals(-Errno.EADDRINUSE, InetSockets.udp(boundTo(one)));
        assertEquals(0, InetSockets.connectUdp(one, boundTo(two)));
        assertEquals(0, InetSockets.connectUdp(two, boundTo(one)));
        assertEquals(60, Files.write(one, buffer, 0, 60));
        await(two, Poller.POLLIN);
        assertEquals(60, Files.read(two, buffer, 0, 256));
        Files.close(one);
        Files.close(two);
    }

    @Test
    void membersOfAGroupOnThisHostHearEachOther() {
        InetAddress group = InetAddress.ofLiteral("239.255.77.1");
        int member = InetSockets.udpShared(at("0.0.0.0", 0));
        int joined = InetSockets.joinGroup(member, group);
        assumeTrue(joined != -Errno.ENODEV, "no route for multicast here");
        assertEquals(0, joined);
        assertEquals(-Errno.EADDRINUSE, InetSockets.joinGroup(member, group), "joined already");
        assertEquals(0, InetSockets.setGroupLoop(member, true));
        int second = InetSockets.udpShared(boundTo(member));
        assertThat(second).isNotNegative();
        Files.close(second);
        assertEquals(-Errno.EINVAL, InetSockets.joinGroup(member, InetAddress.ofLiteral("127.0.0.1")));
        Files.close(member);
    }

    @Test
    void addressesPrintAndCompare() {
        assertEquals("10.1.2.3:80", at("10.1.2.3", 80).toString());
        assertEquals("[2001:db8:0:0:0:0:0:1]:65535", at("2001:db8::1", 65_535).toString());
        assertEquals("(no address)", new SocketAddress().toString());
        assertEquals(at("10.1.2.3", 80), at("10.1.2.3", 80));
        assertEquals(at("10.1.2.3", 80).hashCode(), at("10.1.2.3", 80).hashCode());
        assertNotEquals(at("10.1.2.3", 80), at("10.1.2.3", 81));
        assertNotEquals(at("10.1.2.3", 80), at("10.1.2.4", 80));
        SocketAddress copy = new SocketAddress();
        copy.copyFrom(at("10.1.2.3", 80));
        assertEquals(at("10.1.2.3", 80), copy);
        assertEquals(80, copy.port());
        assertEquals(SocketAddress.AF_INET, copy.family());
    }
}
