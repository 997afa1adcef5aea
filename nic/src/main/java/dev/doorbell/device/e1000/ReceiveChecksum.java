package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.RXCSUM_IPOFLD;
import static dev.doorbell.register.E1000Bits.RXCSUM_IPV6OFL;
import static dev.doorbell.register.E1000Bits.RXCSUM_PCSS_MASK;
import static dev.doorbell.register.E1000Bits.RXCSUM_TUOFLD;
import static dev.doorbell.register.E1000Register.RXCSUM;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.frame.InternetChecksum;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.LegacyReceiveDescriptor;

/// Checks checksums of received frames, as RXCSUM asks, in one pass over the frame. // 317453, 3.2.9
final class ReceiveChecksum {
    private final RegisterFile registers;

    ReceiveChecksum(RegisterFile registers) {
        this.registers = registers;
    }

    /// What the descriptor says about a frame's checksums.
    ///
    /// @param headers  the frame's headers, as it came in
    /// @param removed  bytes taken out behind the addresses since (a VLAN tag)
    /// @param end      where the frame as it is stored ends, without FCS
    /// @param trusted  the TCP or UDP checksum is known to be right
    /// @return word 1 with status and error bits and the packet checksum
    long inspect(FrameHeaders headers, FrameBatch batch, int frame, int removed, int end, boolean trusted) {
        int control = registers.get(RXCSUM);
        boolean checksIp = (control & RXCSUM_IPOFLD) != 0 && headers.ipVersion() == 4;
        boolean checksLayer4 = (control & RXCSUM_TUOFLD) != 0
                && headers.hasInternetChecksum()
                && !headers.udpChecksumAbsent()
                && (headers.ipVersion() == 4 || (control & RXCSUM_IPV6OFL) != 0);
        long bits = checksIp || checksLayer4 ? 0 : LegacyReceiveDescriptor.IXSM;
        if (checksIp) {
            bits |= LegacyReceiveDescriptor.IPCS;
            if (!headers.ipChecksumRight()) bits |= LegacyReceiveDescriptor.IPE;
        }
        int from = control & RXCSUM_PCSS_MASK;
        if (!checksLayer4) return bits | packetChecksum(InternetChecksum.sum(batch, frame, from, end));

        int start = headers.layer4Start() - removed;
        int stop = headers.layer4End() - removed;
        int layer4 = InternetChecksum.sum(batch, frame, start, stop);
        bits |= LegacyReceiveDescriptor.TCPCS;
        int pseudo = InternetChecksum.add(headers.pseudoHeaderSum(), InternetChecksum.pseudoTail(0, stop - start));
        if (!trusted && InternetChecksum.add(layer4, pseudo) != 0xFFFF) bits |= LegacyReceiveDescriptor.TCPE;
        if (from > start) return bits | packetChecksum(InternetChecksum.sum(batch, frame, from, end));
        int sum = InternetChecksum.sum(batch, frame, from, start);
        sum = InternetChecksum.add(sum, placed(layer4, start - from));
        int tail = InternetChecksum.sum(batch, frame, stop, end);
        return bits | packetChecksum(InternetChecksum.add(sum, placed(tail, stop - from)));
    }

    private static int placed(int sum, int distance) {
        return (distance & 1) == 0 ? sum : InternetChecksum.swap(sum);
    }

    private static long packetChecksum(int sum) {
        return LegacyReceiveDescriptor.word1(0, sum, 0, 0);
    }
}
