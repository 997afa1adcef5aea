package dev.doorbell.linux.xdp;

/// linux/if_xdp.h and what belongs to it: numbers of options, offsets in structs, bytes. A test
/// compares them with C's.
final class IfXdp {
    // spotless:off
    static final int AF_XDP   = 44;
    static final int SOL_XDP  = 283;
    static final int SOCK_RAW = 3;

    // socket options, level SOL_XDP
    static final int XDP_MMAP_OFFSETS         = 1;
    static final int XDP_RX_RING              = 2;
    static final int XDP_TX_RING              = 3;
    static final int XDP_UMEM_REG             = 4;
    static final int XDP_UMEM_FILL_RING       = 5;
    static final int XDP_UMEM_COMPLETION_RING = 6;
    static final int XDP_STATISTICS           = 7;
    static final int XDP_OPTIONS              = 8;
    static final int XDP_MAX_TX_SKB_BUDGET    = 9; // Linux 6.17

    // where the rings lie when the socket is mapped
    static final long XDP_PGOFF_RX_RING              = 0;
    static final long XDP_PGOFF_TX_RING              = 0x8000_0000L;
    static final long XDP_UMEM_PGOFF_FILL_RING       = 0x1_0000_0000L;
    static final long XDP_UMEM_PGOFF_COMPLETION_RING = 0x1_8000_0000L;

    static final int XDP_RING_NEED_WAKEUP      = 1;
    static final int XDP_OPTIONS_ZEROCOPY      = 1;
    static final int XDP_UMEM_TX_METADATA_LEN  = 1 << 2; // Linux 6.11: tx_metadata_len is meant

    // struct sockaddr_xdp
    static final int SOCKADDR_BYTES = 16;
    static final int SXDP_FAMILY    = 0;
    static final int SXDP_FLAGS     = 2;
    static final int SXDP_IFINDEX   = 4;
    static final int SXDP_QUEUE_ID  = 8;

    // struct xdp_umem_reg
    static final int UMEM_REG_BYTES           = 32;
    static final int UMEM_REG_ADDR            = 0;
    static final int UMEM_REG_LEN             = 8;
    static final int UMEM_REG_CHUNK_SIZE      = 16;
    static final int UMEM_REG_HEADROOM        = 20;
    static final int UMEM_REG_FLAGS           = 24;
    static final int UMEM_REG_TX_METADATA_LEN = 28;

    // struct xdp_mmap_offsets: four of struct xdp_ring_offset
    static final int MMAP_OFFSETS_BYTES = 128;
    static final int MMAP_OFFSETS_RX    = 0;
    static final int MMAP_OFFSETS_TX    = 32;
    static final int MMAP_OFFSETS_FR    = 64;
    static final int MMAP_OFFSETS_CR    = 96;
    static final int RING_OFFSET_PRODUCER = 0;
    static final int RING_OFFSET_CONSUMER = 8;
    static final int RING_OFFSET_DESC     = 16;
    static final int RING_OFFSET_FLAGS    = 24;

    // struct xdp_desc; a ring of addresses has 8 bytes an entry
    static final int DESC_BYTES    = 16;
    static final int DESC_ADDR     = 0;
    static final int DESC_LEN      = 8;
    static final int DESC_OPTIONS  = 12;
    static final int ADDRESS_BYTES = 8;

    // struct xdp_statistics
    static final int STATISTICS_BYTES     = 48;
    static final int RX_DROPPED           = 0;
    static final int RX_INVALID_DESCS     = 8;
    static final int TX_INVALID_DESCS     = 16;
    static final int RX_RING_FULL         = 24; // these since Linux 5.9
    static final int RX_FILL_RING_EMPTY   = 32;
    static final int TX_RING_EMPTY        = 40;

    // sys/socket.h
    static final int SOL_SOCKET          = 1;
    static final int SO_DOMAIN           = 39;
    static final int SO_BUSY_POLL        = 46;
    static final int SO_PREFER_BUSY_POLL = 69;
    static final int SO_BUSY_POLL_BUDGET = 70;
    static final int SOCK_CLOEXEC        = 0x80000;
    static final int MSG_DONTWAIT        = 0x40;
    // spotless:on

    private IfXdp() {}
}
