package dev.doorbell.device.igb.receive;

import dev.doorbell.frame.Crc32c;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.frame.InternetChecksum;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Checks the checksums of received frames, as RXCSUM and RFCTL ask. // 82576 DS 7.1.11
final class ReceiveChecksum {
    /// No result of [#inspect].
    static final int UNKNOWN = -1;

    private static final MemorySegment FIELD = Arena.ofAuto().allocate(Crc32c.BYTES, 8);

    private ReceiveChecksum() {}

    /// What the descriptor says about a frame's IP, TCP, UDP and SCTP checksums: status and error
    /// bits. A checksum that is wrong is said to be looked at and wrong, both; without a bit nothing
    /// was looked at.
    static int inspect(ReceivedFrame received, ReceiveSettings settings) {
        FrameHeaders headers = received.headers;
        int bits = 0;
        if (headers.ipVersion() == 4 && settings.checksIp()) {
            bits |= AdvancedReceiveDescriptor.IPCS;
            if (!headers.ipChecksumRight()) bits |= AdvancedReceiveDescriptor.IPE;
        }
        int protocol = headers.protocol(); // none for fragments
        if (protocol == 0 || headers.udpChecksumAbsent() || !settings.checks(protocol, headers.ipVersion()))
            return bits;
        bits |= AdvancedReceiveDescriptor.L4CS;
        if (protocol == FrameHeaders.PROTOCOL_UDP) bits |= AdvancedReceiveDescriptor.UDPCS;
        boolean right = received.vouched()
                || (headers.hasInternetChecksum() ? internetChecksumRight(received) : crcRight(received));
        return right ? bits : bits | AdvancedReceiveDescriptor.L4E;
    }

    private static boolean internetChecksumRight(ReceivedFrame received) {
        FrameHeaders headers = received.headers;
        int start = headers.layer4Start();
        int end = headers.layer4End();
        int layer4 = InternetChecksum.sum(received.batch(), received.frame(), start, end);
        int pseudo = InternetChecksum.add(headers.pseudoHeaderSum(), InternetChecksum.pseudoTail(0, end - start));
        return InternetChecksum.add(layer4, pseudo) == 0xFFFF;
    }

    private static boolean crcRight(ReceivedFrame received) {
        FrameBatch batch = received.batch();
        int start = received.headers.layer4Start();
        int right = Crc32c.ofSctp(batch, received.frame(), start, received.headers.layer4End());
        batch.copyTo(received.frame(), start + FrameHeaders.SCTP_CHECKSUM, Crc32c.BYTES, FIELD, 0);
        return Crc32c.read(FIELD, 0) == right;
    }

    /// The packet checksum: the plain sum from RXCSUM.PCSS to the end, FCS excluded; with
    /// RXCSUM.IPPCSE that of a fragment's IP payload, so that software can add up those of a UDP
    /// packet. (Other frames keep theirs from PCSS on; which value the chip gives for them then is not
    /// known.)
    ///
    /// @param removed bytes taken out behind the addresses (a VLAN tag)
    /// @param end     where the frame as it is stored ends, without FCS
    static int packetChecksum(
            FrameHeaders headers, FrameBatch batch, int frame, int removed, int end, ReceiveSettings settings) {
        if (settings.sumsFragments() && headers.ipVersion() == 4 && headers.isFragment()) {
            int payload = headers.ipStart() + headers.ipHeaderBytes();
            return InternetChecksum.sum(batch, frame, payload - removed, headers.ipEnd() - removed);
        }
        return InternetChecksum.sum(batch, frame, settings.packetChecksumStart(), end);
    }
}
