package dev.doorbell.serve;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.pci.SharedPages;
import org.jspecify.annotations.Nullable;

/// The memory that one card shares with its clients, or none. A client gets a descriptor of the file:
/// its size is sealed, and so are the seals, so that all it can do to the card and to the next client
/// is store in it.
final class SharedMemory implements AutoCloseable {
    private final @Nullable Mapping mapping;
    private final int fd;

    private SharedMemory(@Nullable Mapping mapping, int fd) {
        this.mapping = mapping;
        this.fd = fd;
    }

    /// Makes the memory.
    ///
    /// @param sizeBytes 0 for none
    static SharedMemory open(int sizeBytes) throws SystemCallException {
        if (sizeBytes == 0) return new SharedMemory(null, -1);
        int fd = SystemCallException.check("memfd_create(2)", MemoryFile.create("doorbell pages", sizeBytes, true));
        try {
            SystemCallException.check("fcntl(2)", Files.addSeals(fd, Files.F_SEAL_GROW | Files.F_SEAL_SEAL));
            return new SharedMemory(Mapping.map(fd, 0, sizeBytes, true), fd);
        } catch (SystemCallException e) {
            Files.close(fd);
            throw e;
        }
    }

    /// What the card is given; null when there is no memory.
    @Nullable
    SharedPages pages() {
        return mapping == null ? null : new SharedPages(mapping.segment(), fd);
    }

    /// Takes the memory back: the card must not be used any more. Once.
    @Override
    public void close() {
        if (mapping == null) return;
        mapping.close();
        Files.close(fd);
    }
}
