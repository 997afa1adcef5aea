package dev.doorbell.backend.pcap;

import java.io.IOException;

/// Reads pcapng (draft-ietf-opsawg-pcapng): sections of either byte order, each with its
/// interfaces; enhanced, simple and the older packet blocks. Blocks of other types are skipped.
final class PcapngReader extends CaptureReader {
    /// Longest block that is believed; a longer one is damage. Other readers draw the line there, too.
    static final int MAX_BLOCK_BYTES = 16 << 20;

    private static final int SECTION_HEADER = 0x0A0D_0D0A; // the same in both byte orders
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1A2B_3C4D;
    private static final int TYPE = 0;
    private static final int LENGTH = 4;
    private static final int BODY = 8;
    private static final int BLOCK_OVERHEAD_BYTES = 12; // type, length, and the length again
    private static final int SECTION_VERSION_MAJOR = BODY + 4;
    private static final int SECTION_BYTES = 28;

    // enhanced packet: interface, time stamp in two halves, lengths, bytes; the older one with a count of drops
    private static final int PACKET_INTERFACE = 8;
    private static final int PACKET_TIME_HIGH = 12;
    private static final int PACKET_TIME_LOW = 16;
    private static final int PACKET_CAPTURED = 20;
    private static final int PACKET_ORIGINAL = 24;
    private static final int PACKET_DATA = 28;
    private static final int SIMPLE_ORIGINAL = 8;
    private static final int SIMPLE_DATA = 12;

    private final PcapngInterfaces interfaces = new PcapngInterfaces();

    private PcapngReader(CaptureWindow window) {
        super(window);
    }

    /// Whether a file that begins with this word is one of these.
    static boolean isMagic(int word) {
        return word == SECTION_HEADER;
    }

    /// Reads up to the first frame, to find out whether there are any that can be played, and goes
    /// back.
    ///
    /// @throws IOException with what is wrong with the file and what to do
    static PcapngReader open(CaptureWindow window) throws IOException {
        PcapngReader reader = new PcapngReader(window);
        Step step = reader.look();
        while (step == Step.MORE && window.offset() + window.available() <= MAX_BLOCK_BYTES && window.refill() > 0)
            step = reader.look();
        if (step == Step.DAMAGED)
            throw new IOException("is damaged, " + reader.damage() + ": record it again or repair it with editcap");
        if (reader.interfaces.count() == 0 && step == Step.MORE)
            throw new IOException("ends before it describes an interface: record it again, it holds no frame");
        reader.refuseOtherLinks();
        reader.restart();
        return reader;
    }

    private void refuseOtherLinks() throws IOException {
        for (int i = 0; i < interfaces.count(); i++) if (interfaces.linkType(i) == LINKTYPE_ETHERNET) return;
        if (interfaces.count() > 0)
            throw new IOException("has frames of link type " + interfaces.linkType(0)
                    + ", not Ethernet (1): capture on an Ethernet interface");
    }

    @Override
    void restart() {
        window.rewind();
        interfaces.clear();
    }

    @Override
    Step look() {
        while (window.available() >= BLOCK_OVERHEAD_BYTES) { // each turn but the last skips a block
            int type = window.get32(TYPE);
            if (type == SECTION_HEADER && !readByteOrder()) return damaged("a section without byte order");
            long length = window.getUnsigned32(LENGTH);
            if (length < BLOCK_OVERHEAD_BYTES || (length & 3) != 0 || length > MAX_BLOCK_BYTES)
                return damaged("a block of " + length + " bytes");
            if (length > CaptureWindow.WINDOW_BYTES) {
                if (isPacket(type)) return unwanted(Step.TOO_LONG, length);
                if (type == SECTION_HEADER || type == INTERFACE_DESCRIPTION)
                    return damaged("a description of " + length + " bytes");
                window.skip(length);
                continue;
            }
            if (window.available() < length) return Step.MORE;
            if (window.getUnsigned32((int) length - 4) != length) return damaged("a block with two lengths");
            Step step = block(type, (int) length);
            if (step != Step.MORE) return step;
            window.skip(length);
        }
        return Step.MORE;
    }

    private static boolean isPacket(int type) {
        return type == ENHANCED_PACKET || type == SIMPLE_PACKET || type == OLD_PACKET;
    }

    private boolean readByteOrder() {
        window.swapped(false);
        if (window.get32(BODY) == BYTE_ORDER_MAGIC) return true;
        window.swapped(true);
        return window.get32(BODY) == BYTE_ORDER_MAGIC;
    }

    /// Takes a whole block.
    ///
    /// @return MORE when it is done with
    private Step block(int type, int length) {
        return switch (type) {
            case SECTION_HEADER -> {
                if (length < SECTION_BYTES) yield damaged("a section header of " + length + " bytes");
                int major = window.get16(SECTION_VERSION_MAJOR);
                if (major != 1) yield damaged("a section of version " + major);
                interfaces.clear();
                yield Step.MORE;
            }
            case INTERFACE_DESCRIPTION -> {
                if (interfaces.isFull()) yield damaged("interface number " + PcapngInterfaces.MAX_INTERFACES);
                if (!interfaces.add(window, BODY, length - BLOCK_OVERHEAD_BYTES))
                    yield damaged("an interface that its block cuts off");
                yield Step.MORE;
            }
            case ENHANCED_PACKET -> packet(length, window.getUnsigned32(PACKET_INTERFACE));
            case OLD_PACKET -> packet(length, window.get16(PACKET_INTERFACE));
            case SIMPLE_PACKET -> simplePacket(length);
            default -> Step.MORE;
        };
    }

    private Step packet(int length, long index) {
        int room = length - PACKET_DATA - 4;
        if (room < 0) return damaged("a frame that its block cuts off");
        long captured = window.getUnsigned32(PACKET_CAPTURED);
        if (captured > room) return damaged("a frame that its block cuts off");
        if (index >= interfaces.count()) return damaged("a frame of interface " + index + ", which is not described");
        int link = (int) index;
        if (interfaces.linkType(link) != LINKTYPE_ETHERNET) return unwanted(Step.OTHER_LINK, length);
        long ticks = window.getUnsigned32(PACKET_TIME_HIGH) << 32 | window.getUnsigned32(PACKET_TIME_LOW);
        stamped(interfaces.timeNs(link, ticks));
        long original = window.getUnsigned32(PACKET_ORIGINAL);
        return frame(PACKET_DATA, (int) captured, original, interfaces.fcsBytes(link), length);
    }

    private Step simplePacket(int length) {
        int room = length - SIMPLE_DATA - 4;
        if (room < 0) return damaged("a frame that its block cuts off");
        if (interfaces.count() == 0) return damaged("a frame of interface 0, which is not described");
        if (interfaces.linkType(0) != LINKTYPE_ETHERNET) return unwanted(Step.OTHER_LINK, length);
        long original = window.getUnsigned32(SIMPLE_ORIGINAL);
        long kept = interfaces.snapBytes(0) == 0 ? original : Math.min(original, interfaces.snapBytes(0));
        if (kept > room) return damaged("a frame that its block cuts off");
        unstamped();
        return frame(SIMPLE_DATA, (int) kept, original, interfaces.fcsBytes(0), length);
    }
}
