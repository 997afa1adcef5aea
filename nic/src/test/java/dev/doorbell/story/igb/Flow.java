package dev.doorbell.story.igb;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/// A frame for filters, described field by field; to the station, unless told otherwise.
final class Flow {
    private static final byte[] PEER = HexFormat.of().parseHex("025500000001");

    private String destination = "525400123456";
    private byte[] source = PEER;
    private byte[] tags = {};
    private int version;
    private byte[] addresses = {};
    private byte[] extensions = {};
    private int firstNext = -1;
    private int protocol = 59; // no next header
    private byte[] layer4 = {};
    private byte[] payload = {};
    private int fragment;
    private int type = 0x88B5;

    static Flow ethernet(int type) {
        Flow flow = new Flow();
        flow.type = type;
        return flow;
    }

    static Flow ip4(String source, String destination) {
        Flow flow = new Flow();
        flow.version = 4;
        flow.addresses = ByteBuffer.allocate(8)
                .put(dotted(source))
                .put(dotted(destination))
                .array();
        return flow;
    }

    /// Addresses as 32 hexadecimal digits.
    static Flow ip6(String source, String destination) {
        Flow flow = new Flow();
        flow.version = 6;
        flow.addresses = HexFormat.of().parseHex(source + destination);
        return flow;
    }

    private static byte[] dotted(String address) {
        ByteBuffer bytes = ByteBuffer.allocate(4);
        for (String part : address.split("\\.", -1)) bytes.put((byte) Integer.parseInt(part));
        return bytes.array();
    }

    Flow to(String address) {
        destination = address;
        return this;
    }

    Flow from(String address) {
        source = HexFormat.of().parseHex(address);
        return this;
    }

    Flow tag(int vlan) {
        return tag(0x8100, vlan);
    }

    Flow tag(int tagType, int control) {
        byte[] longer = Arrays.copyOf(tags, tags.length + 4);
        ByteBuffer.wrap(longer, tags.length, 4).putShort((short) tagType).putShort((short) control);
        tags = longer;
        return this;
    }

    Flow tcp(int from, int to) {
        return tcp(from, to, 0x10);
    }

    Flow tcp(int from, int to, int flags) {
        protocol = 6;
        layer4 = ByteBuffer.allocate(20)
                .putShort((short) from)
                .putShort((short) to)
                .putLong(1)
                .put((byte) 0x50)
                .put((byte) flags)
                .array();
        return this;
    }

    Flow udp(int from, int to) {
        return udp(from, to, new byte[0]);
    }

    Flow udp(int from, int to, byte[] content) {
        protocol = 17;
        layer4 = ByteBuffer.allocate(8)
                .putShort((short) from)
                .putShort((short) to)
                .putShort((short) (8 + content.length))
                .array();
        payload = content.clone();
        return this;
    }

    Flow sctp(int from, int to) {
        protocol = 132;
        layer4 = ByteBuffer.allocate(12)
                .putShort((short) from)
                .putShort((short) to)
                .array();
        return this;
    }

    Flow protocol(int number) {
        protocol = number;
        return this;
    }

    Flow payload(byte[] content) {
        payload = content.clone();
        return this;
    }

    Flow payload(int bytes) {
        return payload(new byte[bytes]);
    }

    Flow fragment(int offsetAndMore) {
        fragment = offsetAndMore;
        return this;
    }

    /// IPv6 extension headers, `next` being the type of the first; the last names the protocol
    /// itself. Of IPv4: options.
    Flow extensions(int next, String hex) {
        firstNext = next;
        extensions = HexFormat.of().parseHex(hex);
        return this;
    }

    byte[] bytes() {
        int ip = version == 0 ? 0 : (version == 4 ? 20 : 40) + extensions.length;
        ByteBuffer frame = ByteBuffer.allocate(14 + tags.length + ip + layer4.length + payload.length);
        frame.put(HexFormat.of().parseHex(destination)).put(source).put(tags);
        int below = extensions.length + layer4.length + payload.length;
        if (version == 4) {
            frame.putShort((short) 0x0800)
                    .put((byte) (0x45 + extensions.length / 4))
                    .put((byte) 0);
            frame.putShort((short) (20 + below)).putShort((short) 7).putShort((short) fragment);
            frame.put((byte) 64)
                    .put((byte) protocol)
                    .putShort((short) 0)
                    .put(addresses)
                    .put(extensions);
        } else if (version == 6) {
            frame.putShort((short) 0x86DD).putInt(0x6000_0000).putShort((short) below);
            frame.put((byte) (firstNext >= 0 ? firstNext : protocol))
                    .put((byte) 64)
                    .put(addresses)
                    .put(extensions);
        } else {
            frame.putShort((short) type);
        }
        return frame.put(layer4).put(payload).array();
    }

    /// The frame, filled up or cut so that it is `wireBytes` long with its FCS.
    byte[] bytes(int wireBytes) {
        return Arrays.copyOf(bytes(), wireBytes - 4);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
