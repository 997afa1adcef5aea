package dev.doorbell.backend;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// TCP frames of tests and an Internet checksum of their own, written apart from the house's.
final class TcpFrame {
    static final int ETHERNET_BYTES = 14;
    static final int IPV4_BYTES = 20;
    static final int IPV6_BYTES = 40;
    static final int TCP_BYTES = 20;
    static final int CHECKSUM_AT = 16;
    static final int FIRST_SEQUENCE = 0x1234_5678;

    private TcpFrame() {}

    static int tcpAt(boolean six) {
        return ETHERNET_BYTES + (six ? IPV6_BYTES : IPV4_BYTES);
    }

    /// A frame from station 1 to station 2 with a complete IPv4 header and an open TCP checksum: the
    /// pseudo-header's sum over the whole length stands at its place.
    static byte[] open(boolean six, byte[] payload) {
        byte[] frame = new byte[tcpAt(six) + TCP_BYTES + payload.length];
        System.arraycopy(Frames.between(1, 2, 0), 0, frame, 0, 12);
        ByteBuffer b = ByteBuffer.wrap(frame);
        b.position(12);
        if (six) {
            b.putShort((short) 0x86DD).putInt(0x6000_0000).putShort((short) (TCP_BYTES + payload.length));
            b.put((byte) 6).put((byte) 64);
            b.put(new byte[] {(byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
            b.put(new byte[] {(byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
        } else {
            b.putShort((short) 0x0800).putShort((short) 0x4500);
            b.putShort((short) (IPV4_BYTES + TCP_BYTES + payload.length));
            b.putShort((short) 0x77)
                    .putShort((short) 0x4000)
                    .putShort((short) 0x4006)
                    .putShort((short) 0);
            b.put(new byte[] {10, 99, 0, 1, 10, 99, 0, 2});
            b.putShort(ETHERNET_BYTES + 10, (short) ~sum(frame, ETHERNET_BYTES, IPV4_BYTES, 0));
        }
        b.putShort((short) 5555).putShort((short) 7777).putInt(FIRST_SEQUENCE).putInt(0);
        b.putShort((short) 0x5018).putShort((short) 0xFFFF).putInt(0); // ACK and PSH
        b.put(payload);
        b.putShort(tcpAt(six) + CHECKSUM_AT, (short) pseudoSum(frame, six, TCP_BYTES + payload.length));
        return frame;
    }

    static byte[] payload(byte[] frame, boolean six) {
        return Arrays.copyOfRange(frame, tcpAt(six) + TCP_BYTES, frame.length);
    }

    static int sequence(byte[] frame, boolean six) {
        return ByteBuffer.wrap(frame).getInt(tcpAt(six) + 4);
    }

    static boolean isTcp(byte[] frame, boolean six) {
        if (frame.length < tcpAt(six) + TCP_BYTES) return false;
        int type = ByteBuffer.wrap(frame).getShort(12) & 0xFFFF;
        return six ? type == 0x86DD && frame[20] == 6 : type == 0x0800 && frame[23] == 6;
    }

    /// Whether both the IPv4 header's and the TCP checksum are right.
    static boolean checksumsAreRight(byte[] frame, boolean six) {
        int at = tcpAt(six);
        int tcp = sum(frame, at, frame.length - at, pseudoSum(frame, six, frame.length - at));
        boolean ip = six || sum(frame, ETHERNET_BYTES, IPV4_BYTES, 0) == 0xFFFF;
        return ip && tcp == 0xFFFF;
    }

    static int pseudoSum(byte[] frame, boolean six, int tcpBytes) {
        int from = six ? ETHERNET_BYTES + 8 : ETHERNET_BYTES + 12;
        return sum(frame, from, six ? 32 : 8, 6 + tcpBytes);
    }

    private static int sum(byte[] frame, int from, int count, int seed) {
        long sum = seed;
        for (int i = 0; i < count; i++) sum += (long) (frame[from + i] & 0xFF) << ((i & 1) == 0 ? 8 : 0);
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >>> 16);
        return (int) sum;
    }
}
