package dev.doorbell.backend.afxdp;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XdpLink;
import dev.doorbell.linux.bpf.XdpProgram;
import dev.doorbell.linux.bpf.XskMap;
import org.jspecify.annotations.Nullable;

/// What has an interface's frames go to our sockets: our own program and its map, a map that somebody
/// else pinned, or nothing where the sockets came from there already. Not for the data path. One
/// thread.
final class Attachment implements AutoCloseable {
    private final BackendOptions.AfXdp options;
    private final @Nullable XskMap map;
    private final @Nullable XdpLink link;
    private final int firstEntry;

    private Attachment(BackendOptions.AfXdp options, @Nullable XskMap map, @Nullable XdpLink link, int firstEntry) {
        this.options = options;
        this.map = map;
        this.link = link;
        this.firstEntry = firstEntry;
    }

    /// Attaches our own program; frames of queues without a socket go on to the kernel's stack.
    static Attachment own(BackendOptions.AfXdp options, int ifindex, int mtuBytes, XdpProgram.Mode mode)
            throws AfXdpFailure {
        XskMap map = null;
        boolean done = false;
        try {
            map = XskMap.create(options.startQueue() + options.queues());
            Attachment attachment =
                    new Attachment(options, map, link(options, map, ifindex, mtuBytes, mode), options.startQueue());
            done = true;
            return attachment;
        } catch (SystemCallException e) {
            throw AfXdpFailure.program(options, e);
        } finally {
            if (!done && map != null) map.close();
        }
    }

    private static XdpLink link(
            BackendOptions.AfXdp options, XskMap map, int ifindex, int mtuBytes, XdpProgram.Mode mode)
            throws AfXdpFailure, SystemCallException {
        try (XdpProgram program = XdpProgram.load(map)) { // the link keeps it
            try {
                return program.attach(ifindex, mode);
            } catch (SystemCallException e) {
                throw AfXdpFailure.attaching(options, mode == XdpProgram.Mode.NATIVE, mtuBytes, e);
            }
        }
    }

    /// Uses what somebody else attached.
    static Attachment inhibited(BackendOptions.AfXdp options) throws AfXdpFailure {
        if (options.mapPath().isEmpty()) return none(options);
        XskMap map;
        try {
            map = XskMap.openPinned(options.mapPath());
        } catch (SystemCallException e) {
            throw AfXdpFailure.map(options, e);
        }
        int entries = map.entries();
        if (options.mapStartIndex() + options.queues() <= entries)
            return new Attachment(options, map, null, options.mapStartIndex());
        map.close();
        throw AfXdpFailure.mapTooSmall(options, entries);
    }

    /// Nothing: the sockets get frames from elsewhere.
    static Attachment none(BackendOptions.AfXdp options) {
        return new Attachment(options, null, null, 0);
    }

    /// Has the frames of a queue go to a socket.
    ///
    /// @param index of the socket, from 0
    void put(int index, int socketFd) throws AfXdpFailure {
        if (map == null) return;
        try {
            map.put(firstEntry + index, socketFd);
        } catch (SystemCallException e) {
            throw options.mapPath().isEmpty() ? AfXdpFailure.program(options, e) : AfXdpFailure.map(options, e);
        }
    }

    /// Detaches our own program; sockets leave a map when they are closed. Idempotent.
    @Override
    public void close() {
        if (link != null) link.close();
        if (map != null) map.close();
    }
}
