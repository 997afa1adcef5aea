package dev.doorbell.vfio;

import static dev.doorbell.linux.vfio.Vfio.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.vfio.VfioCalls;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.pci.RegionCapabilities;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a region lies in the function's file, and what of it can be mapped. Judged before use, as an
/// answer of a peer is.
///
/// @param sizeBytes  0 where there is no such region
/// @param fileOffset of its first byte
/// @param areas      descriptor and areas; the descriptor is the function's own
record VfioRegion(long sizeBytes, long fileOffset, MappableAreas areas) {
    static final VfioRegion NONE = new VfioRegion(0, 0, MappableAreas.NONE);

    /// A region at most; PCI has BARs larger than this, cards do not.
    static final long LIMIT_BYTES = 1L << 40;

    private static final int LIMIT_INFO_BYTES = 4096;
    private static final long PAGE_MASK = 4095;

    /// Asks for a region: for the size of the answer first, and again where that has more than the fixed
    /// part.
    static VfioRegion ask(VfioCalls calls, int device, int region) throws VfioException, SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = request(calls, device, region, arena, REGION_INFO_BYTES);
            if (info == null) return NONE;
            int neededBytes = info.get(JAVA_INT, ARGSZ);
            if (neededBytes < REGION_INFO_BYTES || neededBytes > LIMIT_INFO_BYTES)
                throw new VfioException(
                        "VFIO has " + Integer.toUnsignedLong(neededBytes) + " bytes to say about region " + region
                                + ", expected " + REGION_INFO_BYTES + " to " + LIMIT_INFO_BYTES);
            if (neededBytes > REGION_INFO_BYTES) info = request(calls, device, region, arena, neededBytes);
            return info == null ? NONE : decode(info, device, region);
        }
    }

    private static @Nullable MemorySegment request(VfioCalls calls, int device, int region, Arena arena, int argsz)
            throws SystemCallException {
        MemorySegment info = VfioGroup.struct(arena, argsz);
        info.set(JAVA_INT, REGION_INFO_INDEX, region);
        int result = calls.ioctl(device, DEVICE_GET_REGION_INFO, info);
        // No VGA region, and on some kernels no ROM region, is an error rather than a size of 0.
        if (result < 0 && region >= PciFunction.REGION_ROM && region != PciFunction.REGION_CONFIG) return null;
        SystemCallException.check("ioctl(2) VFIO_DEVICE_GET_REGION_INFO " + region, result);
        return info;
    }

    private static VfioRegion decode(MemorySegment info, int device, int region) throws VfioException {
        int flags = info.get(JAVA_INT, FLAGS);
        long sizeBytes = info.get(JAVA_LONG, REGION_INFO_SIZE);
        long fileOffset = info.get(JAVA_LONG, REGION_INFO_OFFSET);
        if (sizeBytes < 0 || sizeBytes > LIMIT_BYTES)
            throw new VfioException("region " + region + " of " + Long.toUnsignedString(sizeBytes) + " bytes");
        if (fileOffset < 0 || fileOffset > Long.MAX_VALUE - sizeBytes)
            throw new VfioException("region " + region + " at 0x" + Long.toHexString(fileOffset) + " of its file");
        return new VfioRegion(sizeBytes, fileOffset, areas(info, device, region, flags, sizeBytes, fileOffset));
    }

    private static MappableAreas areas(
            MemorySegment info, int device, int region, int flags, long sizeBytes, long fileOffset)
            throws VfioException {
        if ((flags & REGION_FLAG_MMAP) == 0 || sizeBytes == 0) return MappableAreas.NONE;
        if ((fileOffset & PAGE_MASK) != 0)
            throw new VfioException("region " + region + " to be mapped at 0x" + Long.toHexString(fileOffset)
                    + " of its file, where no page starts");
        List<MappableAreas.Area> areas = List.of();
        int first = (flags & REGION_FLAG_CAPS) == 0 ? 0 : info.get(JAVA_INT, REGION_INFO_CAP_OFFSET);
        try {
            if (RegionCapabilities.saysWhichAreas(info, REGION_INFO_BYTES, first))
                areas = RegionCapabilities.mappable(info, REGION_INFO_BYTES, first, sizeBytes);
            else if ((sizeBytes & PAGE_MASK) == 0) areas = List.of(new MappableAreas.Area(0, sizeBytes));
        } catch (RegionCapabilities.BadChainException bad) {
            throw new VfioException("region " + region + " with " + bad.getMessage());
        }
        return areas.isEmpty() ? MappableAreas.NONE : new MappableAreas(device, fileOffset, areas);
    }
}
