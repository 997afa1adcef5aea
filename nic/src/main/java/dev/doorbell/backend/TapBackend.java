package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.IoVectors;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.Tap;
import dev.doorbell.linux.VirtioNetHeader;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// `tap`: an Ethernet interface of this host.
///
/// With the kernel's virtio-net header the tap takes and gives frames with an open checksum and large TCP
/// frames uncut. Each frame goes out with one call, longer ones straight from the batch's slices, and comes
/// in with one `read` into this backend's memory, where frames lie one behind the other.
///
/// The link is up while the interface is up, looked at every [#LINK_CHECK_NS]. An interface that was
/// deleted stays down for good. The kernel puts no limit on what a tap's reader has still to read, so a
/// transmit finds back-pressure only where an administrator set one.
public final class TapBackend extends CountedBackend {
    /// How often the interface is asked whether it is up.
    public static final long LINK_CHECK_NS = 100_000_000;
    /// Frames of one call at best.
    public static final int MAX_BATCH_FRAMES = 256;
    /// Longest read: header, the longest frame, and one byte to notice a longer one.
    static final int LONGEST_READ_BYTES = VirtioNetHeader.BYTES + SEGMENTED_FRAME_BYTES + 1;

    private static final int RECEIVE_BYTES = 1 << 18;
    private static final int MAX_PIECES = 128; // a guest that scatters a frame more finely pays with a copy
    /// Frames up to this length are copied behind their header and written in one piece: write(2) costs the
    /// kernel some 100 ns less than writev(2) of two pieces, more than the copy costs.
    private static final int COPY_LIMIT_BYTES = 2048;
    private static final int POLL_SLOT = 0;

    private final String name;
    private final int headerBytes; // 0 or VirtioNetHeader.BYTES
    private final Timeline timeline;
    private final Timer linkTimer;
    private final Poller poller = new Poller(1);
    private final IoVectors vectors = new IoVectors(MAX_PIECES);
    private final MemorySegment plainHeader = Arena.ofAuto().allocate(VirtioNetHeader.BYTES, 8); // all zero
    private final MemorySegment offloadHeader = Arena.ofAuto().allocate(VirtioNetHeader.BYTES, 8);
    private final MemorySegment flat = Arena.ofAuto().allocate(VirtioNetHeader.BYTES + SEGMENTED_FRAME_BYTES, 8);
    private final MemorySegment received = Arena.ofAuto().allocate(RECEIVE_BYTES, 64);
    private int fd; // -1 once closed
    private boolean up;
    private boolean gone;

    /// Attaches to an interface by name, creating it when there is none.
    ///
    /// @param vnetHeader whether to use the kernel's virtio-net header and with it offloads
    /// @throws SystemCallException EPERM without the right to it, EBUSY when somebody has it
    public static TapBackend attach(String ifname, boolean vnetHeader, Timeline timeline) throws SystemCallException {
        int fd = Tap.open(ifname, vnetHeader, false);
        if (fd == -Errno.EINVAL) fd = Tap.open(ifname, vnetHeader, true); // made with multi_queue
        SystemCallException.check("tap " + ifname, fd);
        return configured(fd, vnetHeader, timeline);
    }

    /// Takes over an inherited descriptor of an open tap.
    ///
    /// @param offloads whether to use offloads where the descriptor has the virtio-net header
    /// @throws SystemCallException ENOTTY when it is no tap, EINVAL when it was opened with packet
    ///     information
    public static TapBackend adopt(int fd, boolean offloads, Timeline timeline) throws SystemCallException {
        int flags = SystemCallException.check("tap descriptor " + fd, Tap.flags(fd));
        if ((flags & Tap.IFF_TAP) == 0 || (flags & Tap.IFF_NO_PI) == 0)
            throw new SystemCallException("tap descriptor " + fd + ": not IFF_TAP | IFF_NO_PI", -Errno.EINVAL);
        SystemCallException.check("tap descriptor " + fd, Files.setNonBlocking(fd, true));
        return configured(fd, offloads, timeline);
    }

    private static TapBackend configured(int fd, boolean wantsOffloads, Timeline timeline) throws SystemCallException {
        boolean done = false;
        try {
            String name = Tap.name(fd);
            boolean header = (Tap.flags(fd) & Tap.IFF_VNET_HDR) != 0;
            boolean offloads = header && wantsOffloads;
            if (header) {
                SystemCallException.check(
                        "tap " + name + " header size", Tap.setVnetHeaderSize(fd, VirtioNetHeader.BYTES));
                SystemCallException.check("tap " + name + " byte order", Tap.setVnetLittleEndian(fd));
                int flags = offloads ? Tap.TUN_F_CSUM | Tap.TUN_F_TSO4 | Tap.TUN_F_TSO6 : 0;
                SystemCallException.check("tap " + name + " offloads", Tap.setOffloads(fd, flags));
            }
            // Without a limit POLLOUT says whether the interface is up, and nothing else.
            SystemCallException.check("tap " + name + " send buffer", Tap.setSendBuffer(fd, Integer.MAX_VALUE));
            TapBackend tap = new TapBackend(fd, name, header, offloads, timeline);
            done = true;
            return tap;
        } finally {
            if (!done) Files.close(fd);
        }
    }

    private TapBackend(int fd, String name, boolean header, boolean offloads, Timeline timeline) {
        super(new Capabilities(PLAIN_FRAME_BYTES, MAX_BATCH_FRAMES, offloads, offloads, offloads));
        this.fd = fd;
        this.name = name;
        this.timeline = timeline;
        headerBytes = header ? VirtioNetHeader.BYTES : 0;
        linkTimer = timeline.timer("link of " + name, this::checkLink);
        checkLink();
    }

    /// The interface's name, as the kernel tells it.
    public String name() {
        return name;
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        if (!up) return dropLinkDown(batch, from);
        int frames = 0;
        long bytes = 0;
        int at = from;
        for (; at < batch.size(); at++) {
            if (!acceptable(batch, at)) continue;
            int result = write(batch, at);
            if (result >= 0) {
                frames++;
                bytes += batch.lengthBytes(at);
            } else if (result == -Errno.EAGAIN) {
                counters.increment(BackendCounter.TRANSMIT_BACKPRESSURE);
                break;
            } else {
                counters.increment(BackendCounter.TRANSMIT_DROPPED_REFUSED);
                if (!staysUp(result)) { // the rest of the batch is lost with the link
                    at += 1 + dropLinkDown(batch, at + 1);
                    break;
                }
            }
        }
        countTransmitted(frames, bytes);
        return at - from;
    }

    /// @return bytes written or a negated errno
    private int write(FrameBatch batch, int frame) {
        MemorySegment header = plainHeader;
        if (headerBytes > 0 && TapOffload.isUnfinished(batch, frame)) {
            header = offloadHeader;
            if (!TapOffload.describe(batch, frame, header)) return -Errno.EINVAL;
        }
        int length = batch.lengthBytes(frame);
        int slices = batch.sliceCount(frame);
        if (length <= COPY_LIMIT_BYTES || slices >= MAX_PIECES) {
            MemorySegment.copy(header, 0, flat, 0, headerBytes);
            batch.copyTo(frame, 0, length, flat, headerBytes);
            return Files.write(fd, flat, 0, headerBytes + length);
        }
        vectors.clear();
        if (headerBytes > 0) vectors.add(header, 0, headerBytes);
        int first = batch.firstSlice(frame);
        for (int s = first; s < first + slices; s++)
            vectors.add(batch.sliceSegment(s), batch.sliceOffset(s), batch.sliceLengthBytes(s));
        return vectors.writev(fd);
    }

    @Override
    public int receive(FrameBatch batch) {
        if (fd < 0 || gone) return 0;
        int frames = 0;
        long bytes = 0;
        int at = 0;
        int readsLeft = batch.capacity() - batch.size(); // a read whose frame is dropped counts, too
        while (readsLeft-- > 0 && batch.freeSlices() > 0 && RECEIVE_BYTES - at >= LONGEST_READ_BYTES) {
            int result = Files.read(fd, received, at, LONGEST_READ_BYTES);
            if (result < 0) {
                if (result != -Errno.EAGAIN) receiveFailed();
                break;
            }
            int lengthBytes = result - headerBytes;
            if (!append(batch, at, lengthBytes)) continue;
            frames++;
            bytes += lengthBytes;
            at += (result + 63) & ~63; // frames begin on lines of their own
        }
        if (frames > 0) countReceived(frames, bytes);
        return frames;
    }

    private boolean append(FrameBatch batch, int at, int lengthBytes) {
        if (lengthBytes < ETHERNET_HEADER_BYTES) {
            counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_SHORT);
            return false;
        }
        if (lengthBytes > SEGMENTED_FRAME_BYTES) {
            counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_LONG);
            return false;
        }
        batch.beginFrame();
        batch.addSlice(received, at + headerBytes, lengthBytes);
        if (headerBytes > 0 && !TapOffload.apply(received, at, lengthBytes, batch)) {
            batch.abandonFrame();
            counters.increment(BackendCounter.RECEIVE_DROPPED_BAD_OFFLOAD);
            return false;
        }
        batch.endFrame();
        return true;
    }

    private void receiveFailed() {
        counters.increment(BackendCounter.RECEIVE_ERRORS);
        checkLink();
    }

    /// Judges a failed write: one frame's fault, or the interface's.
    private boolean staysUp(int result) {
        if (result == -Errno.EIO || result == -Errno.EBADFD || result == -Errno.ENODEV || result == -Errno.EBADF)
            checkLink();
        return up;
    }

    /// tun's poll answers POLLERR for an interface that has gone, POLLOUT for one that is up.
    private void checkLink() {
        poller.set(POLL_SLOT, fd, Poller.POLLOUT);
        poller.poll(0);
        short ready = poller.ready(POLL_SLOT);
        gone = (ready & (Poller.POLLERR | Poller.POLLNVAL)) != 0;
        boolean nowUp = !gone && (ready & Poller.POLLOUT) != 0;
        if (nowUp != up) counters.increment(nowUp ? BackendCounter.LINK_UPS : BackendCounter.LINK_DOWNS);
        up = nowUp;
        if (!gone) linkTimer.armAt(timeline.nowNs() + LINK_CHECK_NS);
    }

    @Override
    public boolean linkUp() {
        return up;
    }

    /// -1 once the interface is gone: its descriptor would be ready for ever.
    @Override
    public int receiveFd() {
        return gone ? -1 : fd;
    }

    @Override
    public int transmitFd() {
        return gone ? -1 : fd;
    }

    @Override
    public void close() {
        if (fd < 0) return;
        linkTimer.disarm();
        Files.close(fd);
        fd = -1;
        up = false;
    }
}
