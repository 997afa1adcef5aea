package dev.doorbell.device.igb.transmit;

import dev.doorbell.frame.Crc32c;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.frame.InternetChecksum;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The checksums of one frame that is not segmented. Where they stand is fixed by the protocol; the context says where
/// the headers are. The driver leaves the pseudo-header's sum in the TCP or UDP field; what stands in the IPv4 and SCTP
/// fields does not matter.
final class TransmitChecksums {
    /// Where the checksum stands in an IPv4 header.
    static final int IPV4_CHECKSUM = 10;

    private static final int SCTP_HEADER_BYTES = 12;
    private static final int NONE = -1;
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private int ipStart;
    private int ipEnd;
    private int sumStart;
    private int sumAt; // NONE: no sum
    private boolean sumOpen;
    private boolean crc; // CRC-32C in place of the sum

    /// Judges what a packet asks for.
    ///
    /// @param length bytes of its frame, without an inserted tag
    /// @param leaves whether the taker of the frame completes a TCP or UDP checksum
    /// @return false when the headers that its context names do not lie in it
    boolean plan(TransmitPacket packet, int length, boolean leaves) {
        ipEnd = 0;
        sumAt = NONE;
        sumOpen = false;
        crc = false;
        if (packet.insertsLegacyChecksum) planLegacy(packet, length, leaves);
        else if (packet.insertsLayer4Checksum && !planLayer4(packet.context, length, leaves)) return false;
        return !packet.insertsIpChecksum || planIp(packet.context, length);
    }

    /// A legacy descriptor says itself where; a place behind the end stores nothing.
    private void planLegacy(TransmitPacket packet, int length, boolean leaves) {
        sumStart = packet.checksumStart;
        if (sumStart >= length || packet.checksumOffset + 2 > length) return;
        sumAt = packet.checksumOffset;
        sumOpen = leaves && sumAt >= sumStart && sumStart >= FrameHeaders.ETHERNET_BYTES;
    }

    private boolean planLayer4(TransmitContext context, int length, boolean leaves) {
        sumStart = context.layer4Start();
        crc = context.isSctp();
        if (crc) sumAt = sumStart + FrameHeaders.SCTP_CHECKSUM;
        else if (context.isTcp()) sumAt = sumStart + FrameHeaders.TCP_CHECKSUM;
        else if (context.isUdp()) sumAt = sumStart + FrameHeaders.UDP_CHECKSUM;
        else return false;
        sumOpen = leaves && !crc;
        int end = crc ? sumStart + SCTP_HEADER_BYTES : sumAt + 2;
        return context.macBytes >= FrameHeaders.ETHERNET_BYTES && end <= length;
    }

    /// An IPv6 header has no checksum to insert.
    private boolean planIp(TransmitContext context, int length) {
        if (!context.ipv4) return true;
        ipStart = context.macBytes;
        ipEnd = context.layer4Start();
        return ipStart >= FrameHeaders.ETHERNET_BYTES && context.ipBytes >= IPV4_CHECKSUM + 2 && ipEnd <= length;
    }

    /// Bytes from the frame's start that have to be copied for it.
    int changedBytes() {
        int changed = ipEnd;
        if (sumAt != NONE && !sumOpen) changed = Math.max(changed, sumAt + (crc ? Crc32c.BYTES : 2));
        return changed;
    }

    /// Stores the checksums in the copy of the frame's first bytes, at `header` of `scratch`.
    void store(FrameBatch gathered, int length, MemorySegment scratch, long header) {
        if (sumAt != NONE && !sumOpen) {
            if (crc) Crc32c.write(scratch, header + sumAt, Crc32c.ofSctp(gathered, 0, sumStart, length));
            else store(scratch, header + sumAt, InternetChecksum.sum(gathered, 0, sumStart, length));
        }
        if (ipEnd == 0) return;
        scratch.set(BE16, header + ipStart + IPV4_CHECKSUM, (short) 0);
        store(
                scratch,
                header + ipStart + IPV4_CHECKSUM,
                InternetChecksum.sum(scratch, header + ipStart, ipEnd - ipStart));
    }

    /// Leaves the sum of the frame being built to its taker, where that was planned.
    void leaveOpen(FrameBatch batch, int tagBytes) {
        if (sumOpen) batch.openChecksum(batch.openFrame(), sumStart + tagBytes, sumAt - sumStart);
    }

    private static void store(MemorySegment scratch, long at, int sum) {
        scratch.set(BE16, at, (short) InternetChecksum.toStore(sum));
    }
}
