package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Files;
import dev.doorbell.memory.DmaBacking;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Acts on decoded set-up requests: what the client asks about the function, its memory and its eventfds.
/// Each answers with a reply in the outbox, or with the reason why nothing was done.
final class SetUp {
    private static final int IRQ_INDEXES = 5;

    private final PciFunction function;
    private final GuestMemory memory;
    private final FileMappings files;
    private final InterruptTable interrupts;
    private final BarWindows ownBars;
    private final Replies replies;
    private final byte[] ourCapabilities = Capabilities.OURS.toJson();
    private Capabilities client = Capabilities.DEFAULTS;
    private boolean negotiated;

    SetUp(
            PciFunction function,
            GuestMemory memory,
            FileMappings files,
            InterruptTable interrupts,
            BarWindows ownBars,
            Replies replies) {
        this.function = function;
        this.memory = memory;
        this.files = files;
        this.interrupts = interrupts;
        this.ownBars = ownBars;
        this.replies = replies;
    }

    /// Another client: nothing is agreed yet.
    void clear() {
        client = Capabilities.DEFAULTS;
        negotiated = false;
    }

    boolean isNegotiated() {
        return negotiated;
    }

    /// @param descriptors what came with the request; what is used is taken
    /// @return null when it was done and answered
    @Nullable
    Refusal handle(Request request, DescriptorList descriptors) {
        return switch (request) {
            case Request.Version version -> agree(version);
            case Request.DmaMap map -> map(map, descriptors);
            case Request.DmaUnmap unmap -> unmap(unmap);
            case Request.DmaUnmapAll all -> answerUnmap(0, memory.table().clear(), Wire.UNMAP_ALL);
            case Request.DeviceInfo info -> deviceInfo();
            case Request.RegionInfo info -> regionInfo(info);
            case Request.RegionIoFds fds -> regionIoFds(fds);
            case Request.IrqInfo info -> irqInfo(info);
            case Request.SetIrqs irqs -> setIrqs(irqs, descriptors);
            case Request.Reset reset -> reset();
            case Request.Refused refused -> refused.why();
        };
    }

    private @Nullable Refusal agree(Request.Version version) {
        if (negotiated) return Refusal.BAD_VERSION;
        negotiated = true;
        client = version.capabilities();
        memory.limitTransfer(client.maxTransferBytes());
        int at = replies.begin(Wire.VERSION_DATA - Wire.BODY + ourCapabilities.length);
        MemorySegment out = replies.bytes();
        Wire.put16(out, at + (long) Wire.VERSION_MAJOR, Capabilities.MAJOR);
        Wire.put16(out, at + (long) Wire.VERSION_MINOR, Math.min(version.minor(), Capabilities.MINOR));
        MemorySegment.copy(
                MemorySegment.ofArray(ourCapabilities), 0, out, at + (long) Wire.VERSION_DATA, ourCapabilities.length);
        return null;
    }

    private @Nullable Refusal map(Request.DmaMap request, DescriptorList descriptors) {
        DmaBacking backing = null;
        int access = request.access();
        if (descriptors.size() == 1) {
            boolean write = (access & DmaTable.WRITE) != 0;
            switch (files.open(descriptors.get(0), request.fileOffset() + request.sizeBytes(), write)) {
                case FileMappings.Found.Shared shared -> backing = shared.backing();
                case FileMappings.Found.Own own -> access = 0;
                case FileMappings.Found.Refused refused -> {
                    return refused.why();
                }
            }
            Files.close(descriptors.take(0)); // the mapping lives without it
        }
        return switch (memory.table().map(request.iova(), request.sizeBytes(), backing, request.fileOffset(), access)) {
            case MAPPED -> {
                replies.begin(0);
                yield null;
            }
            case OVERLAPS -> Refusal.OVERLAPS;
            case BAD_RANGE -> Refusal.BAD_RANGE;
            case FULL -> Refusal.TOO_MANY;
        };
    }

    private @Nullable Refusal unmap(Request.DmaUnmap request) {
        long unmappedBytes = memory.table().unmap(request.iova(), request.sizeBytes());
        if (unmappedBytes == DmaTable.BISECTS) return Refusal.CUTS_MAPPING;
        return answerUnmap(request.iova(), unmappedBytes, 0);
    }

    private @Nullable Refusal answerUnmap(long iova, long unmappedBytes, int flags) {
        int at = replies.begin(Wire.UNMAP_BYTES);
        MemorySegment out = replies.bytes();
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.UNMAP_BYTES);
        Wire.put32(out, at + (long) Wire.ARG_FLAGS, flags);
        Wire.put64(out, at + (long) Wire.UNMAP_ADDRESS, iova);
        Wire.put64(out, at + (long) Wire.UNMAP_SIZE, unmappedBytes);
        return null;
    }

    private @Nullable Refusal deviceInfo() {
        int at = replies.begin(Wire.DEVICE_BYTES);
        MemorySegment out = replies.bytes();
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.DEVICE_BYTES);
        Wire.put32(out, at + (long) Wire.ARG_FLAGS, Wire.DEVICE_PCI | Wire.DEVICE_RESET);
        Wire.put32(out, at + (long) Wire.DEVICE_REGIONS, PciFunction.REGION_COUNT);
        Wire.put32(out, at + (long) Wire.DEVICE_IRQS, IRQ_INDEXES);
        return null;
    }

    private @Nullable Refusal regionInfo(Request.RegionInfo request) {
        int region = request.index();
        if (region < 0 || region >= PciFunction.REGION_COUNT) return Refusal.BAD_INDEX;
        long sizeBytes = function.regionSizeBytes(region);
        MappableAreas areas = client.maxMessageDescriptors() > 0 ? function.mappableAreas(region) : MappableAreas.NONE;
        boolean mappable = sizeBytes > 0 && areas.fd() >= 0 && !areas.areas().isEmpty();
        int fullBytes = Wire.REGION_BYTES
                + (mappable
                        ? Wire.SPARSE_HEADER_BYTES
                                + Wire.SPARSE_AREA_BYTES * areas.areas().size()
                        : 0);
        // A client with too little room learns how much it takes and asks again.
        boolean fits = Integer.compareUnsigned(request.argsz(), fullBytes) >= 0;
        boolean chained = mappable && fits;
        int flags = sizeBytes == 0 ? 0 : Wire.REGION_READ;
        if (sizeBytes > 0 && region != PciFunction.REGION_ROM) flags |= Wire.REGION_WRITE;
        if (mappable) flags |= Wire.REGION_MMAP;
        if (chained) flags |= Wire.REGION_CAPS;
        int at = replies.begin(chained ? fullBytes : Wire.REGION_BYTES);
        MemorySegment out = replies.bytes();
        Wire.put32(out, at + (long) Wire.ARGSZ, fullBytes);
        Wire.put32(out, at + (long) Wire.ARG_FLAGS, flags);
        Wire.put32(out, at + (long) Wire.REGION_INDEX, region);
        Wire.put32(out, at + (long) Wire.REGION_CAPABILITIES, chained ? Wire.REGION_BYTES : 0);
        Wire.put64(out, at + (long) Wire.REGION_SIZE, sizeBytes);
        Wire.put64(out, at + (long) Wire.REGION_OFFSET, mappable ? areas.fileOffset() : 0);
        if (chained) {
            putSparse(out, at + Wire.BODY + Wire.REGION_BYTES, areas);
            replies.attach(areas.fd());
        }
        return null;
    }

    private static void putSparse(MemorySegment out, long start, MappableAreas areas) {
        Wire.put16(out, start, Wire.CAPABILITY_SPARSE_MMAP);
        Wire.put16(out, start + 2, 1); // version
        Wire.put32(out, start + 4, 0); // the last of the chain
        Wire.put32(out, start + 8, areas.areas().size());
        Wire.put32(out, start + 12, 0);
        long at = start + Wire.SPARSE_HEADER_BYTES;
        for (MappableAreas.Area area : areas.areas()) {
            Wire.put64(out, at, area.offset());
            Wire.put64(out, at + 8, area.sizeBytes());
            at += Wire.SPARSE_AREA_BYTES;
        }
    }

    /// No part of a region is told of through ioeventfds.
    private @Nullable Refusal regionIoFds(Request.RegionIoFds request) {
        int region = request.index();
        if (region < 0 || region >= PciFunction.REGION_COUNT || function.regionSizeBytes(region) == 0)
            return Refusal.BAD_INDEX;
        int at = replies.begin(Wire.IO_FDS_BYTES);
        MemorySegment out = replies.bytes();
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.IO_FDS_BYTES);
        Wire.put32(out, at + (long) Wire.ARG_FLAGS, 0);
        Wire.put32(out, at + (long) Wire.IO_FDS_INDEX, region);
        Wire.put32(out, at + (long) Wire.IO_FDS_COUNT, 0);
        return null;
    }

    private @Nullable Refusal irqInfo(Request.IrqInfo request) {
        int vectors = interrupts.vectorCount(request.index());
        if (vectors < 0) return Refusal.BAD_INDEX;
        int at = replies.begin(Wire.IRQ_INFO_BYTES);
        MemorySegment out = replies.bytes();
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.IRQ_INFO_BYTES);
        Wire.put32(out, at + (long) Wire.ARG_FLAGS, InterruptTable.infoFlags(request.index()));
        Wire.put32(out, at + (long) Wire.IRQ_INDEX, request.index());
        Wire.put32(out, at + (long) Wire.IRQ_COUNT, vectors);
        return null;
    }

    private @Nullable Refusal setIrqs(Request.SetIrqs request, DescriptorList descriptors) {
        Refusal refusal = interrupts.set(request, descriptors);
        if (refusal == null) replies.begin(0);
        return refusal;
    }

    /// SET_IRQS in its most frequent form: the line was served, and is signalled again if it is still
    /// up.
    @Nullable
    Refusal unmaskLine() {
        Refusal refusal = interrupts.unmaskLine();
        if (refusal == null) replies.begin(0);
        return refusal;
    }

    private @Nullable Refusal reset() {
        function.reset();
        ownBars.changed();
        replies.begin(0);
        return null;
    }
}
