package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.VirtioNetHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Between a batch's words for unfinished frames and the kernel's virtio-net header.
///
/// In both directions a frame to be segmented carries a whole header: lengths of the large packet, a right
/// IPv4 header checksum, and at the TCP or UDP checksum the pseudo-header's sum over the large packet's
/// length.
final class TapOffload {
    private static final int TCP_CHECKSUM_AT = 16;
    private static final int TCP_DATA_OFFSET_AT = 12;
    private static final int TCP_LEAST_BYTES = 20;
    private static final int UDP_CHECKSUM_AT = 6;
    private static final int UDP_BYTES = 8;

    private TapOffload() {}

    /// Whether a frame needs anything done by the kernel.
    static boolean isUnfinished(FrameBatch batch, int frame) {
        return batch.checksumStart(frame) != FrameBatch.CHECKSUM_COMPLETE
                || batch.segmentType(frame) != FrameBatch.SEGMENT_NONE;
    }

    /// Describes a frame to the kernel.
    ///
    /// @return false when the kernel has no word for it: UDP segmentation, no open checksum in a frame to be
    ///     segmented, numbers that do not fit; nothing useful was written then
    static boolean describe(FrameBatch batch, int frame, MemorySegment header) {
        int start = batch.checksumStart(frame);
        int offset = batch.checksumOffset(frame);
        int gsoType = switch (batch.segmentType(frame)) {
            case FrameBatch.SEGMENT_NONE -> VirtioNetHeader.GSO_NONE;
            case FrameBatch.SEGMENT_TCP4 -> VirtioNetHeader.GSO_TCPV4;
            case FrameBatch.SEGMENT_TCP6 -> VirtioNetHeader.GSO_TCPV6;
            default -> -1;
        };
        if (gsoType < 0 || !liesWithin(start, offset, batch.lengthBytes(frame))) return false;
        int segmentBytes = batch.segmentBytes(frame);
        int headerBytes = batch.headerBytes(frame);
        if (gsoType != VirtioNetHeader.GSO_NONE
                && (segmentBytes < 1
                        || segmentBytes > 0xFFFF
                        || headerBytes < start + TCP_LEAST_BYTES
                        || headerBytes > batch.lengthBytes(frame))) return false;
        VirtioNetHeader.put(header, 0, VirtioNetHeader.F_NEEDS_CSUM, gsoType, headerBytes, segmentBytes, start, offset);
        return true;
    }

    /// Reads what the kernel left to do in a frame and says so in the batch's open frame.
    ///
    /// The header is judged like any stranger's word: other guests' virtio-net headers pass through the
    /// kernel. Its `hdr_len` is only a hint there, so the headers' length is read from the frame.
    ///
    /// @param at          the virtio-net header in `segment`; the frame follows it
    /// @param lengthBytes of the frame
    /// @return false when the header contradicts the frame or itself
    static boolean apply(MemorySegment segment, long at, int lengthBytes, FrameBatch batch) {
        int flags = VirtioNetHeader.flags(segment, at);
        int gsoType = VirtioNetHeader.gsoType(segment, at) & ~VirtioNetHeader.GSO_ECN;
        int frame = batch.openFrame();
        if ((flags & VirtioNetHeader.F_NEEDS_CSUM) == 0) {
            if (gsoType != VirtioNetHeader.GSO_NONE) return false;
            if ((flags & VirtioNetHeader.F_DATA_VALID) != 0) batch.vouchForChecksum(frame);
            return true;
        }
        int start = VirtioNetHeader.checksumStart(segment, at);
        int offset = VirtioNetHeader.checksumOffset(segment, at);
        if (!liesWithin(start, offset, lengthBytes)) return false;
        batch.openChecksum(frame, start, offset);
        if (gsoType == VirtioNetHeader.GSO_NONE) return true;
        int segmentBytes = VirtioNetHeader.segmentBytes(segment, at);
        int headerBytes = headerBytes(segment, at + VirtioNetHeader.BYTES, gsoType, start, offset);
        if (segmentBytes == 0 || headerBytes < 0 || headerBytes > lengthBytes) return false;
        batch.segment(frame, segmentTypeOf(gsoType), segmentBytes, headerBytes);
        return true;
    }

    /// An open checksum behind the Ethernet header whose two bytes lie in the frame.
    private static boolean liesWithin(int start, int offset, int lengthBytes) {
        return start >= CountedBackend.ETHERNET_HEADER_BYTES
                && offset >= 0
                && (long) start + offset + Short.BYTES <= lengthBytes;
    }

    /// Length of all headers of a frame to be segmented, or -1. The checksum's two bytes are known to lie
    /// in it.
    private static int headerBytes(MemorySegment segment, long frameAt, int gsoType, int start, int offset) {
        return switch (gsoType) {
            case VirtioNetHeader.GSO_TCPV4, VirtioNetHeader.GSO_TCPV6 -> {
                if (offset != TCP_CHECKSUM_AT) yield -1;
                byte dataOffset = segment.get(ValueLayout.JAVA_BYTE, frameAt + start + TCP_DATA_OFFSET_AT);
                int tcpBytes = (dataOffset & 0xF0) >>> 2;
                yield tcpBytes < TCP_LEAST_BYTES ? -1 : start + tcpBytes;
            }
            case VirtioNetHeader.GSO_UDP_L4 -> offset == UDP_CHECKSUM_AT ? start + UDP_BYTES : -1;
            default -> -1;
        };
    }

    private static int segmentTypeOf(int gsoType) {
        return switch (gsoType) {
            case VirtioNetHeader.GSO_TCPV4 -> FrameBatch.SEGMENT_TCP4;
            case VirtioNetHeader.GSO_TCPV6 -> FrameBatch.SEGMENT_TCP6;
            default -> FrameBatch.SEGMENT_UDP;
        };
    }
}
