package dev.doorbell.device.igb.filter;

import dev.doorbell.frame.FrameHeaders;

/// Packet types as the descriptor reports them, in place (bits 14:4 of its first half word).
final class PacketTypes {
    static final int IPV4 = 1 << 4;
    static final int IPV4_OPTIONS = 1 << 5;
    static final int IPV6 = 1 << 6;
    static final int IPV6_EXTENSIONS = 1 << 7;
    static final int TCP = 1 << 8;
    static final int UDP = 1 << 9;
    static final int SCTP = 1 << 10;
    static final int ESP = 1 << 12;
    static final int AH = 1 << 13;

    private static final int PROTOCOL_ESP = 50;
    private static final int PROTOCOL_AH = 51;

    private PacketTypes() {}

    static int of(FrameHeaders headers) {
        return switch (headers.ipVersion()) {
            case 4 -> IPV4 | (headers.ipExtended() ? IPV4_OPTIONS : 0) | behindIp(headers);
            case 6 -> IPV6 | (headers.ipExtended() ? IPV6_EXTENSIONS : 0) | behindIp(headers);
            default -> 0;
        };
    }

    private static int behindIp(FrameHeaders headers) {
        return switch (headers.protocol()) {
            case FrameHeaders.PROTOCOL_TCP -> TCP;
            case FrameHeaders.PROTOCOL_UDP -> UDP;
            case FrameHeaders.PROTOCOL_SCTP -> SCTP;
            default ->
                switch (headers.ipProtocol()) {
                    case PROTOCOL_ESP -> ESP;
                    case PROTOCOL_AH -> AH;
                    default -> 0;
                };
        };
    }
}
