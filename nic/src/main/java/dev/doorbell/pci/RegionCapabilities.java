package dev.doorbell.pci;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The chain of capabilities in the description of a region (struct vfio_region_info of linux/vfio.h), as
/// a kernel or a vfio-user server gives it. Every offset, count and size of it is held against a bound
/// before use.
public final class RegionCapabilities {
    private static final int LIMIT_CAPABILITIES = 16;
    private static final int LIMIT_AREAS = 64; // a mapping each
    private static final long PAGE_MASK = 4095;
    // struct vfio_info_cap_header
    private static final int NEXT = 4;
    private static final int HEADER_BYTES = 8;
    // struct vfio_region_info_cap_sparse_mmap
    private static final int SPARSE_MMAP = 1;
    private static final int COUNT = 8;
    private static final int AREAS = 16;
    private static final int AREA_BYTES = 16;

    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RegionCapabilities() {}

    /// What makes no sense in a chain, in words.
    public static final class BadChainException extends Exception {
        private static final long serialVersionUID = 1;

        BadChainException(String message) {
            super(message);
        }
    }

    /// Follows the chain to the areas that can be mapped.
    ///
    /// @param info        the whole answer
    /// @param fixedBytes  of it before the first capability
    /// @param first       offset of the first capability, 0: there is none
    /// @param regionBytes size of the region
    /// @return in rising order; empty when the chain has no such capability
    /// @throws BadChainException when the chain leaves the answer or never ends, or when an area is no whole
    ///     pages, leaves the region or overlaps another
    public static List<MappableAreas.Area> mappable(MemorySegment info, int fixedBytes, int first, long regionBytes)
            throws BadChainException {
        long at = find(info, fixedBytes, first);
        return at == 0 ? List.of() : sparse(info, at, regionBytes);
    }

    /// Whether the chain has the capability that says which areas can be mapped: without it all of a
    /// mappable region can.
    public static boolean saysWhichAreas(MemorySegment info, int fixedBytes, int first) throws BadChainException {
        return find(info, fixedBytes, first) != 0;
    }

    private static List<MappableAreas.Area> sparse(MemorySegment info, long at, long regionBytes)
            throws BadChainException {
        long room = info.byteSize() - at - AREAS;
        long count = room < 0 ? 0 : Integer.toUnsignedLong(info.get(LE32, at + COUNT));
        if (room < 0 || count > room / AREA_BYTES)
            throw new BadChainException(count + " areas, more than its answer of " + info.byteSize() + " bytes holds");
        if (count > LIMIT_AREAS) throw new BadChainException(count + " areas, more than " + LIMIT_AREAS);
        List<MappableAreas.Area> areas = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long offset = info.get(LE64, at + AREAS + i * AREA_BYTES);
            long sizeBytes = info.get(LE64, at + AREAS + i * AREA_BYTES + Long.BYTES);
            if (offset < 0 || sizeBytes <= 0 || offset > regionBytes || sizeBytes > regionBytes - offset)
                throw new BadChainException(area(offset, sizeBytes) + " outside of the region's " + regionBytes);
            if (((offset | sizeBytes) & PAGE_MASK) != 0)
                throw new BadChainException(area(offset, sizeBytes) + " of no whole pages");
            areas.add(new MappableAreas.Area(offset, sizeBytes));
        }
        areas.sort((a, b) -> Long.compare(a.offset(), b.offset()));
        for (int i = 1; i < areas.size(); i++) {
            MappableAreas.Area before = areas.get(i - 1);
            if (before.offset() + before.sizeBytes() > areas.get(i).offset())
                throw new BadChainException(
                        area(areas.get(i).offset(), areas.get(i).sizeBytes()) + " that overlaps another");
        }
        return areas;
    }

    private static String area(long offset, long sizeBytes) {
        return String.format("an area of %d bytes at 0x%x", sizeBytes, offset);
    }

    /// Where the capability of sparse areas is, 0: nowhere.
    private static long find(MemorySegment info, int fixedBytes, int first) throws BadChainException {
        long at = Integer.toUnsignedLong(first);
        for (int i = 0; i < LIMIT_CAPABILITIES; i++) {
            if (at == 0) return 0;
            if (at < fixedBytes || at > info.byteSize() - HEADER_BYTES)
                throw new BadChainException(
                        "a capability at " + at + ", outside of its answer of " + info.byteSize() + " bytes");
            if (info.get(LE16, at) == SPARSE_MMAP) return at;
            at = Integer.toUnsignedLong(info.get(LE32, at + NEXT));
        }
        throw new BadChainException("a chain of more than " + LIMIT_CAPABILITIES + " capabilities");
    }
}
