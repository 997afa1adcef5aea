package dev.doorbell.vfiouser;

import dev.doorbell.agent.Agent;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.MessageSocket;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Serves one PCI function to one vfio-user client at a time, from the card's own loop.
///
/// A client that leaves, by closing, by an error or by force, takes everything along that it brought, and
/// the function is reset; the next one in the listener's queue is let in then. Nothing here waits. All
/// methods belong to the loop's thread, except the constructor and [#counters()].
public final class VfioUserServer implements Agent {
    /// Slots that [#fill] uses.
    public static final int POLL_SLOTS = 1 + InterruptTable.POLL_SLOTS;

    /// A client that has read nothing for so long, while we have something for it, is disconnected.
    static final long STALL_NS = 10_000_000_000L;

    private static final int SOCKET_MODE = 0600;

    private final PciFunction function;
    private final Timeline timeline;
    private final @Nullable String path;
    private final CounterTable<VfioUserCounter> counters = new CounterTable<>(VfioUserCounter.class);
    private final Arena arena = Arena.ofShared();
    private final Inbox inbox = new Inbox(arena);
    private final Outbox outbox = new Outbox(arena, Session.OUTBOX_BYTES);
    private final Replies replies = new Replies(outbox, counters);
    private final BarWindows ownBars;
    private final GuestMemory memory;
    private final FileMappings files;
    private final InterruptTable interrupts;
    private final RegionAccess access;
    private final SetUp setUp;
    private final Timer stall;
    private int listener;
    private long sendsBefore;
    private @Nullable Session session;

    /// Listens on a path, readable and writable by its owner only. A socket file that nobody listens on is
    /// replaced.
    ///
    /// @throws SystemCallException EADDRINUSE when somebody serves there already, ENOENT, EACCES ...
    public VfioUserServer(String path, PciFunction function, Timeline timeline) throws SystemCallException {
        this(
                SystemCallException.check("bind(2) " + path, UnixSockets.listen(path, SOCKET_MODE)),
                path,
                function,
                timeline);
    }

    /// Serves on a listening Unix stream socket that never waits, which is this object's from now on.
    ///
    /// @param path file to remove on [#close()], or null
    public VfioUserServer(int listener, @Nullable String path, PciFunction function, Timeline timeline) {
        this.listener = listener;
        this.path = path;
        this.function = function;
        this.timeline = timeline;
        ownBars = new BarWindows(function);
        memory = new GuestMemory(arena, timeline, ownBars, counters);
        files = new FileMappings(timeline, function);
        interrupts = new InterruptTable(function, counters);
        access = new RegionAccess(function);
        setUp = new SetUp(function, memory, files, interrupts, ownBars, replies);
        stall = timeline.timer("vfio-user stall", this::endStalled);
        function.connect(memory, interrupts);
    }

    @Override
    public String roleName() {
        return path == null ? "vfio-user" : "vfio-user " + path;
    }

    /// What happened so far; any thread may read it.
    public CounterTable<VfioUserCounter> counters() {
        return counters;
    }

    /// Whether a client is there.
    public boolean hasClient() {
        return session != null;
    }

    /// Whether [#doWork] would do something although nothing is ready to poll.
    public boolean hasPendingWork() {
        return session != null && session.hasPendingWork();
    }

    /// Puts what this server waits for into `slot` and the following ones, [#POLL_SLOTS] in all. Call it
    /// again before every poll: what there is to wait for changes.
    public void fill(Poller poller, int slot) {
        Session open = session;
        if (open == null) {
            poller.set(slot, listener, Poller.POLLIN);
        } else {
            int events = (open.wantsInput() ? Poller.POLLIN : 0) | (open.unsentBytes() > 0 ? Poller.POLLOUT : 0);
            poller.set(slot, open.fd(), (short) events);
        }
        interrupts.fill(poller, slot + 1);
    }

    @Override
    public int doWork() {
        Session open = session;
        if (open == null) return accept();
        int work;
        try {
            work = interrupts.poll() + open.doWork();
        } catch (InternalError truncated) { // a file under a mapping was: see linux.Mapping
            memoryFault();
            return 1;
        }
        if (memory.table().damaged()) {
            memoryFault();
            return 1;
        }
        if (open.state() != Session.State.OPEN) {
            if (open.state() == Session.State.LOST) counters.increment(VfioUserCounter.CLIENTS_LOST);
            end();
            return work + 1;
        }
        watchStall(open.unsentBytes());
        return work;
    }

    private int accept() {
        int fd = UnixSockets.accept(listener);
        if (fd < 0) return 0; // nobody, or nobody any more
        counters.increment(VfioUserCounter.CLIENTS);
        MessageSocket socket = new MessageSocket(fd, Inbox.LIMIT_DESCRIPTORS);
        function.connect(memory, interrupts);
        ownBars.changed();
        session = new Session(socket, inbox, outbox, replies, access, memory, ownBars, setUp, counters);
        return 1;
    }

    /// A client stalls when bytes wait for it and none have gone for a while; how many wait says nothing,
    /// as new ones come.
    private void watchStall(int unsentBytes) {
        long sends = counters.get(VfioUserCounter.SENDS);
        if (unsentBytes == 0) {
            if (stall.isArmed()) stall.disarm();
        } else if (sends != sendsBefore || !stall.isArmed()) {
            stall.armAt(timeline.nowNs() + STALL_NS);
        }
        sendsBefore = sends;
    }

    private void endStalled() {
        if (session == null) return;
        counters.increment(VfioUserCounter.CLIENTS_STALLED);
        end();
    }

    /// Ends the session because a file of the client's memory was cut shorter under its mapping. The loop
    /// calls this when an `InternalError` comes out of the card or its backend; without a client it does
    /// nothing.
    public void memoryFault() {
        if (session == null) return;
        counters.increment(VfioUserCounter.MEMORY_DAMAGED);
        end();
    }

    /// Takes back everything the client brought, and resets the function.
    private void end() {
        Session gone = session;
        if (gone == null) return;
        session = null;
        stall.disarm();
        gone.close();
        interrupts.clear();
        memory.clear();
        files.close();
        function.reset();
        ownBars.changed();
    }

    /// Ends the session, stops listening and removes the socket file.
    @Override
    public void close() {
        end();
        if (listener < 0) return;
        Files.close(listener);
        listener = -1;
        if (path != null) Files.unlink(path);
        arena.close();
    }
}
