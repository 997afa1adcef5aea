package dev.doorbell.vfiouser;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.FileStatus;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.memory.DmaBacking;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files that a client shared, each mapped once however often it is named: a guest behind a vIOMMU
/// sends the descriptor of its RAM with every page, and a process may hold only some 65,530 mappings.
/// Descriptors are not kept: a mapping outlives its descriptor, and while it lives its inode number cannot
/// come back as another file.
///
/// A file that no DMA mapping stands on any more stays mapped for [#IDLE_NS]: firmware takes RAM away and
/// gives it back dozens of times. No card touches it meanwhile.
final class FileMappings implements AutoCloseable {
    /// Files mapped at once at most.
    static final int LIMIT_FILES = 4096;

    /// Address space for one client at most: the process has 128 TiB for all its cards and itself.
    static final long LIMIT_BYTES = 8L << 40;

    static final long IDLE_NS = 100_000_000;

    private final List<SharedFile> files = new ArrayList<>();
    private final List<long[]> ownFiles = new ArrayList<>(); // device and inode of what the function itself offers
    private final FileStatus status = new FileStatus();
    private final Timeline timeline;
    private final Timer sweep;
    private long mappedBytes;

    /// @param function whose own mappable areas must never be memory of its DMA
    FileMappings(Timeline timeline, PciFunction function) {
        this.timeline = timeline;
        sweep = timeline.timer("vfio-user idle mappings", this::closeIdle);
        for (int region = 0; region < PciFunction.REGION_COUNT; region++) {
            MappableAreas areas = function.mappableAreas(region);
            if (areas.fd() >= 0 && Files.status(areas.fd(), status) == 0)
                ownFiles.add(new long[] {status.device, status.inode});
        }
    }

    /// What [#open] found.
    sealed interface Found {
        record Shared(DmaBacking backing) implements Found {}

        /// The file is the function's own region.
        record Own() implements Found {}

        record Refused(Refusal why) implements Found {}
    }

    /// Finds or maps the file behind a descriptor, which stays the caller's.
    ///
    /// @param endBytes bytes of the file that must be there
    /// @param write    whether the card may write
    Found open(int fd, long endBytes, boolean write) {
        int mode = Files.accessMode(fd);
        if (mode < 0 || Files.status(fd, status) < 0) return new Found.Refused(Refusal.BAD_DESCRIPTORS);
        if (!status.isRegular()) return new Found.Refused(Refusal.NOT_MAPPABLE);
        for (long[] own : ownFiles) if (own[0] == status.device && own[1] == status.inode) return new Found.Own();
        if (mode == Files.O_WRONLY || (write && mode != Files.O_RDWR)) return new Found.Refused(Refusal.NOT_WRITABLE);
        if (endBytes < 0 || endBytes > status.sizeBytes) return new Found.Refused(Refusal.BEYOND_FILE);
        SharedFile known = known(endBytes, write);
        return known != null ? new Found.Shared(known) : map(fd, mode == Files.O_RDWR, write);
    }

    private @Nullable SharedFile known(long endBytes, boolean write) {
        for (int i = files.size() - 1; i >= 0; i--) { // bounded by LIMIT_FILES
            SharedFile file = files.get(i);
            if (file.inode == status.inode
                    && file.device == status.device
                    && file.segment().byteSize() >= endBytes
                    && (file.writable || !write)) return file;
        }
        return null;
    }

    private Found map(int fd, boolean writable, boolean write) {
        closeIdleIfFull();
        if (files.size() == LIMIT_FILES || status.sizeBytes > LIMIT_BYTES - mappedBytes)
            return new Found.Refused(Refusal.TOO_MANY);
        try {
            return new Found.Shared(add(fd, writable));
        } catch (SystemCallException refused) {
            if (writable && !write && refused.errno() == Errno.EPERM) return mapReadOnly(fd); // sealed against writing
            return refused(refused);
        }
    }

    private Found mapReadOnly(int fd) {
        try {
            return new Found.Shared(add(fd, false));
        } catch (SystemCallException refused) {
            return refused(refused);
        }
    }

    private static Found refused(SystemCallException refused) {
        return new Found.Refused(
                switch (refused.errno()) {
                    case Errno.EPERM, Errno.EACCES -> Refusal.NOT_WRITABLE;
                    case Errno.ENOMEM -> Refusal.TOO_MANY;
                    default -> Refusal.NOT_MAPPABLE;
                });
    }

    private SharedFile add(int fd, boolean writable) throws SystemCallException {
        Mapping mapping = Mapping.map(fd, 0, status.sizeBytes, writable);
        SharedFile file = new SharedFile(status.device, status.inode, writable, mapping);
        files.add(file);
        mappedBytes += status.sizeBytes;
        watchIdle(file); // until the table stands on it
        return file;
    }

    /// Files mapped now.
    int count() {
        return files.size();
    }

    private void watchIdle(SharedFile file) {
        file.idleSinceNs = timeline.nowNs();
        if (!sweep.isArmed()) sweep.armAt(file.idleSinceNs + IDLE_NS);
    }

    private void closeIdle() {
        long nowNs = timeline.nowNs();
        boolean more = false;
        for (int i = files.size() - 1; i >= 0; i--) {
            SharedFile file = files.get(i);
            if (file.holders > 0) continue;
            if (nowNs - file.idleSinceNs >= IDLE_NS) unmapAt(i);
            else more = true;
        }
        if (more) sweep.armAt(nowNs + IDLE_NS);
    }

    private void closeIdleIfFull() {
        if (files.size() < LIMIT_FILES && status.sizeBytes <= LIMIT_BYTES - mappedBytes) return;
        for (int i = files.size() - 1; i >= 0; i--) if (files.get(i).holders == 0) unmapAt(i);
    }

    private void unmapAt(int index) {
        SharedFile file = files.get(index);
        SharedFile last = files.removeLast();
        if (file != last) files.set(index, last);
        mappedBytes -= file.segment().byteSize();
        file.mapping.close();
    }

    /// Unmaps everything. Nothing may stand on it any more.
    @Override
    public void close() {
        sweep.disarm();
        for (int i = files.size() - 1; i >= 0; i--) {
            assert files.get(i).holders == 0 : "a mapping stands on a file that is going";
            unmapAt(i);
        }
    }

    private final class SharedFile implements DmaBacking {
        private final long device;
        private final long inode;
        private final boolean writable;
        private final Mapping mapping;
        private final MemorySegment segment;
        private int holders;
        private long idleSinceNs;

        SharedFile(long device, long inode, boolean writable, Mapping mapping) {
            this.device = device;
            this.inode = inode;
            this.writable = writable;
            this.mapping = mapping;
            segment = mapping.segment();
        }

        @Override
        public MemorySegment segment() {
            return segment;
        }

        @Override
        public void retain() {
            holders++;
        }

        @Override
        public void release() {
            holders--;
            assert holders >= 0 : "released more often than retained";
            if (holders == 0) watchIdle(this);
        }
    }
}
