package dev.doorbell.linux;

/// The structs of sendmsg(2) and recvmsg(2) on 64-bit Linux,
/// sys/socket.h and sys/uio.h, as offsets and sizes in bytes.
final class MessageHeader {
    // spotless:off
    // struct iovec
    static final int IOVEC_BYTES         = 16;
    static final int IOV_BASE            =  0;
    static final int IOV_LEN             =  8;
    // struct msghdr
    static final int MSGHDR_BYTES        = 56;
    static final int MSG_NAME            =  0;
    static final int MSG_NAMELEN         =  8;
    static final int MSG_IOV             = 16;
    static final int MSG_IOVLEN          = 24;
    static final int MSG_CONTROL         = 32;
    static final int MSG_CONTROLLEN      = 40;
    static final int MSG_FLAGS           = 48;
    // struct mmsghdr: a msghdr and how many bytes it moved
    static final int MMSGHDR_BYTES       = 64;
    static final int MMSG_LEN            = 56;
    // struct cmsghdr, followed by its data
    static final int CMSGHDR_BYTES       = 16;
    static final int CMSG_LEN            =  0;
    static final int CMSG_LEVEL          =  8;
    static final int CMSG_TYPE           = 12;
    // flags
    static final int FLAG_CTRUNC         = 0x8;
    static final int FLAG_TRUNC          = 0x20;
    static final int FLAG_DONTWAIT       = 0x40;
    static final int FLAG_NOSIGNAL       = 0x4000;
    static final int FLAG_CMSG_CLOEXEC   = 0x4000_0000;
    // spotless:on

    /// Most entries of one gathered or scattered transfer: IOV_MAX, limits.h.
    static final int IOV_MAX = 1024;

    private MessageHeader() {}

    /// CMSG_ALIGN of cmsg(3): up to the next multiple of 8.
    static long cmsgAlign(long bytes) {
        return (bytes + 7) & ~7L;
    }
}
