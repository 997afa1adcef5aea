package dev.doorbell.vfiouser;

import dev.doorbell.pci.PciFunction;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Accesses to a function's regions, decoded in place: one object, filled again for every message, so that
/// the hot commands allocate nothing.
final class RegionAccess {
    private final PciFunction function;
    private final long[] sizes = new long[PciFunction.REGION_COUNT];

    /// Bytes from the start of the region.
    long offset;

    int region;
    int count;

    RegionAccess(PciFunction function) {
        this.function = function;
        for (int i = 0; i < sizes.length; i++) sizes[i] = function.regionSizeBytes(i);
    }

    /// Reads and judges the body of a REGION_READ or REGION_WRITE.
    ///
    /// @param size  of the message, header included
    /// @param write whether data follows the body, as many bytes as it counts
    /// @return null when the access may be made
    @Nullable
    Refusal fetch(MemorySegment message, long at, int size, boolean write) {
        if (size < Wire.HEADER_BYTES + Wire.ACCESS_BYTES) return Refusal.BAD_SIZE;
        offset = Wire.get64(message, at + Wire.ACCESS_OFFSET);
        region = Wire.get32(message, at + Wire.ACCESS_REGION);
        count = Wire.get32(message, at + Wire.ACCESS_COUNT);
        if (count < 0 || count > Wire.MAX_TRANSFER_BYTES) return Refusal.BAD_SIZE;
        if (size - (Wire.HEADER_BYTES + Wire.ACCESS_BYTES) != (write ? count : 0)) return Refusal.BAD_SIZE;
        return judge();
    }

    /// Reads and judges one write of a REGION_WRITE_MULTI.
    @Nullable
    Refusal fetchPacked(MemorySegment message, long at) {
        offset = Wire.get64(message, at);
        region = Wire.get32(message, at + Wire.MULTI_ENTRY_REGION);
        count = Wire.get32(message, at + Wire.MULTI_ENTRY_COUNT);
        if (count < 0 || count > Wire.MULTI_DATA_BYTES) return Refusal.BAD_SIZE;
        return judge();
    }

    private @Nullable Refusal judge() {
        if (region < 0 || region >= sizes.length) return Refusal.BAD_INDEX;
        long left = sizes[region] - count;
        return offset < 0 || offset > left ? Refusal.BAD_RANGE : null;
    }

    /// Makes the reads: one when the count is that of a word in its place, else a row of words.
    void read(MemorySegment target, long at) {
        int done = 0;
        while (done < count) { // each pass moves a byte or more
            int word = word(offset + done, count - done);
            Wire.putWord(target, at + done, word, function.read(region, offset + done, word));
            done += word;
        }
    }

    /// Makes the writes, as [#read] does.
    void write(MemorySegment source, long at) {
        int done = 0;
        while (done < count) { // each pass moves a byte or more
            int word = word(offset + done, count - done);
            function.write(region, offset + done, word, Wire.getWord(source, at + done, word));
            done += word;
        }
    }

    /// The next word: as large as the place and the rest allow; in a row no larger than a PCI bus would
    /// make it.
    private int word(long place, int left) {
        if (count == 8 && left == 8 && (place & 7) == 0) return 8;
        if (left >= 4 && (place & 3) == 0) return 4;
        if (left >= 2 && (place & 1) == 0) return 2;
        return 1;
    }
}
