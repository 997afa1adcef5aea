package dev.doorbell.vfiouser;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The bytes of the protocol: offsets, sizes and flags, and accessors that judge nothing. Everything is
/// little-endian and may lie at any address. Offsets of a body count from the message's first byte.
final class Wire {
    // The header of every message.
    static final int ID = 0; // 16 bits, belongs to the sender of the request, echoed in the reply
    static final int COMMAND = 2; // 16 bits
    static final int SIZE = 4; // of the whole message with this header
    static final int FLAGS = 8;
    static final int ERROR = 12; // errno, valid with FLAG_ERROR
    static final int HEADER_BYTES = 16;
    static final int BODY = HEADER_BYTES;

    static final int TYPE_MASK = 0xF;
    static final int TYPE_REQUEST = 0;
    static final int TYPE_REPLY = 1;
    static final int FLAG_NO_REPLY = 0x10;
    static final int FLAG_ERROR = 0x20;

    // Bodies that open with argsz, flags: struct sizes of linux/vfio.h.
    static final int ARGSZ = BODY;
    static final int ARG_FLAGS = BODY + 4;

    static final int VERSION_MAJOR = BODY;
    static final int VERSION_MINOR = BODY + 2;
    static final int VERSION_DATA = BODY + 4; // JSON with its terminating NUL

    static final int MAP_OFFSET = BODY + 8;
    static final int MAP_ADDRESS = BODY + 16;
    static final int MAP_SIZE = BODY + 24;
    static final int MAP_BYTES = 32;
    static final int MAP_READ = 1;
    static final int MAP_WRITE = 2;
    static final int MAP_MMAP = 4; // libvfio-user: the descriptor is to be mapped, as it is anyway
    static final int MAP_FILE_IO = 8; // libvfio-user: the descriptor is to be read and written, not mapped

    static final int UNMAP_ADDRESS = BODY + 8;
    static final int UNMAP_SIZE = BODY + 16;
    static final int UNMAP_BYTES = 24;
    static final int UNMAP_DIRTY_BITMAP = 1;
    static final int UNMAP_ALL = 2;

    static final int DEVICE_REGIONS = BODY + 8;
    static final int DEVICE_IRQS = BODY + 12;
    static final int DEVICE_BYTES = 16;
    static final int DEVICE_RESET = 1;
    static final int DEVICE_PCI = 2;

    static final int REGION_INDEX = BODY + 8;
    static final int REGION_CAPABILITIES = BODY + 12; // offset of the chain from the start of the body, 0: none
    static final int REGION_SIZE = BODY + 16;
    static final int REGION_OFFSET = BODY + 24; // for mmap of the region's descriptor
    static final int REGION_BYTES = 32;
    static final int REGION_READ = 1;
    static final int REGION_WRITE = 2;
    static final int REGION_MMAP = 4;
    static final int REGION_CAPS = 8;

    // A capability: id, version (16 bits each), offset of the next; then, for sparse mmap, count, reserved,
    // areas.
    static final int CAPABILITY_SPARSE_MMAP = 1;
    static final int SPARSE_HEADER_BYTES = 16;
    static final int SPARSE_AREA_BYTES = 16; // offset, size

    static final int IO_FDS_INDEX = BODY + 8;
    static final int IO_FDS_COUNT = BODY + 12;
    static final int IO_FDS_BYTES = 16;

    static final int IRQ_INDEX = BODY + 8;
    static final int IRQ_COUNT = BODY + 12;
    static final int IRQ_INFO_BYTES = 16;
    static final int IRQ_EVENTFD = 1;
    static final int IRQ_MASKABLE = 2;
    static final int IRQ_AUTOMASKED = 4;

    static final int SET_IRQS_START = BODY + 12;
    static final int SET_IRQS_COUNT = BODY + 16;
    static final int SET_IRQS_DATA = BODY + 20;
    static final int SET_IRQS_BYTES = 20;
    static final int DATA_NONE = 1;
    static final int DATA_BOOL = 2;
    static final int DATA_EVENTFD = 4;
    static final int DATA_MASK = 7;
    static final int ACTION_MASK = 0x08;
    static final int ACTION_UNMASK = 0x10;
    static final int ACTION_TRIGGER = 0x20;
    static final int ACTION_BITS = 0x38;

    static final int ACCESS_OFFSET = BODY;
    static final int ACCESS_REGION = BODY + 8;
    static final int ACCESS_COUNT = BODY + 12;
    static final int ACCESS_DATA = BODY + 16;
    static final int ACCESS_BYTES = 16;

    static final int MULTI_COUNT = BODY; // 64 bits
    static final int MULTI_FIRST = BODY + 8;
    static final int MULTI_ENTRY_BYTES = 24; // offset, region, count, 8 bytes of data
    static final int MULTI_ENTRY_REGION = 8;
    static final int MULTI_ENTRY_COUNT = 12;
    static final int MULTI_ENTRY_DATA = 16;
    static final int MULTI_DATA_BYTES = 8;

    /// Writes that one message may pack.
    static final int MULTI_LIMIT_WRITES = 200;

    static final int DMA_ADDRESS = BODY;
    static final int DMA_COUNT = BODY + 8; // 64 bits
    static final int DMA_DATA = BODY + 16;
    static final int DMA_BYTES = 16;

    static final int FEATURE_BYTES = 8;

    /// Bytes of data that one message may carry, either way; what we announce.
    static final int MAX_TRANSFER_BYTES = 1 << 20;

    /// Largest message: the largest transfer under the longest header before it.
    static final int MAX_MESSAGE_BYTES = MAX_TRANSFER_BYTES + ACCESS_DATA;

    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Wire() {}

    static int get8(MemorySegment bytes, long at) {
        return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    static int get16(MemorySegment bytes, long at) {
        return bytes.get(LE16, at) & 0xFFFF;
    }

    static int get32(MemorySegment bytes, long at) {
        return bytes.get(LE32, at);
    }

    static long get64(MemorySegment bytes, long at) {
        return bytes.get(LE64, at);
    }

    static void put16(MemorySegment bytes, long at, int value) {
        bytes.set(LE16, at, (short) value);
    }

    static void put32(MemorySegment bytes, long at, int value) {
        bytes.set(LE32, at, value);
    }

    static void put64(MemorySegment bytes, long at, long value) {
        bytes.set(LE64, at, value);
    }

    static void putHeader(MemorySegment bytes, long at, int id, int command, int size, int flags, int error) {
        put16(bytes, at + ID, id);
        put16(bytes, at + COMMAND, command);
        put32(bytes, at + SIZE, size);
        put32(bytes, at + FLAGS, flags);
        put32(bytes, at + ERROR, error);
    }

    /// Reads 1, 2, 4 or 8 bytes as an unsigned number.
    static long getWord(MemorySegment bytes, long at, int sizeBytes) {
        return switch (sizeBytes) {
            case 1 -> get8(bytes, at);
            case 2 -> get16(bytes, at);
            case 4 -> Integer.toUnsignedLong(get32(bytes, at));
            default -> get64(bytes, at);
        };
    }

    static void putWord(MemorySegment bytes, long at, int sizeBytes, long value) {
        switch (sizeBytes) {
            case 1 -> bytes.set(ValueLayout.JAVA_BYTE, at, (byte) value);
            case 2 -> put16(bytes, at, (int) value);
            case 4 -> put32(bytes, at, (int) value);
            default -> put64(bytes, at, value);
        }
    }
}
