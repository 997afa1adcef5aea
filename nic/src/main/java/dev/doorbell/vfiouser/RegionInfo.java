package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.pci.MappableAreas;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// What a server tells about one region. Every size, offset and count of it is held against a bound before
/// use.
///
/// @param sizeBytes 0 where there is no such region
/// @param areas     what of it can be mapped; the descriptor in it is the client's to close
record RegionInfo(long sizeBytes, MappableAreas areas) {
    /// A region at most; PCI has BARs larger than this, cards do not.
    static final long LIMIT_BYTES = 1L << 40;

    /// A reply with its capabilities at most.
    static final int LIMIT_REPLY_BYTES = 4096;

    private static final int LIMIT_CAPABILITIES = 16;
    private static final int CAPABILITY_HEADER_BYTES = 8;

    /// Asks for a region: once for the size of the answer, and again where that holds more than the fixed
    /// part.
    static RegionInfo ask(ClientChannel channel, int region) throws IOException {
        int neededBytes = Wire.REGION_BYTES;
        int at = request(channel, region, neededBytes);
        int toldBytes = Wire.get32(channel.in(), at + (long) Wire.ARGSZ);
        if (toldBytes < Wire.REGION_BYTES || toldBytes > LIMIT_REPLY_BYTES)
            throw new IOException("region " + region + " with an answer of " + toldBytes + " bytes");
        if (toldBytes > neededBytes) {
            channel.done();
            at = request(channel, region, toldBytes);
        }
        try {
            return decode(channel, at, region);
        } finally {
            channel.done();
        }
    }

    private static int request(ClientChannel channel, int region, int argsz) throws IOException {
        int at = channel.begin(Command.DEVICE_GET_REGION_INFO, 0, Wire.REGION_BYTES);
        MemorySegment out = channel.out();
        out.asSlice(at + (long) Wire.BODY, Wire.REGION_BYTES).fill((byte) 0);
        Wire.put32(out, at + (long) Wire.ARGSZ, argsz);
        Wire.put32(out, at + (long) Wire.REGION_INDEX, region);
        int reply = channel.call(null, "DEVICE_GET_REGION_INFO");
        int bodyBytes = channel.replyBytes() - Wire.HEADER_BYTES;
        if (bodyBytes < Wire.REGION_BYTES || bodyBytes > Math.max(argsz, Wire.REGION_BYTES))
            throw new IOException("an answer of " + bodyBytes + " bytes about region " + region);
        return reply;
    }

    private static RegionInfo decode(ClientChannel channel, int at, int region) throws IOException {
        MemorySegment body =
                channel.in().asSlice(at + (long) Wire.BODY, channel.replyBytes() - (long) Wire.HEADER_BYTES);
        int flags = Wire.get32(body, Wire.ARG_FLAGS - Wire.BODY);
        long sizeBytes = Wire.get64(body, Wire.REGION_SIZE - Wire.BODY);
        if (sizeBytes < 0 || sizeBytes > LIMIT_BYTES)
            throw new IOException("region " + region + " of " + sizeBytes + " bytes");
        DescriptorList descriptors = channel.replyDescriptors();
        int mappable = Wire.REGION_MMAP | Wire.REGION_CAPS;
        if ((flags & mappable) != mappable || descriptors.size() != 1)
            return new RegionInfo(sizeBytes, MappableAreas.NONE);
        List<MappableAreas.Area> areas = areas(body, sizeBytes);
        long fileOffset = Wire.get64(body, Wire.REGION_OFFSET - Wire.BODY);
        if (areas.isEmpty() || fileOffset < 0 || (fileOffset & RequestDecoder.PAGE_MASK) != 0)
            return new RegionInfo(sizeBytes, MappableAreas.NONE);
        return new RegionInfo(sizeBytes, new MappableAreas(descriptors.take(0), fileOffset, areas));
    }

    /// Follows the chain of capabilities to the sparse areas.
    private static List<MappableAreas.Area> areas(MemorySegment body, long regionBytes) throws IOException {
        long at = Integer.toUnsignedLong(Wire.get32(body, Wire.REGION_CAPABILITIES - Wire.BODY));
        for (int i = 0; i < LIMIT_CAPABILITIES && at != 0; i++) {
            if (at < Wire.REGION_BYTES || at > body.byteSize() - CAPABILITY_HEADER_BYTES)
                throw new IOException("a capability outside its message");
            if (Wire.get16(body, at) == Wire.CAPABILITY_SPARSE_MMAP) return sparse(body, at, regionBytes);
            at = Integer.toUnsignedLong(Wire.get32(body, at + 4));
        }
        return List.of();
    }

    private static List<MappableAreas.Area> sparse(MemorySegment body, long at, long regionBytes) throws IOException {
        long room = body.byteSize() - at - Wire.SPARSE_HEADER_BYTES;
        long count = room < 0 ? 0 : Integer.toUnsignedLong(Wire.get32(body, at + 8));
        if (room < 0 || count > room / Wire.SPARSE_AREA_BYTES) throw new IOException("areas outside their message");
        List<MappableAreas.Area> areas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long entry = at + Wire.SPARSE_HEADER_BYTES + (long) i * Wire.SPARSE_AREA_BYTES;
            long offset = Wire.get64(body, entry);
            long sizeBytes = Wire.get64(body, entry + 8);
            if (offset < 0 || sizeBytes <= 0 || offset > regionBytes || sizeBytes > regionBytes - offset)
                throw new IOException("an area outside its region");
            areas.add(new MappableAreas.Area(offset, sizeBytes));
        }
        return areas;
    }
}
