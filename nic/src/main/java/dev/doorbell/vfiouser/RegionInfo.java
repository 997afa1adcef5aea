package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.FileStatus;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.RegionCapabilities;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
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
        return new RegionInfo(sizeBytes, mappable(body, region, sizeBytes, descriptors));
    }

    /// The areas that can be mapped. The descriptor is taken once nothing is wrong with them any more.
    private static MappableAreas mappable(MemorySegment body, int region, long sizeBytes, DescriptorList descriptors)
            throws IOException {
        List<MappableAreas.Area> areas;
        try {
            int first = Wire.get32(body, Wire.REGION_CAPABILITIES - Wire.BODY);
            areas = RegionCapabilities.mappable(body, Wire.REGION_BYTES, first, sizeBytes);
        } catch (RegionCapabilities.BadChainException bad) {
            throw new IOException("region " + region + " with " + bad.getMessage());
        }
        if (areas.isEmpty()) return MappableAreas.NONE;
        long fileOffset = Wire.get64(body, Wire.REGION_OFFSET - Wire.BODY);
        if (fileOffset < 0 || (fileOffset & RequestDecoder.PAGE_MASK) != 0 || fileOffset > LIMIT_BYTES)
            throw new IOException("region " + region + " to be mapped at 0x" + Long.toHexString(fileOffset)
                    + " of its file, where no page starts");
        long endBytes = fileOffset + areas.getLast().offset() + areas.getLast().sizeBytes();
        if (!keepsLength(region, descriptors.get(0), endBytes)) return MappableAreas.NONE;
        return new MappableAreas(descriptors.take(0), fileOffset, areas);
    }

    /// Whether a file may be mapped: touching what is not there any more would be a SIGBUS, which Java tells
    /// too late for the access that it belongs to. So one that its server could still cut shorter (no
    /// F_SEAL_SHRINK) is left to messages. What is no file (a device) has no length; whether it can be mapped
    /// is the kernel's to say.
    ///
    /// @throws IOException when it ends before the areas do
    private static boolean keepsLength(int region, int fd, long endBytes) throws IOException {
        FileStatus status = new FileStatus();
        SystemCallException.check("statx(2) of region " + region, Files.status(fd, status));
        if (!status.isRegular()) return true;
        if (status.sizeBytes < endBytes)
            throw new IOException(
                    "region " + region + " with areas up to byte " + endBytes + " of a file of " + status.sizeBytes);
        int seals = Files.seals(fd);
        return seals >= 0 && (seals & Files.F_SEAL_SHRINK) != 0;
    }
}
