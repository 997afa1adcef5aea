package dev.doorbell.linux.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.linux.CStatements;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.NetworkNamespace;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TransmitMetadataTest {
    @Test
    void openChecksumStandsBeforeTheFrame() {
        try (Umem umem = Umem.allocate(1, 2048)) {
            umem.segment().fill((byte) 0x55);
            TransmitMetadata.openChecksum(umem.segment(), 64, 34, 6);
            byte[] expected = new byte[2048];
            java.util.Arrays.fill(expected, (byte) 0x55);
            System.arraycopy(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 34, 0, 6, 0}, 0, expected, 40, 12);
            assertEquals(-1, umem.segment().mismatch(MemorySegment.ofArray(expected)));
        }
    }

    @Test
    void asInC() throws Exception {
        CStatements stated = new CStatements("""
            #include <linux/if_xdp.h>
            #include <stddef.h>
            #include <stdio.h>
            """);
        String since = "XDP_TXMD_FLAGS_CHECKSUM";
        stated.numberSince(since, since, TransmitMetadata.XDP_TXMD_FLAGS_CHECKSUM);
        stated.numberSince(since, "offsetof(struct xsk_tx_metadata, flags)", TransmitMetadata.FLAGS);
        stated.numberSince(since, "offsetof(struct xsk_tx_metadata, request.csum_start)", TransmitMetadata.CSUM_START);
        stated.numberSince(
                since, "offsetof(struct xsk_tx_metadata, request.csum_offset)", TransmitMetadata.CSUM_OFFSET);
        stated.numberSince(since, "sizeof(struct xsk_tx_metadata) <= 24", TransmitMetadata.BYTES == 24 ? 1 : 0);
        stated.compareWithC();
    }

    /// Why whoever leaves a checksum judges it first.
    @Test
    @Tag("real")
    void kernelNeverGetsPastAChecksumOutsideOfItsFrame() throws SystemCallException {
        try (NetworkNamespace namespace = NetworkNamespace.enter();
                Umem umem = Umem.allocate(16, 2048);
                XdpSocket socket = XdpSocket.open()) {
            namespace.veth("left", "right", 1, 1500);
            socket.register(umem, 0, TransmitMetadata.BYTES);
            socket.createRings(8, 8, 8, 8);
            socket.bind(Interfaces.index("left"), 0, XdpSocket.XDP_COPY);
            ProducerRing transmit = socket.transmitRing();
            assertEquals(8, transmit.free(8));
            TransmitMetadata.openChecksum(umem.segment(), 24, 34, 6);
            transmit.descriptor(0, 24, 60, XdpSocket.XDP_TX_METADATA);
            TransmitMetadata.openChecksum(umem.segment(), 2048 + 24, 34, 26);
            transmit.descriptor(1, 2048 + 24, 60, XdpSocket.XDP_TX_METADATA);
            transmit.submit(2);
            for (int i = 0; i < 3; i++) assertEquals(-Errno.EINVAL, socket.wakeTransmit());
            assertEquals(7, transmit.free(8), "the first one was sent, the second stays");
            assertThat(socket.completionRing().available(8))
                    .as("Linux 6.18 completes it at each call")
                    .isBetween(1, 4);
        }
    }
}
