package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.InetSockets;
import dev.doorbell.linux.MessageVectors;
import dev.doorbell.linux.SocketAddress;
import dev.doorbell.linux.Sockets;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// `dgram`: one frame per datagram, many datagrams per call.
///
/// The link is always up, as on a cable into a switch: nobody can tell whether there is a reader. A frame
/// that finds none is dropped and counted. A UDP socket hears its remote only. A unix socket hears
/// everybody who may write to its file (mode 0600), so that a remote that was started anew is heard at
/// once.
public final class DgramBackend extends CountedBackend {
    /// Longest frame that fits a UDP datagram over IPv4.
    public static final int UDP_FRAME_BYTES = 65_507;
    /// Frames of one call at most.
    static final int MAX_BATCH_FRAMES = 32;
    /// Pause before a full unix socket is tried again: nothing can be polled for its reader.
    static final long RETRY_NS = 200_000;

    private static final int SLOT_BYTES = 1 << 16;
    private static final int MAX_PIECES = 512;
    private static final int MAX_SLICES = 64; // of one frame; a finer one is copied together first
    private static final int SOCKET_MODE = 0600;

    private final MessageVectors outgoing = new MessageVectors(MAX_BATCH_FRAMES, MAX_PIECES);
    private final MessageVectors incoming = new MessageVectors(MAX_BATCH_FRAMES, MAX_BATCH_FRAMES);
    private final MemorySegment slots = Arena.ofAuto().allocate((long) MAX_BATCH_FRAMES * SLOT_BYTES, 64);
    private final MemorySegment flat = Arena.ofAuto().allocate(PLAIN_FRAME_BYTES, 8);
    private final Timeline timeline;
    private final Timer retryTimer;
    private final @Nullable String ownPath; // to be removed
    private final boolean pollsForRoom;
    private int fd;

    /// Binds a socket, or takes one over.
    ///
    /// @throws IOException when that is impossible
    public static DgramBackend open(BackendOptions.Dgram options, Timeline timeline) throws IOException {
        return switch (options.local()) {
            case SocketAddressOptions.Fd inherited -> adopted(options.id(), inherited.number(), timeline);
            case SocketAddressOptions.Unix local -> {
                if (!(options.remote().orElse(null) instanceof SocketAddressOptions.Unix remote))
                    throw new IllegalArgumentException("a unix socket needs a unix remote");
                SocketAddress to = SocketAddress.unix(remote.path());
                int fd = SystemCallException.check(
                        "bind(2) " + local.path(), UnixSockets.datagram(local.path(), SOCKET_MODE));
                yield new DgramBackend(options.id(), fd, to, local.path(), PLAIN_FRAME_BYTES, timeline);
            }
            case SocketAddressOptions.Inet local -> {
                if (!(options.remote().orElse(null) instanceof SocketAddressOptions.Inet remote))
                    throw new IllegalArgumentException("an inet socket needs an inet remote");
                SocketAddress from = SocketAddresses.resolve(local);
                SocketAddress to = SocketAddresses.resolve(remote);
                int fd = SystemCallException.check("bind(2) " + from, InetSockets.udp(from));
                int result = InetSockets.connectUdp(fd, to);
                if (result < 0) Files.close(fd);
                SystemCallException.check("connect(2) " + to, result);
                yield new DgramBackend(options.id(), fd, null, null, UDP_FRAME_BYTES, timeline);
            }
        };
    }

    private static DgramBackend adopted(String id, int fd, Timeline timeline) throws SystemCallException {
        String subject = "dgram descriptor " + fd;
        if (SystemCallException.check(subject, Sockets.isStream(fd)) == 1)
            throw new SystemCallException(subject, -Errno.EPROTOTYPE);
        boolean unix = SystemCallException.check(subject, Sockets.isUnix(fd)) == 1;
        SystemCallException.check(subject, Files.setNonBlocking(fd, true));
        return new DgramBackend(id, fd, null, null, unix ? PLAIN_FRAME_BYTES : UDP_FRAME_BYTES, timeline);
    }

    private DgramBackend(
            String id,
            int fd,
            @Nullable SocketAddress to,
            @Nullable String ownPath,
            int maxFrameBytes,
            Timeline timeline) {
        super(Capabilities.plain(maxFrameBytes, MAX_BATCH_FRAMES));
        this.fd = fd;
        this.ownPath = ownPath;
        this.timeline = timeline;
        pollsForRoom = to == null; // the kernel can poll for a connected socket's reader only
        outgoing.sendTo(to);
        retryTimer = timeline.timer("dgram retry " + id, () -> {}); // waking the loop is all it has to do
        for (int i = 0; i < MAX_BATCH_FRAMES; i++) {
            incoming.begin();
            incoming.add(slots, (long) i * SLOT_BYTES, SLOT_BYTES);
            incoming.end();
        }
    }

    /// Where the socket is bound, with the port that the kernel chose.
    public SocketAddress localAddress() {
        SocketAddress address = new SocketAddress();
        Sockets.localAddress(fd, address);
        return address;
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        if (fd < 0) return dropLinkDown(batch, from);
        int at = from;
        int frames = 0;
        long bytes = 0;
        while (at < batch.size()) {
            if (!acceptable(batch, at)) {
                at++;
                continue;
            }
            gather(batch, at);
            int result = outgoing.send(fd, 0);
            if (result > 0) {
                for (int i = at; i < at + result; i++) bytes += batch.lengthBytes(i);
                frames += result;
                at += result; // where fewer went than were offered, the next call tells why
            } else if (result == -Errno.EAGAIN) {
                counters.increment(BackendCounter.TRANSMIT_BACKPRESSURE);
                if (!pollsForRoom) retryTimer.armAt(timeline.nowNs() + RETRY_NS);
                break;
            } else {
                counters.increment(
                        hasNoReader(result)
                                ? BackendCounter.TRANSMIT_DROPPED_LINK_DOWN
                                : BackendCounter.TRANSMIT_DROPPED_REFUSED);
                at++;
            }
        }
        countTransmitted(frames, bytes);
        return at - from;
    }

    private static boolean hasNoReader(int result) {
        return result == -Errno.ECONNREFUSED || result == -Errno.ENOENT || result == -Errno.ENOTCONN;
    }

    /// Makes messages of the frames from `first` on, up to the first one that cannot be taken or finds no
    /// room.
    private void gather(FrameBatch batch, int first) {
        outgoing.clear();
        boolean flatUsed = false;
        int pieces = 0;
        for (int i = first; i < batch.size() && canTake(batch, i); i++) {
            int slices = batch.sliceCount(i);
            boolean copy = slices > MAX_SLICES;
            pieces += copy ? 1 : slices;
            if ((copy && flatUsed) || pieces > MAX_PIECES || !outgoing.begin()) return;
            if (copy) {
                flatUsed = true;
                int length = batch.lengthBytes(i);
                batch.copyTo(i, 0, length, flat, 0);
                outgoing.add(flat, 0, length);
            } else {
                int from = batch.firstSlice(i);
                for (int s = from; s < from + slices; s++)
                    outgoing.add(batch.sliceSegment(s), batch.sliceOffset(s), batch.sliceLengthBytes(s));
            }
            outgoing.end();
        }
    }

    @Override
    public int receive(FrameBatch batch) {
        if (fd < 0) return 0;
        int limit = Math.min(MAX_BATCH_FRAMES, Math.min(batch.capacity() - batch.size(), batch.freeSlices()));
        if (limit == 0) return 0;
        int messages = incoming.receive(fd, limit);
        if (messages < 0) {
            if (messages != -Errno.EAGAIN) counters.increment(BackendCounter.RECEIVE_ERRORS);
            return 0;
        }
        int before = batch.size();
        for (int i = 0; i < messages; i++) {
            int length = incoming.lengthBytes(i);
            if (length < ETHERNET_HEADER_BYTES) {
                counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_SHORT);
            } else if (length > PLAIN_FRAME_BYTES || incoming.wasCut(i)) {
                counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_LONG);
            } else {
                batch.beginFrame();
                batch.addSlice(slots, (long) i * SLOT_BYTES, length);
                batch.endFrame();
            }
        }
        int frames = batch.size() - before;
        if (frames > 0) countReceived(frames, bytesOf(batch, before));
        return frames;
    }

    @Override
    public boolean linkUp() {
        return fd >= 0;
    }

    @Override
    public int receiveFd() {
        return fd;
    }

    @Override
    public int transmitFd() {
        return pollsForRoom ? fd : -1;
    }

    @Override
    public void close() {
        if (fd < 0) return;
        retryTimer.disarm();
        Files.close(fd);
        fd = -1;
        if (ownPath != null) Files.unlink(ownPath);
    }
}
