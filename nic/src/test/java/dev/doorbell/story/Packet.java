package dev.doorbell.story;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A TCP or UDP packet over IPv4 or IPv6, as a stack builds it and as a driver of this chip prepares it for
/// the card's offloads. Made of arrays, apart from the card's own code.
public final class Packet {
    private static final int ACK_PSH_FIN = 0x19;
    private static final int SEQUENCE = 0xFFFF_F000; // wraps among the segments
    private static final int ID = 0xFFFE; // wraps, too

    private final boolean ipv4;
    private final boolean tcp;
    private final byte[] payload;

    private Packet(boolean ipv4, boolean tcp, byte[] payload) {
        this.ipv4 = ipv4;
        this.tcp = tcp;
        this.payload = payload.clone();
    }

    public static Packet tcp4(int payloadBytes, int seed) {
        return new Packet(true, true, payload(payloadBytes, seed));
    }

    public static Packet tcp6(int payloadBytes, int seed) {
        return new Packet(false, true, payload(payloadBytes, seed));
    }

    public static Packet udp4(int payloadBytes, int seed) {
        return new Packet(true, false, payload(payloadBytes, seed));
    }

    public static Packet udp6(int payloadBytes, int seed) {
        return new Packet(false, false, payload(payloadBytes, seed));
    }

    private static byte[] payload(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) (seed + 31 * i + (i >> 8));
        return bytes;
    }

    public int ipStart() {
        return 14;
    }

    public int layer4Start() {
        return ipv4 ? 34 : 54;
    }

    /// Where the TCP or UDP checksum stands.
    public int checksumAt() {
        return layer4Start() + (tcp ? 16 : 6);
    }

    public int headerBytes() {
        return layer4Start() + (tcp ? 20 : 8);
    }

    public int payloadBytes() {
        return payload.length;
    }

    public boolean isIpv4() {
        return ipv4;
    }

    public boolean isTcp() {
        return tcp;
    }

    /// The finished packet, checksums and all, from the peer to the card.
    public byte[] toStation() {
        byte[] frame = finished(0, 0, payload, true);
        System.arraycopy(Frames.STATION, 0, frame, 0, 6);
        System.arraycopy(Frames.PEER, 0, frame, 6, 6);
        return frame;
    }

    /// The finished packet from the card to the peer.
    public byte[] finished() {
        return finished(0, 0, payload, true);
    }

    /// As [#finished()], but with the pseudo-header's sum (with length) where the TCP or UDP checksum
    /// belongs.
    public byte[] withOpenChecksum() {
        byte[] frame = finished();
        put16(frame, checksumAt(), pseudo(frame, headerBytes() - layer4Start() + payload.length));
        return frame;
    }

    /// The packet for segmentation: no lengths, no IP checksum, pseudo-header's sum without length.
    public byte[] prototype() {
        byte[] frame = finished();
        put16(frame, ipv4 ? 16 : 18, 0);
        if (ipv4) put16(frame, 24, 0);
        if (!tcp) put16(frame, layer4Start() + 4, 0);
        put16(frame, checksumAt(), pseudo(frame, 0));
        return frame;
    }

    /// The frames that a wire sees of the packet, cut after every `mss` bytes of payload.
    public List<byte[]> segments(int mss) {
        List<byte[]> frames = new ArrayList<>();
        for (int from = 0; from < payload.length; from += mss) {
            int to = Math.min(payload.length, from + mss);
            frames.add(finished(from / mss, from, Arrays.copyOfRange(payload, from, to), to == payload.length));
        }
        return frames;
    }

    private byte[] finished(int index, int from, byte[] part, boolean last) {
        ByteBuffer frame = ByteBuffer.allocate(headerBytes() + part.length);
        int layer4 = frame.limit() - layer4Start();
        frame.put(Frames.PEER).put(Frames.STATION).putShort((short) (ipv4 ? 0x0800 : 0x86DD));
        if (ipv4) {
            frame.putShort((short) 0x4500).putShort((short) (layer4 + 20)).putShort((short) (ID + index));
            frame.putShort((short) 0x4000).put((byte) 64).put((byte) protocol()).putShort((short) 0);
            frame.putInt(0xC0A8_0001).putInt(0xC0A8_0102);
            put16(frame.array(), 24, Sums.stored(Sums.sum(frame.array(), 14, 34)));
        } else {
            frame.putInt(0x6000_0000)
                    .putShort((short) layer4)
                    .put((byte) protocol())
                    .put((byte) 64);
            frame.putLong(0xFE80_0000_0000_0000L).putLong(1);
            frame.putLong(0xFE80_0000_0000_0000L).putLong(0x1234_5678_9ABC_DEF0L);
        }
        frame.putShort((short) 40_000).putShort((short) 5001);
        if (tcp) {
            frame.putInt(SEQUENCE + from).putInt(77).put((byte) 0x50);
            frame.put((byte) (last ? ACK_PSH_FIN : ACK_PSH_FIN & ~0x09));
            frame.putShort((short) 8192).putInt(0);
        } else {
            frame.putShort((short) layer4).putShort((short) 0);
        }
        frame.put(part);
        byte[] bytes = frame.array();
        int sum = Sums.add(pseudo(bytes, layer4), Sums.sum(bytes, layer4Start(), bytes.length));
        put16(bytes, checksumAt(), Sums.stored(sum));
        return bytes;
    }

    private int protocol() {
        return tcp ? 6 : 17;
    }

    private int pseudo(byte[] frame, int length) {
        int addresses = Sums.sum(frame, ipv4 ? 26 : 22, layer4Start());
        return Sums.add(Sums.add(addresses, protocol()), length);
    }

    private static void put16(byte[] frame, int at, int value) {
        ByteBuffer.wrap(frame).putShort(at, (short) value);
    }
}
