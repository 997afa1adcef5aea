package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.MRQC_IPV4;
import static dev.doorbell.register.IgbBits.MRQC_IPV4_TCP;
import static dev.doorbell.register.IgbBits.MRQC_IPV4_UDP;
import static dev.doorbell.register.IgbBits.MRQC_IPV6;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_EX;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_TCP;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_TCP_EX;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_UDP;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_UDP_EX;
import static dev.doorbell.register.IgbBits.RFCTL_IPV6_DIS;
import static dev.doorbell.register.IgbBits.RFCTL_IPV6_EX_DIS;
import static dev.doorbell.register.IgbBits.RFCTL_NEW_IPV6_EXT_DIS;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RETA;
import static dev.doorbell.register.IgbRegister.RFCTL;
import static dev.doorbell.register.IgbRegister.RSSRK;
import static dev.doorbell.register.IgbRegister.RXCSUM;

import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// Receive-side scaling: which hash a frame gets, and which entry of RETA it falls on.
///
/// The names of MRQC bits 18 to 21 and of the descriptor's types are those of the drivers' headers. A
/// type with extensions hashes the addresses of mobile IPv6 where a packet gives them; a packet
/// without extension headers gets the plain type when both are asked for. The numbers are the same
/// then, so this shows in the type alone.
final class ReceiveSideScaling {
    static final int NO_ENTRY = -1;

    /// Types as the descriptor reports them.
    static final int TYPE_IPV4_TCP = 1;

    static final int TYPE_IPV4 = 2;
    static final int TYPE_IPV6_TCP = 3;
    static final int TYPE_IPV6_EX = 4;
    static final int TYPE_IPV6 = 5;
    static final int TYPE_IPV6_TCP_EX = 6;
    static final int TYPE_IPV4_UDP = 7;
    static final int TYPE_IPV6_UDP = 8;
    static final int TYPE_IPV6_UDP_EX = 9;

    /// Bits of a byte of RETA that name a queue.
    static final int QUEUE_MASK = 15;

    private static final int ENTRY_MASK = 0x7F;
    private static final int ADDRESS_HALVES = 4;

    private final RegisterFile registers;
    private final ToeplitzHash hash = new ToeplitzHash();
    private final int[] key = new int[RSSRK.spec().count()];
    private boolean stale = true;
    private int namedQueues; // by RETA, a bit for each
    private boolean namedStale = true;

    ReceiveSideScaling(RegisterFile registers) {
        this.registers = registers;
        registers.onWrite(RSSRK, (offset, written) -> {
            registers.store(offset, written);
            stale = true;
        });
        registers.onWrite(RETA, (offset, written) -> {
            registers.store(offset, written);
            namedStale = true;
        });
    }

    void reset() {
        stale = true;
        namedStale = true;
    }

    /// Whether RETA names `queue`, whatever the frame.
    ///
    /// @param queue any number
    boolean spreadsTo(int queue) {
        if (queue < 0 || queue > QUEUE_MASK) return false;
        if (namedStale) takeTable();
        return (namedQueues >>> queue & 1) != 0;
    }

    private void takeTable() {
        namedStale = false;
        namedQueues = 0;
        for (int i = 0; i < RETA.spec().count(); i++)
            for (int four = registers.get(RETA, i), n = 0; n < 4; n++, four >>>= 8)
                namedQueues |= 1 << (four & QUEUE_MASK);
    }

    /// Hashes a frame. Hash and type go into the verdict when descriptors carry them: with
    /// RXCSUM.PCSD clear, a checksum has their place, and a type without its hash would mislead. The
    /// entry does not depend on that: the hash is made before any descriptor is. (A model of the chip
    /// makes no hash then; no driver asks for that.)
    ///
    /// @return the byte of RETA, or [#NO_ENTRY] when no type applies
    int spread(FrameHeaders headers, Verdict verdict) {
        int wanted = registers.get(MRQC);
        int type = switch (headers.ipVersion()) {
            case 4 -> typeOfIpv4(headers, wanted);
            case 6 -> typeOfIpv6(headers, wanted);
            default -> 0;
        };
        if (type == 0) return NO_ENTRY;
        if (stale) takeKey();
        int value = hash(headers, type);
        if ((registers.get(RXCSUM) & RXCSUM_PCSD) != 0) {
            verdict.rssType = type;
            verdict.rssHash = value;
        }
        int entry = value & ENTRY_MASK;
        return (registers.get(RETA, entry >>> 2) >>> (8 * (entry & 3))) & 0xFF;
    }

    private static int typeOfIpv4(FrameHeaders headers, int wanted) {
        int protocol = headers.protocol();
        if (protocol == FrameHeaders.PROTOCOL_TCP && (wanted & MRQC_IPV4_TCP) != 0) return TYPE_IPV4_TCP;
        if (protocol == FrameHeaders.PROTOCOL_UDP && (wanted & MRQC_IPV4_UDP) != 0) return TYPE_IPV4_UDP;
        return (wanted & MRQC_IPV4) != 0 ? TYPE_IPV4 : 0;
    }

    private int typeOfIpv6(FrameHeaders headers, int wanted) {
        int control = registers.get(RFCTL);
        if ((control & RFCTL_IPV6_DIS) != 0) return 0;
        boolean extended = headers.ipExtended();
        // Extension headers that are not to be looked behind hide the ports, and the addresses they
        // carry.
        boolean looks = (!extended || (control & RFCTL_IPV6_EX_DIS) == 0)
                && (!headers.hasHomeAddress() || (control & RFCTL_NEW_IPV6_EXT_DIS) == 0);
        int protocol = looks ? headers.protocol() : 0;
        int type = 0;
        if (protocol == FrameHeaders.PROTOCOL_TCP)
            type = choose(wanted, extended, MRQC_IPV6_TCP, TYPE_IPV6_TCP, MRQC_IPV6_TCP_EX, TYPE_IPV6_TCP_EX);
        else if (protocol == FrameHeaders.PROTOCOL_UDP)
            type = choose(wanted, extended, MRQC_IPV6_UDP, TYPE_IPV6_UDP, MRQC_IPV6_UDP_EX, TYPE_IPV6_UDP_EX);
        if (type != 0) return type;
        int addresses = looks ? wanted : wanted & ~MRQC_IPV6_EX;
        return choose(addresses, extended, MRQC_IPV6, TYPE_IPV6, MRQC_IPV6_EX, TYPE_IPV6_EX);
    }

    private static int choose(int wanted, boolean extended, int plain, int plainType, int ex, int exType) {
        boolean takesPlain = (wanted & plain) != 0;
        boolean takesEx = (wanted & ex) != 0;
        if (takesEx && (extended || !takesPlain)) return exType;
        return takesPlain ? plainType : 0;
    }

    private int hash(FrameHeaders headers, int type) {
        return switch (type) {
            case TYPE_IPV4 -> hash.eight(0, headers.ipv4Addresses());
            case TYPE_IPV4_TCP, TYPE_IPV4_UDP -> hash.eight(0, headers.ipv4Addresses()) ^ hash.four(8, headers.ports());
            case TYPE_IPV6 -> hashIpv6(headers, false);
            case TYPE_IPV6_EX -> hashIpv6(headers, true);
            case TYPE_IPV6_TCP, TYPE_IPV6_UDP -> hashIpv6(headers, false) ^ hash.four(32, headers.ports());
            default -> hashIpv6(headers, true) ^ hash.four(32, headers.ports());
        };
    }

    private int hashIpv6(FrameHeaders headers, boolean mobile) {
        int value = 0;
        for (int half = 0; half < ADDRESS_HALVES; half++)
            value ^= hash.eight(8 * half, mobile ? headers.ipv6HomeAddressHalf(half) : headers.ipv6AddressHalf(half));
        return value;
    }

    private void takeKey() {
        stale = false;
        for (int i = 0; i < key.length; i++) key[i] = registers.get(RSSRK, i);
        hash.key(key);
    }
}
