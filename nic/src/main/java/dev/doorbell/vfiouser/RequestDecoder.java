package dev.doorbell.vfiouser;

import dev.doorbell.memory.DmaTable;
import dev.doorbell.vfiouser.Request.Refused;
import java.lang.foreign.MemorySegment;

/// Bytes of a peer to a [Request]: no side effects, never throws on them. What depends on the device (how
/// many regions and vectors there are) is judged by whoever acts.
final class RequestDecoder {
    /// The page of `pgsizes` 4096: ranges and file offsets are multiples of it.
    static final long PAGE_MASK = 4095;

    private RequestDecoder() {}

    /// Decodes one message.
    ///
    /// @param message     the whole message with its header, as long as its size field says
    /// @param descriptors how many descriptors came with it
    static Request decode(MemorySegment message, int descriptors) {
        return switch (Wire.get16(message, Wire.COMMAND)) {
            case Command.VERSION -> version(message);
            case Command.DMA_MAP -> dmaMap(message, descriptors);
            case Command.DMA_UNMAP -> dmaUnmap(message);
            case Command.DEVICE_GET_INFO -> deviceInfo(message);
            case Command.DEVICE_GET_REGION_INFO -> regionInfo(message);
            case Command.DEVICE_GET_REGION_IO_FDS -> regionIoFds(message);
            case Command.DEVICE_GET_IRQ_INFO -> irqInfo(message);
            case Command.DEVICE_SET_IRQS -> setIrqs(message, descriptors);
            case Command.DEVICE_RESET -> bodyBytes(message) == 0 ? new Request.Reset() : new Refused(Refusal.BAD_SIZE);
            case Command.DEVICE_FEATURE -> deviceFeature(message);
            case Command.DIRTY_PAGES,
                    Command.MIGRATION_DATA_READ,
                    Command.MIGRATION_DATA_WRITE,
                    Command.MIGRATION_PRECOPY_INFO -> new Refused(Refusal.UNSUPPORTED);
            default -> new Refused(Refusal.UNKNOWN_COMMAND);
        };
    }

    /// Whether the message at `at` of `bytes` is SET_IRQS with NONE, UNMASK for the line and nothing
    /// else; when it is, [#decode] would find no fault with it.
    static boolean isLineUnmask(MemorySegment bytes, long at, int size) {
        return size == Wire.HEADER_BYTES + Wire.SET_IRQS_BYTES
                && Integer.compareUnsigned(Wire.get32(bytes, at + Wire.ARGSZ), Wire.SET_IRQS_BYTES) >= 0
                && Wire.get32(bytes, at + Wire.ARG_FLAGS) == (Wire.DATA_NONE | Wire.ACTION_UNMASK)
                && Wire.get32(bytes, at + Wire.IRQ_INDEX) == 0
                && Wire.get32(bytes, at + Wire.SET_IRQS_START) == 0
                && Wire.get32(bytes, at + Wire.SET_IRQS_COUNT) == 1;
    }

    private static int bodyBytes(MemorySegment message) {
        return (int) message.byteSize() - Wire.HEADER_BYTES;
    }

    /// Whether the body ends before its fixed part, or claims to: argsz counts the fixed part at least.
    private static boolean shorter(MemorySegment message, int fixedBytes) {
        return bodyBytes(message) < fixedBytes
                || Integer.compareUnsigned(Wire.get32(message, Wire.ARGSZ), fixedBytes) < 0;
    }

    private static Request version(MemorySegment message) {
        if (bodyBytes(message) < Wire.VERSION_DATA - Wire.BODY) return new Refused(Refusal.BAD_SIZE);
        int major = Wire.get16(message, Wire.VERSION_MAJOR);
        if (major != Capabilities.MAJOR) return new Refused(Refusal.BAD_VERSION);
        Capabilities capabilities = Capabilities.parse(message.asSlice(Wire.VERSION_DATA));
        if (capabilities == null) return new Refused(Refusal.BAD_VERSION);
        return new Request.Version(major, Wire.get16(message, Wire.VERSION_MINOR), capabilities);
    }

    private static Request dmaMap(MemorySegment message, int descriptors) {
        if (shorter(message, Wire.MAP_BYTES) || bodyBytes(message) != Wire.MAP_BYTES)
            return new Refused(Refusal.BAD_SIZE);
        int flags = Wire.get32(message, Wire.ARG_FLAGS);
        if ((flags & Wire.MAP_FILE_IO) != 0) return new Refused(Refusal.UNSUPPORTED);
        if ((flags & ~(Wire.MAP_READ | Wire.MAP_WRITE | Wire.MAP_MMAP)) != 0) return new Refused(Refusal.BAD_FLAGS);
        int access = ((flags & Wire.MAP_READ) != 0 ? DmaTable.READ : 0)
                | ((flags & Wire.MAP_WRITE) != 0 ? DmaTable.WRITE : 0);
        if (access == 0) return new Refused(Refusal.BAD_FLAGS);
        if (descriptors > 1 || (descriptors == 0 && (flags & Wire.MAP_MMAP) != 0))
            return new Refused(Refusal.BAD_DESCRIPTORS);
        long iova = Wire.get64(message, Wire.MAP_ADDRESS);
        long sizeBytes = Wire.get64(message, Wire.MAP_SIZE);
        if (!isRange(iova, sizeBytes)) return new Refused(Refusal.BAD_RANGE);
        long offset = Wire.get64(message, Wire.MAP_OFFSET);
        if (descriptors == 1 && (offset < 0 || (offset & PAGE_MASK) != 0)) return new Refused(Refusal.BAD_RANGE);
        return new Request.DmaMap(iova, sizeBytes, offset, access);
    }

    private static Request dmaUnmap(MemorySegment message) {
        if (shorter(message, Wire.UNMAP_BYTES)) return new Refused(Refusal.BAD_SIZE);
        int flags = Wire.get32(message, Wire.ARG_FLAGS);
        if ((flags & Wire.UNMAP_DIRTY_BITMAP) != 0) return new Refused(Refusal.UNSUPPORTED);
        if ((flags & ~Wire.UNMAP_ALL) != 0) return new Refused(Refusal.BAD_FLAGS);
        if (bodyBytes(message) != Wire.UNMAP_BYTES) return new Refused(Refusal.BAD_SIZE);
        long iova = Wire.get64(message, Wire.UNMAP_ADDRESS);
        long sizeBytes = Wire.get64(message, Wire.UNMAP_SIZE);
        if ((flags & Wire.UNMAP_ALL) != 0)
            return iova == 0 && sizeBytes == 0 ? new Request.DmaUnmapAll() : new Refused(Refusal.BAD_RANGE);
        return isRange(iova, sizeBytes) ? new Request.DmaUnmap(iova, sizeBytes) : new Refused(Refusal.BAD_RANGE);
    }

    /// Whole pages, at least one, that end at the top of the space at the latest.
    private static boolean isRange(long iova, long sizeBytes) {
        return sizeBytes != 0
                && ((iova | sizeBytes) & PAGE_MASK) == 0
                && Long.compareUnsigned(iova + sizeBytes - 1, iova) > 0;
    }

    private static Request deviceInfo(MemorySegment message) {
        return shorter(message, Wire.DEVICE_BYTES) ? new Refused(Refusal.BAD_SIZE) : new Request.DeviceInfo();
    }

    private static Request regionInfo(MemorySegment message) {
        if (shorter(message, Wire.REGION_BYTES)) return new Refused(Refusal.BAD_SIZE);
        return new Request.RegionInfo(Wire.get32(message, Wire.REGION_INDEX), Wire.get32(message, Wire.ARGSZ));
    }

    private static Request regionIoFds(MemorySegment message) {
        if (shorter(message, Wire.IO_FDS_BYTES)
                || Integer.compareUnsigned(Wire.get32(message, Wire.ARGSZ), Wire.MAX_TRANSFER_BYTES) > 0)
            return new Refused(Refusal.BAD_SIZE);
        if (Wire.get32(message, Wire.ARG_FLAGS) != 0) return new Refused(Refusal.BAD_FLAGS);
        if (Wire.get32(message, Wire.IO_FDS_COUNT) != 0) return new Refused(Refusal.BAD_SIZE);
        return new Request.RegionIoFds(Wire.get32(message, Wire.IO_FDS_INDEX));
    }

    private static Request irqInfo(MemorySegment message) {
        if (shorter(message, Wire.IRQ_INFO_BYTES)) return new Refused(Refusal.BAD_SIZE);
        return new Request.IrqInfo(Wire.get32(message, Wire.IRQ_INDEX));
    }

    private static Request setIrqs(MemorySegment message, int descriptors) {
        if (shorter(message, Wire.SET_IRQS_BYTES)) return new Refused(Refusal.BAD_SIZE);
        int flags = Wire.get32(message, Wire.ARG_FLAGS);
        int data = flags & Wire.DATA_MASK;
        int action = flags & Wire.ACTION_BITS;
        if ((flags & ~(Wire.DATA_MASK | Wire.ACTION_BITS)) != 0
                || Integer.bitCount(data) != 1
                || Integer.bitCount(action) != 1) return new Refused(Refusal.BAD_FLAGS);
        int index = Wire.get32(message, Wire.IRQ_INDEX);
        int start = Wire.get32(message, Wire.SET_IRQS_START);
        int count = Wire.get32(message, Wire.SET_IRQS_COUNT);
        if (start < 0 || count < 0 || start + count < 0) return new Refused(Refusal.BAD_INDEX);
        if (count == 0 && (start != 0 || data != Wire.DATA_NONE || action != Wire.ACTION_TRIGGER))
            return new Refused(Refusal.BAD_SIZE);
        boolean eventfds = data == Wire.DATA_EVENTFD;
        if (descriptors != 0 && (!eventfds || descriptors != count)) return new Refused(Refusal.BAD_DESCRIPTORS);
        int dataBytes = bodyBytes(message) - Wire.SET_IRQS_BYTES;
        if (data == Wire.DATA_BOOL && dataBytes != count) return new Refused(Refusal.BAD_SIZE);
        MemorySegment booleans =
                data == Wire.DATA_BOOL ? message.asSlice(Wire.SET_IRQS_DATA, count) : MemorySegment.NULL;
        return new Request.SetIrqs(index, start, count, data, action, booleans);
    }

    /// All features there are belong to migration, which is not offered.
    private static Request deviceFeature(MemorySegment message) {
        return new Refused(shorter(message, Wire.FEATURE_BYTES) ? Refusal.BAD_SIZE : Refusal.UNSUPPORTED);
    }
}
