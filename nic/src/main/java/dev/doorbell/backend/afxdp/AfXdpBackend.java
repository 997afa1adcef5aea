package dev.doorbell.backend.afxdp;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.backend.SideAgent;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Epoll;
import dev.doorbell.linux.FileDescriptor;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.xdp.TransmitMetadata;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `af-xdp`: frames of a host interface through AF_XDP sockets, a socket per queue.
///
/// Frames are gathered into the memory that is shared with the kernel and scattered from it: one copy
/// each way. A frame that is sent goes to the socket of its [FrameBatch#queue], modulo the sockets; one
/// that arrived says which socket it came by.
///
/// The link is up while the interface is up and has a carrier, looked at every [#CHECK_NS]. When the
/// interface goes, so do program and sockets; they are opened again when one of that name is back,
/// unless somebody else loaded the program: then the link stays down for good.
public final class AfXdpBackend extends CountedBackend {
    /// How often the interface is looked at, and the kernel's counts are read.
    public static final long CHECK_NS = 100_000_000;
    /// When the kernel is asked again to send what it left in a transmit ring.
    static final long WAKE_AGAIN_NS = 50_000;
    /// Frames of one call at best.
    public static final int MAX_BATCH_FRAMES = 64;
    /// Memory that the kernel locks for a queue at most with the default `ring-entries=`, on an
    /// interface of any MTU.
    public static final long LOCKED_BYTES_PER_QUEUE = 4L << 20;

    private static final AfXdpQueue[] NO_QUEUES = {};

    private final BackendOptions.AfXdp options;
    private final Timeline timeline;
    private final Timer checkTimer;
    private final Timer wakeTimer;
    private final List<KernelWaker> wakers; // for the loops beside the card's
    private final List<AfXdpInterface> retired =
            new ArrayList<>(); // closed, but the card may hold frames in their memory
    private @Nullable AfXdpInterface current; // null while the interface is gone
    private AfXdpQueue[] queues = NO_QUEUES; // of the current one
    private int epollFd = -1; // of several sockets
    private int longestBytes; // of a frame that it takes
    private int firstQueue; // where the next receive begins
    private @Nullable AfXdpQueue blocked; // had no room in the last transmit
    private boolean up;
    private boolean closed;

    /// Opens the sockets, and attaches the program unless told that somebody else did.
    ///
    /// @throws IOException when this machine refuses; one line that says what to do
    public static AfXdpBackend open(BackendOptions.AfXdp options, Timeline timeline) throws IOException {
        return open(options, timeline, 1);
    }

    /// As [#open(BackendOptions.AfXdp, Timeline)], with part of the work left to [#agents].
    ///
    /// @param loops of the card, the one that calls this backend and one for each agent: the kernel is
    ///     called for socket n by loop n modulo loops
    public static AfXdpBackend open(BackendOptions.AfXdp options, Timeline timeline, int loops) throws IOException {
        CounterTable<BackendCounter> counters = new CounterTable<>(BackendCounter.class);
        List<KernelWaker> wakers = new ArrayList<>();
        boolean done = false;
        try {
            for (int loop = 1; loop < loops; loop++)
                wakers.add(new KernelWaker("queues " + loop + " of " + options.ifname()));
            AfXdpInterface opened = AfXdpInterface.open(options, counters, true);
            AfXdpBackend backend = new AfXdpBackend(options, timeline, counters, opened, wakers);
            done = true;
            return backend;
        } finally {
            if (!done) wakers.forEach(KernelWaker::close);
        }
    }

    /// @param opened this object's from now on, with the same counters
    AfXdpBackend(
            BackendOptions.AfXdp options,
            Timeline timeline,
            CounterTable<BackendCounter> counters,
            AfXdpInterface opened)
            throws SystemCallException {
        this(options, timeline, counters, opened, List.of());
    }

    /// @param wakers call the kernel for some of the sockets; retired when this is closed
    private AfXdpBackend(
            BackendOptions.AfXdp options,
            Timeline timeline,
            CounterTable<BackendCounter> counters,
            AfXdpInterface opened,
            List<KernelWaker> wakers)
            throws SystemCallException {
        super(new Capabilities(PLAIN_FRAME_BYTES, MAX_BATCH_FRAMES, options.leavesChecksums(), false, false), counters);
        this.options = options;
        this.timeline = timeline;
        this.wakers = wakers;
        checkTimer = timeline.timer("interface " + options.ifname(), this::check);
        wakeTimer = timeline.timer("transmit rings of " + options.ifname(), this::wakeAgain);
        use(opened);
        check();
    }

    /// Takes over an interface, or closes it.
    private void use(AfXdpInterface opened) throws SystemCallException {
        boolean done = false;
        try {
            if (opened.queues().length > 1) watch(opened.queues());
            done = true;
        } finally {
            if (!done) opened.close();
        }
        current = opened;
        queues = opened.queues();
        int loops = wakers.size() + 1;
        for (int i = 0; i < queues.length; i++) if (i % loops != 0) queues[i].handOver(wakers.get(i % loops - 1));
        longestBytes = opened.longestBytes(AfXdpInterface.metadataBytes(options));
    }

    private void watch(AfXdpQueue[] several) throws SystemCallException {
        int created = SystemCallException.check("epoll_create1(2)", Epoll.create());
        try (FileDescriptor epoll = new FileDescriptor(created)) {
            for (AfXdpQueue queue : several) {
                int result = Epoll.add(created, queue.socket().fd(), Poller.POLLIN);
                SystemCallException.check("epoll_ctl(2)", result);
            }
            epollFd = epoll.release();
        }
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        blocked = null;
        if (!up) return dropLinkDown(batch, from);
        int frames = 0;
        long bytes = 0;
        int at = from;
        for (; at < batch.size(); at++) {
            if (!acceptable(batch, at)) continue;
            if (batch.lengthBytes(at) > longestBytes) {
                counters.increment(BackendCounter.TRANSMIT_DROPPED_TOO_LONG);
                continue;
            }
            if (!kernelCanFinish(batch, at)) {
                counters.increment(BackendCounter.TRANSMIT_DROPPED_OFFLOAD);
                continue;
            }
            AfXdpQueue queue = queues.length == 1 ? queues[0] : queues[Math.max(0, batch.queue(at)) % queues.length];
            if (queue.append(batch, at)) {
                frames++;
                bytes += batch.lengthBytes(at);
            } else if (queue.failed()) {
                counters.increment(BackendCounter.TRANSMIT_DROPPED_LINK_DOWN);
            } else {
                counters.increment(BackendCounter.TRANSMIT_BACKPRESSURE);
                blocked = queue;
                break;
            }
        }
        countTransmitted(frames, bytes);
        flush();
        return at - from;
    }

    /// The kernel never gets past an open checksum whose two bytes do not lie in the first chunk.
    private static boolean kernelCanFinish(FrameBatch batch, int frame) {
        int start = batch.checksumStart(frame);
        if (start == FrameBatch.CHECKSUM_COMPLETE) return true;
        int offset = batch.checksumOffset(frame);
        int limitBytes = Math.min(batch.lengthBytes(frame), AfXdpInterface.CHUNK_BYTES - TransmitMetadata.BYTES);
        return start >= ETHERNET_HEADER_BYTES && offset >= 0 && (long) start + offset + Short.BYTES <= limitBytes;
    }

    /// Has the kernel send what was appended or left.
    private void flush() {
        boolean unsent = false;
        int trouble = 0;
        for (AfXdpQueue queue : queues) {
            if (!queue.wantsFlush()) continue;
            trouble = Math.min(trouble, queue.flush());
            unsent |= queue.hasUnsent();
        }
        if (unsent && !wakeTimer.isArmed()) wakeTimer.armAt(timeline.nowNs() + WAKE_AGAIN_NS);
        if (trouble < 0) check();
    }

    private void wakeAgain() {
        if (up) flush();
    }

    @Override
    public int receive(FrameBatch batch) {
        while (!retired.isEmpty()) retired.removeLast().close();
        int count = queues.length;
        if (count == 0) return 0;
        for (AfXdpQueue queue : queues) queue.recycle();
        int before = batch.size();
        int share = Math.max(1, (batch.capacity() - before) / count);
        for (int i = 0; i < count && !batch.isFull(); i++) queues[(firstQueue + i) % count].receive(batch, share);
        if (count > 1) takeTheRest(batch);
        firstQueue = (firstQueue + 1) % count;
        int frames = batch.size() - before;
        if (frames > 0) counters.add(BackendCounter.RECEIVE_FRAMES, frames);
        return frames;
    }

    /// What some sockets left of their shares the others get.
    private void takeTheRest(FrameBatch batch) {
        for (int i = 0; i < queues.length && !batch.isFull(); i++)
            queues[(firstQueue + i) % queues.length].receive(batch, batch.capacity() - batch.size());
    }

    /// Looks at the interface and at the kernel's counts.
    private void check() {
        int ifindex = Interfaces.index(options.ifname());
        int mtuBytes = Interfaces.mtuBytes(options.ifname());
        if (current != null && (ifindex != current.ifindex() || current.isUnbound() || outgrown(current, mtuBytes)))
            detach();
        else if (current == null && ifindex >= 0 && !options.inhibit()) attachAgain();
        boolean alive = false;
        boolean unsent = false;
        for (AfXdpQueue queue : queues) {
            queue.foldKernelCounts();
            alive |= !queue.failed();
            unsent |= queue.hasUnsent();
        }
        setUp(alive && Interfaces.isRunning(options.ifname()) == 1);
        if (up && unsent) wakeTimer.armAt(timeline.nowNs());
        boolean forGood = current == null && options.inhibit();
        if (!forGood) checkTimer.armAt(timeline.nowNs() + CHECK_NS);
    }

    /// Whether the MTU was raised past what the chunks are good for; inherited sockets cannot be had
    /// again.
    private boolean outgrown(AfXdpInterface opened, int mtuBytes) {
        return !options.inhibit() && !opened.suits(mtuBytes);
    }

    private void attachAgain() {
        try {
            use(AfXdpInterface.open(options, counters, false));
        } catch (IOException refused) { // the next look may find it ready
            counters.increment(BackendCounter.CONNECT_FAILURES);
        }
    }

    /// The interface has gone, or is to be opened anew. The memory is kept until the card asks for more
    /// frames.
    private void detach() {
        setUp(false);
        blocked = null;
        queues = NO_QUEUES;
        wakeTimer.disarm();
        if (epollFd >= 0) Files.close(epollFd);
        epollFd = -1;
        if (current != null) {
            current.detach();
            retired.add(current);
        }
        current = null;
    }

    /// The sockets of the interface, none while it is gone. Not to be changed.
    AfXdpQueue[] queues() {
        return queues;
    }

    private void setUp(boolean nowUp) {
        if (nowUp != up) counters.increment(nowUp ? BackendCounter.LINK_UPS : BackendCounter.LINK_DOWNS);
        up = nowUp;
    }

    @Override
    public int transmitQueues() {
        return options.queues();
    }

    @Override
    public boolean linkUp() {
        return up;
    }

    /// The socket, or one descriptor for several of them. Polling it has the kernel send what is left
    /// in the transmit rings, too. -1 while the interface is gone.
    @Override
    public int receiveFd() {
        return queues.length == 1 ? queues[0].socket().fd() : epollFd;
    }

    /// The socket that had no room, where polling waits for it; -1 where only asking again helps:
    /// frames are on their way that the kernel has not given back.
    @Override
    public int transmitFd() {
        return blocked != null && blocked.pollWaitsForRoom() ? blocked.socket().fd() : -1;
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        detach();
        checkTimer.disarm();
        while (!retired.isEmpty()) retired.removeLast().close();
        wakers.forEach(KernelWaker::retire);
    }

    /// What loops beside the card's do for it, from [#open] until [#close].
    public List<? extends SideAgent> agents() {
        return List.copyOf(wakers);
    }
}
