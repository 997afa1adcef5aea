package dev.doorbell.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The header before every frame of a tap opened with one: `struct virtio_net_hdr`, linux/virtio_net.h. A
/// view: it judges nothing. Fields are in the host's byte order unless [Tap#setVnetLittleEndian] was
/// called; this view is little-endian.
public final class VirtioNetHeader {
    // spotless:off
    public static final int BYTES       = 10;
    static final int FLAGS       = 0;
    static final int GSO_TYPE    = 1;
    static final int HDR_LEN     = 2;
    static final int GSO_SIZE    = 4;
    static final int CSUM_START  = 6;
    static final int CSUM_OFFSET = 8;

    /// [#flags]: the checksum from `csum_start` on is open, to be stored at `csum_start + csum_offset`.
    public static final int F_NEEDS_CSUM = 1;
    /// [#flags]: checksums were verified.
    public static final int F_DATA_VALID = 2;
    /// [#gsoType]: a frame as it goes on the wire.
    public static final int GSO_NONE  = 0;
    /// [#gsoType]: TCP over IPv4, to be cut.
    public static final int GSO_TCPV4 = 1;
    /// [#gsoType]: TCP over IPv6, to be cut.
    public static final int GSO_TCPV6 = 4;
    /// [#gsoType]: UDP datagrams in one, to be cut (L4).
    public static final int GSO_UDP_L4 = 5;
    /// [#gsoType]: added when the TCP header has CWR set.
    public static final int GSO_ECN   = 0x80;
    // spotless:on

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private VirtioNetHeader() {}

    /// Writes a whole header.
    ///
    /// @param headerBytes   length of the headers that each cut piece repeats, a hint
    /// @param segmentBytes  payload of each piece
    /// @param checksumStart first byte of the range, from the start of the frame
    /// @param checksumOffset where the checksum stands, from `checksumStart`
    public static void put(
            MemorySegment segment,
            long offset,
            int flags,
            int gsoType,
            int headerBytes,
            int segmentBytes,
            int checksumStart,
            int checksumOffset) {
        segment.set(BYTE, offset + FLAGS, (byte) flags);
        segment.set(BYTE, offset + GSO_TYPE, (byte) gsoType);
        segment.set(LE16, offset + HDR_LEN, (short) headerBytes);
        segment.set(LE16, offset + GSO_SIZE, (short) segmentBytes);
        segment.set(LE16, offset + CSUM_START, (short) checksumStart);
        segment.set(LE16, offset + CSUM_OFFSET, (short) checksumOffset);
    }

    public static int flags(MemorySegment segment, long offset) {
        return Byte.toUnsignedInt(segment.get(BYTE, offset + FLAGS));
    }

    public static int gsoType(MemorySegment segment, long offset) {
        return Byte.toUnsignedInt(segment.get(BYTE, offset + GSO_TYPE));
    }

    public static int headerBytes(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(LE16, offset + HDR_LEN));
    }

    public static int segmentBytes(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(LE16, offset + GSO_SIZE));
    }

    public static int checksumStart(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(LE16, offset + CSUM_START));
    }

    public static int checksumOffset(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(LE16, offset + CSUM_OFFSET));
    }
}
