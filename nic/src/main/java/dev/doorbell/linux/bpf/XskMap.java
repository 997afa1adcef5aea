package dev.doorbell.linux.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.FileDescriptor;
import dev.doorbell.linux.Native;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A map of AF_XDP sockets by the queue that a frame arrived on: BPF_MAP_TYPE_XSKMAP. One thread.
///
/// A socket that is closed leaves the map by itself. One that is in the map but not bound yet gets
/// no frames; those of its queue are lost.
public final class XskMap implements AutoCloseable {
    private final FileDescriptor fd;
    private final int entries;

    private XskMap(int fd, int entries) {
        this.fd = new FileDescriptor(fd);
        this.entries = entries;
    }

    /// Makes a map.
    ///
    /// @param entries 1 or more
    /// @throws SystemCallException EPERM without CAP_BPF, EINVAL for no entries or from a kernel
    ///     without AF_XDP
    public static XskMap create(int entries) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(JAVA_INT, Bpf.MAP_TYPE, Bpf.BPF_MAP_TYPE_XSKMAP);
            attributes.set(JAVA_INT, Bpf.KEY_SIZE, Integer.BYTES);
            attributes.set(JAVA_INT, Bpf.VALUE_SIZE, Integer.BYTES);
            attributes.set(JAVA_INT, Bpf.MAX_ENTRIES, entries);
            Bpf.name(attributes, Bpf.MAP_NAME, "doorbell_xsks");
            String call = "bpf(2) BPF_MAP_CREATE of an XSKMAP with " + entries + " entries";
            return new XskMap(SystemCallException.check(call, Bpf.call(Bpf.BPF_MAP_CREATE, attributes)), entries);
        }
    }

    /// Opens a map that is pinned in a BPF file system.
    ///
    /// Needs the right to read and write the file, and no capability.
    ///
    /// @throws SystemCallException ENOENT, EACCES, EINVAL when it is a map of another kind or no
    ///     map at all
    public static XskMap openPinned(String path) throws SystemCallException {
        int fd = get(path);
        if (fd == -Errno.EACCES && Bpf.isInBpfFileSystem(path) == 0)
            throw new SystemCallException(path + " is no pinned map: it is not in a BPF file system", -Errno.EINVAL);
        SystemCallException.check("bpf(2) BPF_OBJ_GET " + path, fd);
        try (FileDescriptor opened = new FileDescriptor(fd);
                Arena arena = Arena.ofConfined()) {
            if (Bpf.isMap(fd) == 0) throw new SystemCallException(path + " is pinned but no map", -Errno.EINVAL);
            MemorySegment info = arena.allocate(Bpf.MAP_INFO_BYTES, 8);
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(JAVA_INT, Bpf.INFO_BPF_FD, fd);
            attributes.set(JAVA_INT, Bpf.INFO_LEN, Bpf.MAP_INFO_BYTES);
            attributes.set(JAVA_LONG, Bpf.INFO_INFO, info.address());
            String call = "bpf(2) BPF_OBJ_GET_INFO_BY_FD " + path;
            SystemCallException.check(call, Bpf.call(Bpf.BPF_OBJ_GET_INFO_BY_FD, attributes));
            int type = info.get(JAVA_INT, Bpf.MAP_INFO_TYPE);
            if (type != Bpf.BPF_MAP_TYPE_XSKMAP) {
                String text = path + " is a map of type " + type + ", not of AF_XDP sockets (an XSKMAP, type "
                        + Bpf.BPF_MAP_TYPE_XSKMAP + ")";
                throw new SystemCallException(text, -Errno.EINVAL);
            }
            return new XskMap(opened.release(), info.get(JAVA_INT, Bpf.MAP_INFO_MAX_ENTRIES));
        }
    }

    private static int get(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(JAVA_LONG, Bpf.PATHNAME, Native.string(arena, path).address());
            return Bpf.call(Bpf.BPF_OBJ_GET, attributes);
        }
    }

    /// Pins the map, so that others can [#openPinned] it: it stays until the file is removed.
    ///
    /// @param path in a BPF file system; nothing is there yet
    /// @throws SystemCallException EPERM outside of a BPF file system, EEXIST, EACCES, ENOENT
    public void pin(String path) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(JAVA_LONG, Bpf.PATHNAME, Native.string(arena, path).address());
            attributes.set(JAVA_INT, Bpf.BPF_FD, fd());
            SystemCallException.check("bpf(2) BPF_OBJ_PIN " + path, Bpf.call(Bpf.BPF_OBJ_PIN, attributes));
        }
    }

    public int entries() {
        return entries;
    }

    /// Has frames of a queue go to a socket, which need not be bound yet. Another one in the entry
    /// is replaced.
    ///
    /// @throws SystemCallException E2BIG past the last entry, EOPNOTSUPP for a socket of another
    ///     family, ENOTSOCK, EBADF
    public void put(int index, int socketFd) throws SystemCallException {
        String call = "bpf(2) BPF_MAP_UPDATE_ELEM " + index + " of " + entries;
        SystemCallException.check(call, element(Bpf.BPF_MAP_UPDATE_ELEM, index, socketFd));
    }

    /// Empties an entry, whether or not it was filled or is there at all.
    public void remove(int index) {
        element(Bpf.BPF_MAP_DELETE_ELEM, index, 0);
    }

    private int element(int command, int index, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(JAVA_INT, Bpf.MAP_FD, fd());
            attributes.set(
                    JAVA_LONG, Bpf.KEY, arena.allocateFrom(JAVA_INT, index).address());
            if (command == Bpf.BPF_MAP_UPDATE_ELEM)
                attributes.set(
                        JAVA_LONG,
                        Bpf.VALUE,
                        arena.allocateFrom(JAVA_INT, value).address());
            return Bpf.call(command, attributes);
        }
    }

    /// The descriptor, -1 once closed.
    public int fd() {
        return fd.number();
    }

    /// Closes the descriptor; a pinned map stays, and one that a program uses. Idempotent.
    @Override
    public void close() {
        fd.close();
    }
}
