package dev.doorbell.backend.pcap;

import java.io.IOException;

/// Reads the classic format (draft-ietf-opsawg-pcap): a header of 24 bytes, then per frame seconds,
/// a fraction, two lengths and the bytes. Both byte orders, microseconds or nanoseconds.
final class PcapReader extends CaptureReader {
    private static final int MAGIC_MICROSECONDS = 0xA1B2_C3D4;
    private static final int MAGIC_NANOSECONDS = 0xA1B2_3C4D;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int VERSION_MAJOR = 4;
    private static final int VERSION_MINOR = 6;
    private static final int LINK_TYPE = 20;

    // the word LINK_TYPE: type in the lower half; if the mark is set, FCS length in 16-bit units in the upper four bits
    private static final int LINK_TYPE_MASK = 0xFFFF;
    private static final int FCS_PRESENT = 1 << 26;
    private static final int FCS_SHIFT = 28;

    private static final int RECORD_HEADER_BYTES = 16;
    private static final int SECONDS = 0;
    private static final int FRACTION = 4;
    private static final int CAPTURED = 8;
    private static final int ORIGINAL = 12;

    private final long fractionNs;
    private final int fcsBytes;

    private PcapReader(CaptureWindow window, long fractionNs, int fcsBytes) {
        super(window);
        this.fractionNs = fractionNs;
        this.fcsBytes = fcsBytes;
        restart();
    }

    /// Whether a file that begins with this word, read as little-endian, is one of these.
    static boolean isMagic(int word) {
        return isMagicInOrder(word) || isMagicInOrder(Integer.reverseBytes(word));
    }

    private static boolean isMagicInOrder(int word) {
        return word == MAGIC_MICROSECONDS || word == MAGIC_NANOSECONDS;
    }

    /// Reads the header of a file that begins with such a word. The window's position is its first
    /// byte.
    ///
    /// @throws IOException with what is wrong with the header and what to do
    static PcapReader open(CaptureWindow window) throws IOException {
        window.swapped(!isMagicInOrder(window.get32(0)));
        if (window.available() < FILE_HEADER_BYTES)
            throw new IOException("ends within its header: record it again, it holds no frame");
        int major = window.get16(VERSION_MAJOR);
        int minor = window.get16(VERSION_MINOR);
        if (major != 2 || minor != 4)
            throw new IOException(
                    "has version " + major + "." + minor + " of the format: convert it to 2.4 with tcpdump -r and -w");
        int link = window.get32(LINK_TYPE);
        if ((link & LINK_TYPE_MASK) != LINKTYPE_ETHERNET)
            throw new IOException("has frames of link type " + (link & LINK_TYPE_MASK)
                    + ", not Ethernet (1): capture on an Ethernet interface");
        int fcsBytes = (link & FCS_PRESENT) == 0 ? 0 : 2 * (link >>> FCS_SHIFT);
        return new PcapReader(window, window.get32(0) == MAGIC_NANOSECONDS ? 1 : 1000, fcsBytes);
    }

    @Override
    void restart() {
        window.rewind();
        window.skip(FILE_HEADER_BYTES);
    }

    @Override
    Step look() {
        if (window.available() < RECORD_HEADER_BYTES) return Step.MORE;
        long captured = window.getUnsigned32(CAPTURED);
        if (captured > MAX_CAPTURED_BYTES) return damaged("a frame of " + captured + " bytes");
        stamped(window.getUnsigned32(SECONDS) * 1_000_000_000L + window.getUnsigned32(FRACTION) * fractionNs);
        return frame(
                RECORD_HEADER_BYTES,
                (int) captured,
                window.getUnsigned32(ORIGINAL),
                fcsBytes,
                RECORD_HEADER_BYTES + captured);
    }
}
