package dev.doorbell.linux.xdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/// What the kernel is to do with a frame that it sends: struct xsk_tx_metadata of linux/if_xdp.h, in
/// the bytes just before the frame. Read when its descriptor has [XdpSocket#XDP_TX_METADATA], from a
/// socket that keeps room for it ([XdpSocket#register]); documented in
/// `networking/xsk-tx-metadata.rst`.
public final class TransmitMetadata {
    /// Bytes before a frame, a multiple of 8.
    public static final int BYTES = 24;

    static final int FLAGS = 0;
    static final int CSUM_START = 8;
    static final int CSUM_OFFSET = 10;
    static final long XDP_TXMD_FLAGS_CHECKSUM = 1 << 1;

    private TransmitMetadata() {}

    /// Leaves a checksum to the kernel: the sum from `checksumStart` to the frame's end. What is stored
    /// there goes in, as the pseudo-header's sum does.
    ///
    /// A kernel that copies has the device finish it, or does so itself for a device that cannot. A
    /// virtual device hands it on unfinished: another stack knows, an XDP program and an AF_XDP socket
    /// behind it do not. A driver that copies nothing may ignore it.
    ///
    /// @param umemOffset     of the frame, a multiple of 8, [#BYTES] or more into its chunk, as all
    ///     that is sent must be from such a socket
    /// @param checksumStart  first byte of the range, counted from the frame's first
    /// @param checksumOffset of the two bytes, counted from `checksumStart`; they must lie in the
    ///     frame's first descriptor, or the kernel never gets past it, and gives the chunk back all the
    ///     same
    public static void openChecksum(MemorySegment umem, long umemOffset, int checksumStart, int checksumOffset) {
        long at = umemOffset - BYTES;
        umem.set(JAVA_LONG, at + FLAGS, XDP_TXMD_FLAGS_CHECKSUM);
        umem.set(JAVA_SHORT, at + CSUM_START, (short) checksumStart);
        umem.set(JAVA_SHORT, at + CSUM_OFFSET, (short) checksumOffset);
    }
}
