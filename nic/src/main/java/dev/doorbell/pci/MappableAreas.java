package dev.doorbell.pci;

import java.util.List;

/// Parts of a region that a client may map into its own address space, so that a guest's access there is a
/// plain load or store that nobody is told of. They lie in a shared file: offset x of the region at
/// `fileOffset` + x.
///
/// @param fd         descriptor of the file, owned by the function; -1 when nothing can be mapped
/// @param fileOffset place of the region's first byte in the file, a multiple of 4096
/// @param areas      whole pages in rising order
public record MappableAreas(int fd, long fileOffset, List<Area> areas) {
    /// No part of the region can be mapped.
    public static final MappableAreas NONE = new MappableAreas(-1, 0, List.of());

    /// One part, in bytes from the start of the region; both values are multiples of 4096.
    public record Area(long offset, long sizeBytes) {}

    public MappableAreas {
        areas = List.copyOf(areas);
    }
}
