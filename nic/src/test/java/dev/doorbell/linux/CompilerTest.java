package dev.doorbell.linux;

import org.junit.jupiter.api.Test;

/// Offsets, sizes and numbers that this room states, compared with what the C headers say. Skipped
/// without a C compiler.
class CompilerTest {
    private static final String HEADERS = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <limits.h>
        #include <linux/ethtool.h>
        #include <linux/if.h>
        #include <linux/if_tun.h>
        #include <linux/sockios.h>
        #include <linux/stat.h>
        #include <linux/virtio_net.h>
        #include <netinet/in.h>
        #include <netinet/tcp.h>
        #include <poll.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/epoll.h>
        #include <sys/eventfd.h>
        #include <sys/ioctl.h>
        #include <sys/mman.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/uio.h>
        #include <sys/un.h>
        #include <time.h>
        #include <unistd.h>
        #include <sched.h>
        """;

    private final CStatements stated = new CStatements(HEADERS);

    private void size(String struct, long bytes) {
        stated.size(struct, bytes);
    }

    private void offset(String struct, String field, long bytes) {
        stated.offset(struct, field, bytes);
    }

    private void number(String expression, long value) {
        stated.number(expression, value);
    }

    @Test
    void structsAreLaidOutAsInC() throws Exception {
        size("iovec", MessageHeader.IOVEC_BYTES);
        offset("iovec", "iov_base", MessageHeader.IOV_BASE);
        offset("iovec", "iov_len", MessageHeader.IOV_LEN);
        size("msghdr", MessageHeader.MSGHDR_BYTES);
        offset("msghdr", "msg_name", MessageHeader.MSG_NAME);
        offset("msghdr", "msg_namelen", MessageHeader.MSG_NAMELEN);
        offset("msghdr", "msg_iov", MessageHeader.MSG_IOV);
        offset("msghdr", "msg_iovlen", MessageHeader.MSG_IOVLEN);
        offset("msghdr", "msg_control", MessageHeader.MSG_CONTROL);
        offset("msghdr", "msg_controllen", MessageHeader.MSG_CONTROLLEN);
        offset("msghdr", "msg_flags", MessageHeader.MSG_FLAGS);
        size("mmsghdr", MessageHeader.MMSGHDR_BYTES);
        offset("mmsghdr", "msg_hdr", 0);
        offset("mmsghdr", "msg_len", MessageHeader.MMSG_LEN);
        size("cmsghdr", MessageHeader.CMSGHDR_BYTES);
        offset("cmsghdr", "cmsg_len", MessageHeader.CMSG_LEN);
        offset("cmsghdr", "cmsg_level", MessageHeader.CMSG_LEVEL);
        offset("cmsghdr", "cmsg_type", MessageHeader.CMSG_TYPE);
        number("CMSG_LEN(3 * sizeof(int))", MessageHeader.CMSGHDR_BYTES + 3 * Integer.BYTES);
        number("CMSG_SPACE(3 * sizeof(int))", MessageHeader.cmsgAlign(MessageHeader.CMSGHDR_BYTES + 3 * Integer.BYTES));
        size("pollfd", Poller.POLLFD_BYTES);
        offset("pollfd", "fd", Poller.POLLFD_FD);
        offset("pollfd", "events", Poller.POLLFD_EVENTS);
        offset("pollfd", "revents", Poller.POLLFD_REVENTS);
        size("timespec", Poller.TIMESPEC_BYTES);
        offset("timespec", "tv_sec", Poller.TIMESPEC_SEC);
        offset("timespec", "tv_nsec", Poller.TIMESPEC_NSEC);
        size("statx", FileStatus.STATX_BYTES);
        offset("statx", "stx_mode", FileStatus.STX_MODE);
        offset("statx", "stx_ino", FileStatus.STX_INO);
        offset("statx", "stx_size", FileStatus.STX_SIZE);
        offset("statx", "stx_dev_major", FileStatus.STX_DEV_MAJOR);
        offset("statx", "stx_dev_minor", FileStatus.STX_DEV_MINOR);
        size("sockaddr_storage", SocketAddress.STORAGE_BYTES);
        size("sockaddr_un", SocketAddress.SUN_BYTES);
        offset("sockaddr_un", "sun_family", SocketAddress.FAMILY);
        offset("sockaddr_un", "sun_path", SocketAddress.SUN_PATH);
        number("sizeof(((struct sockaddr_un *) 0)->sun_path)", SocketAddress.SUN_PATH_BYTES);
        size("sockaddr_in", SocketAddress.SIN_BYTES);
        offset("sockaddr_in", "sin_family", SocketAddress.FAMILY);
        offset("sockaddr_in", "sin_port", SocketAddress.SIN_PORT);
        offset("sockaddr_in", "sin_addr", SocketAddress.SIN_ADDR);
        size("sockaddr_in6", SocketAddress.SIN6_BYTES);
        offset("sockaddr_in6", "sin6_family", SocketAddress.FAMILY);
        offset("sockaddr_in6", "sin6_port", SocketAddress.SIN6_PORT);
        offset("sockaddr_in6", "sin6_addr", SocketAddress.SIN6_ADDR);
        offset("sockaddr_in6", "sin6_scope_id", SocketAddress.SIN6_SCOPE_ID);
        size("ip_mreq", InetSockets.IP_MREQ_BYTES);
        size("ipv6_mreq", InetSockets.IPV6_MREQ_BYTES);
        offset("ipv6_mreq", "ipv6mr_interface", InetSockets.IPV6_MREQ_GROUP_BYTES);
        size("rlimit", Limits.RLIMIT_BYTES);
        offset("rlimit", "rlim_cur", Limits.RLIM_CUR);
        offset("rlimit", "rlim_max", Limits.RLIM_MAX);
        size("ifreq", Tap.IFREQ_BYTES);
        offset("ifreq", "ifr_flags", Tap.IFR_UNION);
        offset("ifreq", "ifr_mtu", Tap.IFR_UNION);
        offset("ifreq", "ifr_data", Interfaces.IFR_DATA);
        size("ethtool_channels", Interfaces.CHANNELS_BYTES);
        offset("ethtool_channels", "rx_count", Interfaces.RX_COUNT);
        offset("ethtool_channels", "combined_count", Interfaces.COMBINED_COUNT);
        size("ethtool_rxnfc", Interfaces.RXNFC_BYTES);
        offset("ethtool_rxnfc", "data", Interfaces.RXNFC_DATA);
        offset("epoll_event", "events", Epoll.EVENT_EVENTS);
        number("sizeof(struct epoll_event) <= 16", Epoll.EVENT_BYTES == 16 ? 1 : 0);
        size("virtio_net_hdr", VirtioNetHeader.BYTES);
        offset("virtio_net_hdr", "flags", VirtioNetHeader.FLAGS);
        offset("virtio_net_hdr", "gso_type", VirtioNetHeader.GSO_TYPE);
        offset("virtio_net_hdr", "hdr_len", VirtioNetHeader.HDR_LEN);
        offset("virtio_net_hdr", "gso_size", VirtioNetHeader.GSO_SIZE);
        offset("virtio_net_hdr", "csum_start", VirtioNetHeader.CSUM_START);
        offset("virtio_net_hdr", "csum_offset", VirtioNetHeader.CSUM_OFFSET);
        stated.compareWithC();
    }

    @Test
    void numbersAreTheOnesOfC() throws Exception {
        for (int errno = 1; errno < 134; errno++)
            if (!Errno.name(errno).startsWith("errno ")) number(Errno.name(errno), errno);
        number("O_RDONLY", Files.O_RDONLY);
        number("O_WRONLY", Files.O_WRONLY);
        number("O_RDWR", Files.O_RDWR);
        number("O_CREAT", Files.O_CREAT);
        number("O_EXCL", Files.O_EXCL);
        number("O_TRUNC", Files.O_TRUNC);
        number("O_NONBLOCK", Files.O_NONBLOCK);
        number("O_CLOEXEC", Files.O_CLOEXEC);
        number("O_ACCMODE", Files.O_ACCMODE);
        number("F_GETFL", Files.F_GETFL);
        number("F_SETFL", Files.F_SETFL);
        number("F_DUPFD_CLOEXEC", Files.F_DUPFD_CLOEXEC);
        number("F_ADD_SEALS", Files.F_ADD_SEALS);
        number("F_GET_SEALS", Files.F_GET_SEALS);
        number("F_SEAL_SEAL", Files.F_SEAL_SEAL);
        number("F_SEAL_SHRINK", Files.F_SEAL_SHRINK);
        number("F_SEAL_GROW", Files.F_SEAL_GROW);
        number("F_SEAL_WRITE", Files.F_SEAL_WRITE);
        number("AT_FDCWD", Files.AT_FDCWD);
        number("AT_EMPTY_PATH", Files.AT_EMPTY_PATH);
        number("STATX_BASIC_STATS", Files.STATX_BASIC_STATS);
        number("MFD_CLOEXEC", MemoryFile.MFD_CLOEXEC);
        number("MFD_ALLOW_SEALING", MemoryFile.MFD_ALLOW_SEALING);
        number("PROT_READ | PROT_WRITE", Mapping.PROT_READ | Mapping.PROT_WRITE);
        number("PROT_READ", Mapping.PROT_READ);
        number("MAP_SHARED", Mapping.MAP_SHARED);
        number("MAP_PRIVATE", Mapping.MAP_PRIVATE);
        number("MAP_ANONYMOUS", Mapping.MAP_ANONYMOUS);
        number("MAP_POPULATE", Mapping.MAP_POPULATE);
        number("MAP_NORESERVE", Mapping.MAP_NORESERVE);
        number("_SC_PAGESIZE", Mapping.SC_PAGESIZE);
        number("EPOLL_CLOEXEC", Epoll.EPOLL_CLOEXEC);
        number("EPOLL_CTL_ADD", Epoll.EPOLL_CTL_ADD);
        number("EPOLL_CTL_DEL", Epoll.EPOLL_CTL_DEL);
        number("EPOLLIN", Poller.POLLIN);
        number("EPOLLOUT", Poller.POLLOUT);
        number("EFD_NONBLOCK", EventFd.EFD_NONBLOCK);
        number("EFD_CLOEXEC", EventFd.EFD_CLOEXEC);
        number("POLLIN", Poller.POLLIN);
        number("POLLOUT", Poller.POLLOUT);
        number("POLLERR", Poller.POLLERR);
        number("POLLHUP", Poller.POLLHUP);
        number("POLLNVAL", Poller.POLLNVAL);
        number("POLLRDHUP", Poller.POLLRDHUP);
        number("IOV_MAX", MessageHeader.IOV_MAX);
        number("MSG_CTRUNC", MessageHeader.FLAG_CTRUNC);
        number("MSG_TRUNC", MessageHeader.FLAG_TRUNC);
        number("MSG_DONTWAIT", MessageHeader.FLAG_DONTWAIT);
        number("MSG_NOSIGNAL", MessageHeader.FLAG_NOSIGNAL);
        number("MSG_CMSG_CLOEXEC", MessageHeader.FLAG_CMSG_CLOEXEC);
        number("SOL_SOCKET", MessageSocket.SOL_SOCKET);
        number("SCM_RIGHTS", MessageSocket.SCM_RIGHTS);
        number("AF_UNIX", SocketAddress.AF_UNIX);
        number("AF_INET", SocketAddress.AF_INET);
        number("AF_INET6", SocketAddress.AF_INET6);
        number("SOCK_STREAM", Sockets.SOCK_STREAM);
        number("SOCK_DGRAM", Sockets.SOCK_DGRAM);
        number("SOCK_NONBLOCK", Sockets.SOCK_NONBLOCK);
        number("SOCK_CLOEXEC", Sockets.SOCK_CLOEXEC);
        number("SO_REUSEADDR", Sockets.SO_REUSEADDR);
        number("SO_TYPE", Sockets.SO_TYPE);
        number("SO_ERROR", Sockets.SO_ERROR);
        number("SO_SNDBUF", Sockets.SO_SNDBUF);
        number("SO_RCVBUF", Sockets.SO_RCVBUF);
        number("SO_DOMAIN", Sockets.SO_DOMAIN);
        number("SHUT_WR", Sockets.SHUT_WR);
        number("SHUT_RDWR", Sockets.SHUT_RDWR);
        number("IPPROTO_IP", InetSockets.IPPROTO_IP);
        number("IPPROTO_TCP", InetSockets.IPPROTO_TCP);
        number("IPPROTO_IPV6", InetSockets.IPPROTO_IPV6);
        number("TCP_NODELAY", InetSockets.TCP_NODELAY);
        number("IPV6_JOIN_GROUP", InetSockets.IPV6_JOIN_GROUP);
        number("IP_ADD_MEMBERSHIP", InetSockets.IP_ADD_MEMBERSHIP);
        number("IP_MULTICAST_LOOP", InetSockets.IP_MULTICAST_LOOP);
        number("RLIMIT_NOFILE", Limits.RLIMIT_NOFILE);
        number("RLIMIT_MEMLOCK", Limits.RLIMIT_MEMLOCK);
        number("CPU_SETSIZE", Threads.CPU_SETSIZE);
        stated.compareWithC();
    }

    @Test
    void numbersOfInterfacesAreTheOnesOfC() throws Exception {
        number("SIOCGIFFLAGS", Interfaces.SIOCGIFFLAGS);
        number("SIOCGIFMTU", Interfaces.SIOCGIFMTU);
        number("SIOCGIFINDEX", Interfaces.SIOCGIFINDEX);
        number("SIOCETHTOOL", Interfaces.SIOCETHTOOL);
        number("IFF_UP", Interfaces.IFF_UP);
        number("IFF_RUNNING", Interfaces.IFF_RUNNING);
        number("ETHTOOL_GRXRINGS", Interfaces.ETHTOOL_GRXRINGS);
        number("ETHTOOL_GCHANNELS", Interfaces.ETHTOOL_GCHANNELS);
        stated.compareWithC();
    }

    @Test
    void numbersOfTapsAreTheOnesOfC() throws Exception {
        number("TUN_F_CSUM", Tap.TUN_F_CSUM);
        number("TUN_F_TSO4", Tap.TUN_F_TSO4);
        number("TUN_F_TSO6", Tap.TUN_F_TSO6);
        number("TUN_F_TSO_ECN", Tap.TUN_F_TSO_ECN);
        number("IFF_TAP", Tap.IFF_TAP);
        number("IFF_MULTI_QUEUE", Tap.IFF_MULTI_QUEUE);
        number("IFF_NO_PI", Tap.IFF_NO_PI);
        number("IFF_VNET_HDR", Tap.IFF_VNET_HDR);
        number("IFF_UP", Interfaces.IFF_UP);
        number("IFNAMSIZ", Tap.IFNAMSIZ);
        number("TUNSETIFF", Tap.TUNSETIFF);
        number("TUNSETPERSIST", Tap.TUNSETPERSIST);
        number("TUNGETFEATURES", Tap.TUNGETFEATURES);
        number("TUNSETOFFLOAD", Tap.TUNSETOFFLOAD);
        number("TUNGETIFF", Tap.TUNGETIFF);
        number("TUNSETSNDBUF", Tap.TUNSETSNDBUF);
        number("TUNGETVNETHDRSZ", Tap.TUNGETVNETHDRSZ);
        number("TUNSETVNETHDRSZ", Tap.TUNSETVNETHDRSZ);
        number("TUNSETVNETLE", Tap.TUNSETVNETLE);
        number("SIOCGIFFLAGS", Interfaces.SIOCGIFFLAGS);
        number("SIOCSIFFLAGS", Interfaces.SIOCSIFFLAGS);
        number("SIOCSIFMTU", Interfaces.SIOCSIFMTU);
        number("VIRTIO_NET_HDR_F_NEEDS_CSUM", VirtioNetHeader.F_NEEDS_CSUM);
        number("VIRTIO_NET_HDR_F_DATA_VALID", VirtioNetHeader.F_DATA_VALID);
        number("VIRTIO_NET_HDR_GSO_NONE", VirtioNetHeader.GSO_NONE);
        number("VIRTIO_NET_HDR_GSO_TCPV4", VirtioNetHeader.GSO_TCPV4);
        number("VIRTIO_NET_HDR_GSO_TCPV6", VirtioNetHeader.GSO_TCPV6);
        number("VIRTIO_NET_HDR_GSO_ECN", VirtioNetHeader.GSO_ECN);
        stated.compareWithC();
    }
}
