package dev.doorbell.story;

import dev.doorbell.frame.EthernetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/// Ethernet frames for stories, spelled out byte by byte.
public final class Frames {
    /// The bench's card, 52:54:00:12:34:56.
    public static final byte[] STATION = HexFormat.of().parseHex("525400123456");

    public static final byte[] PEER = HexFormat.of().parseHex("025500000001");
    public static final byte[] BROADCAST = HexFormat.of().parseHex("ffffffffffff");
    private static final int TYPE_EXPERIMENT = 0x88B5;

    private Frames() {}

    /// A frame of `length` bytes from the peer to the card, its payload numbered from `seed`.
    public static byte[] toStation(int length, int seed) {
        return frame(STATION, PEER, length, seed);
    }

    /// A frame of `length` bytes from the card to the peer.
    public static byte[] toPeer(int length, int seed) {
        return frame(PEER, STATION, length, seed);
    }

    public static byte[] frame(byte[] destination, byte[] source, int length, int seed) {
        byte[] frame = new byte[length];
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        buffer.put(destination).put(source).putShort((short) TYPE_EXPERIMENT);
        for (int i = 14; i < length; i++) frame[i] = (byte) (seed + i);
        return frame;
    }

    /// The frame as it looks on the wire: at least 60 bytes, filled up with zeros.
    public static byte[] padded(byte[] frame) {
        return frame.length >= 60 ? frame : Arrays.copyOf(frame, 60);
    }

    /// The frame with a VLAN tag behind its addresses.
    public static byte[] tagged(byte[] frame, int type, int tag) {
        ByteBuffer buffer = ByteBuffer.allocate(frame.length + 4);
        buffer.put(frame, 0, 2 * EthernetAddress.BYTES).putShort((short) type).putShort((short) tag);
        buffer.put(frame, 2 * EthernetAddress.BYTES, frame.length - 2 * EthernetAddress.BYTES);
        return buffer.array();
    }
}
