package dev.doorbell.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Gives a packet that is to be segmented to a backend whole. The chip's drivers leave the lengths out of
/// the prototype header, because the chip fills them in per segment; a host kernel wants them for the whole
/// packet.
///
/// Only TCP of the plain shape goes this way: the plan must describe exactly the headers that are there,
/// because the kernel looks at the headers and not at the plan. Everything else is segmented by the card
/// itself.
public final class WholeSegmentation {
    private static final int LIMIT_IP_BYTES = 0xFFFF;
    private static final int LIMIT_HEADER_BYTES = 256;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment header = Arena.ofAuto().allocate(LIMIT_HEADER_BYTES, 64);

    /// Judges a packet of one frame; its header is read here, once.
    public boolean fits(SegmentationPlan plan, FrameBatch gathered, int frame) {
        int ip = plan.ipStart;
        int tcp = plan.layer4Start;
        int length = plan.headerBytes + plan.payloadBytes;
        boolean shape = plan.tcp
                && plan.segments() > 1
                && plan.layer4SumEnd == 0
                && plan.layer4ChecksumAt == tcp + FrameHeaders.TCP_CHECKSUM
                && tcp + 20 <= plan.headerBytes
                && ip >= FrameHeaders.ETHERNET_BYTES
                && length - ip <= LIMIT_IP_BYTES
                && keepsUsualFlags(plan);
        if (!shape) return false;
        gathered.copyTo(frame, 0, plan.headerBytes, header, 0);
        if (tcp + (u8(tcp + 12) >>> 4) * 4 != plan.headerBytes) return false;
        int type = header.get(BE16, ip - 2) & 0xFFFF;
        if (plan.ipv4)
            return type == FrameHeaders.TYPE_IPV4
                    && plan.ipChecksumAt == ip + 10
                    && plan.ipSumEnd == tcp
                    && u8(ip) == (0x40 | (tcp - ip) / 4)
                    && tcp - ip >= 20
                    && (tcp - ip) % 4 == 0
                    && u8(ip + 9) == FrameHeaders.PROTOCOL_TCP;
        return type == FrameHeaders.TYPE_IPV6
                && tcp == ip + FrameHeaders.IPV6_BYTES
                && u8(ip) >>> 4 == 6
                && u8(ip + 6) == FrameHeaders.PROTOCOL_TCP;
    }

    /// Whether the segments keep the flags that a kernel's keep. CWR is not looked at: a kernel knows better than a
    /// mask in which segment it belongs.
    private static boolean keepsUsualFlags(SegmentationPlan plan) {
        int others = SegmentationPlan.ALL_FLAGS & ~SegmentationPlan.CWR;
        int first = others & ~SegmentationPlan.FIN_PSH;
        return (plan.firstFlags & others) == first
                && (plan.middleFlags & others) == first
                && (plan.lastFlags & others) == others;
    }

    /// Appends the packet that [#fits] has just judged.
    ///
    /// @return 1, or -1 when the batch has no room
    public int append(SegmentationPlan plan, FrameBatch gathered, int frame, FrameBatch batch) {
        int headerBytes = plan.headerBytes;
        int length = headerBytes + plan.payloadBytes;
        int ip = plan.ipStart;
        int tcp = plan.layer4Start;
        if (plan.ipv4) {
            header.set(BE16, ip + 2, (short) (length - ip));
            header.set(BE16, ip + 10, (short) 0);
            header.set(BE16, ip + 10, (short) InternetChecksum.toStore(InternetChecksum.sum(header, ip, tcp - ip)));
        } else {
            header.set(BE16, ip + 4, (short) (length - tcp));
        }
        int field = tcp + FrameHeaders.TCP_CHECKSUM;
        int seed = header.get(BE16, field) & 0xFFFF;
        header.set(BE16, field, (short) InternetChecksum.add(seed, length - tcp));

        int tagBytes = plan.vlanTag == SegmentationPlan.NONE ? 0 : FrameHeaders.TAG_BYTES;
        batch.beginFrame();
        long taken = batch.takeScratch(headerBytes + FrameHeaders.TAG_BYTES);
        long start = taken + FrameHeaders.TAG_BYTES;
        if (taken < 0
                || !batch.addSlice(batch.scratch(), start - tagBytes, headerBytes + tagBytes)
                || !batch.addRange(gathered, frame, headerBytes, plan.payloadBytes)) {
            batch.abandonFrame();
            return -1;
        }
        MemorySegment.copy(header, 0, batch.scratch(), start, headerBytes);
        if (tagBytes > 0) VlanTag.insert(batch.scratch(), start, plan.vlanAt, plan.vlanType, plan.vlanTag);
        int open = batch.openFrame();
        batch.openChecksum(open, tcp + tagBytes, FrameHeaders.TCP_CHECKSUM);
        batch.segment(
                open,
                plan.ipv4 ? FrameBatch.SEGMENT_TCP4 : FrameBatch.SEGMENT_TCP6,
                plan.segmentBytes,
                headerBytes + tagBytes);
        batch.endFrame();
        return 1;
    }

    private int u8(int at) {
        return header.get(BYTE, at) & 0xFF;
    }
}
