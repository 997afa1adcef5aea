package dev.doorbell.vfiouser;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Writes that wait to go out together, as one REGION_WRITE_MULTI that wants no reply.
final class PackedWrites {
    private final ClientChannel channel;
    private final long[] offset = new long[Wire.MULTI_LIMIT_WRITES];
    private final int[] region = new int[Wire.MULTI_LIMIT_WRITES];
    private final int[] size = new int[Wire.MULTI_LIMIT_WRITES];
    private final long[] value = new long[Wire.MULTI_LIMIT_WRITES];
    private int count;

    PackedWrites(ClientChannel channel) {
        this.channel = channel;
    }

    /// Adds a write; sends all when the message is full.
    void add(int newRegion, long newOffset, int sizeBytes, long newValue) throws IOException {
        region[count] = newRegion;
        offset[count] = newOffset;
        size[count] = sizeBytes;
        value[count] = newValue;
        count++;
        if (count == Wire.MULTI_LIMIT_WRITES) flush();
    }

    void flush() throws IOException {
        if (count == 0) return;
        int bodyBytes = Wire.MULTI_FIRST - Wire.BODY + count * Wire.MULTI_ENTRY_BYTES;
        int at = channel.begin(Command.REGION_WRITE_MULTI, Wire.FLAG_NO_REPLY, bodyBytes);
        MemorySegment out = channel.out();
        Wire.put64(out, at + (long) Wire.MULTI_COUNT, count);
        long entry = at + (long) Wire.MULTI_FIRST;
        for (int i = 0; i < count; i++) {
            Wire.put64(out, entry, offset[i]);
            Wire.put32(out, entry + Wire.MULTI_ENTRY_REGION, region[i]);
            Wire.put32(out, entry + Wire.MULTI_ENTRY_COUNT, size[i]);
            Wire.put64(out, entry + Wire.MULTI_ENTRY_DATA, 0);
            Wire.putWord(out, entry + Wire.MULTI_ENTRY_DATA, size[i], value[i]);
            entry += Wire.MULTI_ENTRY_BYTES;
        }
        count = 0;
        channel.post();
    }
}
