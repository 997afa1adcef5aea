package dev.doorbell.linux.xdp;

import dev.doorbell.linux.CStatements;
import org.junit.jupiter.api.Test;

/// What [IfXdp] and [XdpSocket] state, compared with what C's headers say. Skipped without a C
/// compiler.
class IfXdpCompilerTest {
    private static final String HEADERS = """
        #define _GNU_SOURCE
        #include <linux/if_xdp.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/socket.h>
        """;

    private final CStatements stated = new CStatements(HEADERS);

    @Test
    void structsAreLaidOutAsInC() throws Exception {
        stated.size("sockaddr_xdp", IfXdp.SOCKADDR_BYTES);
        stated.offset("sockaddr_xdp", "sxdp_family", IfXdp.SXDP_FAMILY);
        stated.offset("sockaddr_xdp", "sxdp_flags", IfXdp.SXDP_FLAGS);
        stated.offset("sockaddr_xdp", "sxdp_ifindex", IfXdp.SXDP_IFINDEX);
        stated.offset("sockaddr_xdp", "sxdp_queue_id", IfXdp.SXDP_QUEUE_ID);
        stated.size("xdp_umem_reg", IfXdp.UMEM_REG_BYTES);
        stated.offset("xdp_umem_reg", "addr", IfXdp.UMEM_REG_ADDR);
        stated.offset("xdp_umem_reg", "len", IfXdp.UMEM_REG_LEN);
        stated.offset("xdp_umem_reg", "chunk_size", IfXdp.UMEM_REG_CHUNK_SIZE);
        stated.offset("xdp_umem_reg", "headroom", IfXdp.UMEM_REG_HEADROOM);
        stated.offset("xdp_umem_reg", "flags", IfXdp.UMEM_REG_FLAGS);
        stated.numberSince(
                "XDP_UMEM_TX_METADATA_LEN",
                "offsetof(struct xdp_umem_reg, tx_metadata_len)",
                IfXdp.UMEM_REG_TX_METADATA_LEN);
        stated.size("xdp_mmap_offsets", IfXdp.MMAP_OFFSETS_BYTES);
        stated.offset("xdp_mmap_offsets", "rx", IfXdp.MMAP_OFFSETS_RX);
        stated.offset("xdp_mmap_offsets", "tx", IfXdp.MMAP_OFFSETS_TX);
        stated.offset("xdp_mmap_offsets", "fr", IfXdp.MMAP_OFFSETS_FR);
        stated.offset("xdp_mmap_offsets", "cr", IfXdp.MMAP_OFFSETS_CR);
        stated.offset("xdp_ring_offset", "producer", IfXdp.RING_OFFSET_PRODUCER);
        stated.offset("xdp_ring_offset", "consumer", IfXdp.RING_OFFSET_CONSUMER);
        stated.offset("xdp_ring_offset", "desc", IfXdp.RING_OFFSET_DESC);
        stated.offset("xdp_ring_offset", "flags", IfXdp.RING_OFFSET_FLAGS);
        stated.size("xdp_desc", IfXdp.DESC_BYTES);
        stated.offset("xdp_desc", "addr", IfXdp.DESC_ADDR);
        stated.offset("xdp_desc", "len", IfXdp.DESC_LEN);
        stated.offset("xdp_desc", "options", IfXdp.DESC_OPTIONS);
        stated.size("xdp_statistics", IfXdp.STATISTICS_BYTES);
        stated.offset("xdp_statistics", "rx_dropped", IfXdp.RX_DROPPED);
        stated.offset("xdp_statistics", "rx_invalid_descs", IfXdp.RX_INVALID_DESCS);
        stated.offset("xdp_statistics", "tx_invalid_descs", IfXdp.TX_INVALID_DESCS);
        stated.offset("xdp_statistics", "rx_ring_full", IfXdp.RX_RING_FULL);
        stated.offset("xdp_statistics", "rx_fill_ring_empty_descs", IfXdp.RX_FILL_RING_EMPTY);
        stated.offset("xdp_statistics", "tx_ring_empty_descs", IfXdp.TX_RING_EMPTY);
        stated.number("sizeof(struct xdp_options)", Integer.BYTES);
        stated.compareWithC();
    }

    @Test
    void numbersAreTheOnesOfC() throws Exception {
        stated.number("AF_XDP", IfXdp.AF_XDP);
        stated.number("SOL_XDP", IfXdp.SOL_XDP);
        stated.number("SOCK_RAW", IfXdp.SOCK_RAW);
        stated.number("SOCK_CLOEXEC", IfXdp.SOCK_CLOEXEC);
        stated.number("MSG_DONTWAIT", IfXdp.MSG_DONTWAIT);
        stated.number("SOL_SOCKET", IfXdp.SOL_SOCKET);
        stated.number("SO_DOMAIN", IfXdp.SO_DOMAIN);
        stated.number("SO_BUSY_POLL", IfXdp.SO_BUSY_POLL);
        stated.number("SO_PREFER_BUSY_POLL", IfXdp.SO_PREFER_BUSY_POLL);
        stated.number("SO_BUSY_POLL_BUDGET", IfXdp.SO_BUSY_POLL_BUDGET);
        stated.number("XDP_MMAP_OFFSETS", IfXdp.XDP_MMAP_OFFSETS);
        stated.number("XDP_RX_RING", IfXdp.XDP_RX_RING);
        stated.number("XDP_TX_RING", IfXdp.XDP_TX_RING);
        stated.number("XDP_UMEM_REG", IfXdp.XDP_UMEM_REG);
        stated.number("XDP_UMEM_FILL_RING", IfXdp.XDP_UMEM_FILL_RING);
        stated.number("XDP_UMEM_COMPLETION_RING", IfXdp.XDP_UMEM_COMPLETION_RING);
        stated.number("XDP_STATISTICS", IfXdp.XDP_STATISTICS);
        stated.number("XDP_OPTIONS", IfXdp.XDP_OPTIONS);
        stated.number("XDP_PGOFF_RX_RING", IfXdp.XDP_PGOFF_RX_RING);
        stated.number("XDP_PGOFF_TX_RING", IfXdp.XDP_PGOFF_TX_RING);
        stated.number("XDP_UMEM_PGOFF_FILL_RING", IfXdp.XDP_UMEM_PGOFF_FILL_RING);
        stated.number("XDP_UMEM_PGOFF_COMPLETION_RING", IfXdp.XDP_UMEM_PGOFF_COMPLETION_RING);
        stated.number("XDP_RING_NEED_WAKEUP", IfXdp.XDP_RING_NEED_WAKEUP);
        stated.number("XDP_OPTIONS_ZEROCOPY", IfXdp.XDP_OPTIONS_ZEROCOPY);
        stated.number("XDP_COPY", XdpSocket.XDP_COPY);
        stated.number("XDP_ZEROCOPY", XdpSocket.XDP_ZEROCOPY);
        stated.number("XDP_USE_NEED_WAKEUP", XdpSocket.XDP_USE_NEED_WAKEUP);
        since("XDP_USE_SG", XdpSocket.XDP_USE_SG);
        since("XDP_PKT_CONTD", XdpSocket.XDP_PKT_CONTD);
        since("XDP_TX_METADATA", XdpSocket.XDP_TX_METADATA);
        since("XDP_UMEM_TX_METADATA_LEN", IfXdp.XDP_UMEM_TX_METADATA_LEN);
        since("XDP_MAX_TX_SKB_BUDGET", IfXdp.XDP_MAX_TX_SKB_BUDGET);
        stated.compareWithC();
    }

    private void since(String macro, long value) {
        stated.numberSince(macro, macro, value);
    }
}
