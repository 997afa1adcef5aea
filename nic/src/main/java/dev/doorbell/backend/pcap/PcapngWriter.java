package dev.doorbell.backend.pcap;

import dev.doorbell.frame.FrameBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Writes a pcapng file with one Ethernet interface (draft-ietf-opsawg-pcapng): a section header, an
/// interface description with nanosecond time stamps, then one enhanced packet block per frame with its
/// direction.
///
/// Little-endian, buffered; [#flush] brings everything to the file. After the first failure the writer is
/// [#failed()] and ignores what it is given: a full disk must not stop traffic. One thread; writing
/// allocates nothing per frame.
public final class PcapngWriter implements AutoCloseable {
    /// `epb_flags`: the card received it.
    public static final int INBOUND = 1;
    /// `epb_flags`: the card sent it.
    public static final int OUTBOUND = 2;
    /// Bytes gathered before the file is written.
    public static final int BUFFER_BYTES = 1 << 18;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int SECTION_HEADER = 0x0A0D_0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B_3C4D;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int OPTION_END = 0;
    private static final int OPTION_USER_APPLICATION = 4; // shb_userappl
    private static final int OPTION_INTERFACE_NAME = 2; // if_name
    private static final int OPTION_TIME_RESOLUTION = 9; // if_tsresol: 10 to the minus n
    private static final int OPTION_PACKET_FLAGS = 2; // epb_flags
    /// Block type, two lengths, interface, time stamp (2), captured and original length, flags option,
    /// end of options.
    private static final int PACKET_OVERHEAD_BYTES = 8 + 20 + 8 + 4 + 4;
    private static final int MAX_TEXT_BYTES = 255;

    private final FileChannel file;
    private final int maxBytes;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
    private final ByteBuffer bufferView = buffer.asByteBuffer();
    private int used;
    private boolean failed;

    /// Creates or empties the file and writes its headers.
    ///
    /// @param interfaceName shown by readers
    /// @param maxBytes      bytes of a frame that are kept, 1 or more
    public static PcapngWriter create(Path path, String interfaceName, int maxBytes) throws IOException {
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        PcapngWriter writer = new PcapngWriter(file, Math.min(maxBytes, BUFFER_BYTES - PACKET_OVERHEAD_BYTES - 4));
        writer.headers(interfaceName);
        writer.flush();
        if (writer.failed) {
            writer.close();
            throw new IOException(path + ": cannot be written");
        }
        return writer;
    }

    private PcapngWriter(FileChannel file, int maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /// Whether a write failed; nothing is recorded any more.
    public boolean failed() {
        return failed;
    }

    /// Appends one frame.
    ///
    /// @param timeNs    nanoseconds since 1970
    /// @param direction [#INBOUND] or [#OUTBOUND]
    public void frame(long timeNs, int direction, FrameBatch batch, int frame) {
        if (failed) return;
        int original = batch.lengthBytes(frame);
        int captured = Math.min(original, maxBytes);
        int padded = (captured + 3) & ~3;
        int total = PACKET_OVERHEAD_BYTES + padded;
        if (BUFFER_BYTES - used < total) flush();
        if (failed) return;
        int begin = begin(ENHANCED_PACKET);
        put32(0); // the only interface
        put32((int) (timeNs >>> 32));
        put32((int) timeNs);
        put32(captured);
        put32(original);
        batch.copyTo(frame, 0, captured, buffer, used);
        pad(captured);
        put16(OPTION_PACKET_FLAGS);
        put16(4);
        put32(direction);
        put32(OPTION_END);
        end(begin);
        assert used - begin == total : "PACKET_OVERHEAD_BYTES is wrong";
    }

    /// Writes what is buffered to the file.
    public void flush() {
        if (failed || used == 0) return;
        bufferView.clear().limit(used);
        try {
            while (bufferView.hasRemaining()) file.write(bufferView); // bounded: each call writes or fails
            used = 0;
        } catch (IOException e) {
            failed = true;
        }
    }

    /// Flushes and closes. Idempotent.
    @Override
    public void close() {
        flush();
        try {
            file.close();
        } catch (IOException e) {
            failed = true;
        }
    }

    private void headers(String interfaceName) {
        int section = begin(SECTION_HEADER);
        put32(BYTE_ORDER_MAGIC);
        put16(1); // version 1.0
        put16(0);
        put32(-1); // length of the section: not given
        put32(-1);
        text(OPTION_USER_APPLICATION, "Doorbell");
        put32(OPTION_END);
        end(section);
        int description = begin(INTERFACE_DESCRIPTION);
        put16(LINKTYPE_ETHERNET);
        put16(0);
        put32(maxBytes);
        text(OPTION_INTERFACE_NAME, interfaceName);
        put16(OPTION_TIME_RESOLUTION);
        put16(1);
        put32(9);
        put32(OPTION_END);
        end(description);
    }

    private int begin(int type) {
        int begin = used;
        put32(type);
        put32(0); // the length, set by end()
        return begin;
    }

    private void end(int begin) {
        int total = used + 4 - begin;
        buffer.set(LE32, begin + 4L, total);
        put32(total);
    }

    private void text(int option, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT_BYTES);
        put16(option);
        put16(length);
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, used, length);
        pad(length);
    }

    /// Steps over `length` bytes already in the buffer and fills up to a multiple of four with zeros.
    private void pad(int length) {
        int padding = -length & 3;
        used += length;
        for (int i = 0; i < padding; i++) buffer.set(ValueLayout.JAVA_BYTE, used + i, (byte) 0);
        used += padding;
    }

    private void put16(int value) {
        buffer.set(LE16, used, (short) value);
        used += 2;
    }

    private void put32(int value) {
        buffer.set(LE32, used, value);
        used += 4;
    }
}
