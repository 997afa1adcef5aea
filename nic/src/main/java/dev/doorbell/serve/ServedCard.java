package dev.doorbell.serve;

import dev.doorbell.device.CardTotal;
import dev.doorbell.device.NetworkCard;
import dev.doorbell.linux.Poller;
import dev.doorbell.time.Timeline;
import dev.doorbell.vfiouser.VfioUserServer;

/// One card with its door and its gate, as a loop steps and waits for it. One thread, the loop's.
final class ServedCard {
    /// Poller slots that a card takes.
    static final int POLL_SLOTS = VfioUserServer.POLL_SLOTS + 2;

    /// A backend that is readable though its card takes nothing (its FIFO is full, say) is asked again
    /// after this.
    private static final long MUTED_NS = 1_000_000;

    /// What had nothing is not asked again for so long, unless a poll finds it ready: in a busy loop the asking would
    /// cost more than the work.
    static final long PATIENCE_NS = 5_000;

    private static final int RECEIVE_SLOT = VfioUserServer.POLL_SLOTS;
    private static final int TRANSMIT_SLOT = RECEIVE_SLOT + 1;

    private final String id;
    private final VfioUserServer server;
    private final NetworkCard card;
    private final PatientBackend backend;
    private final SharedMemory shared;
    private final Timeline time;
    private boolean clientQuiet; // the socket had nothing, at
    private long clientAskedNs;
    private long refusals; // of the backend, as the card counted them
    private boolean blocked; // the backend took less than offered in the last duty cycle
    private boolean readable; // as the last poll found the backend
    private boolean muted;

    /// All but the timeline are this object's from now on. The card was made with the same backend.
    ServedCard(
            String id,
            VfioUserServer server,
            NetworkCard card,
            PatientBackend backend,
            SharedMemory shared,
            Timeline time) {
        this.id = id;
        this.server = server;
        this.card = card;
        this.backend = backend;
        this.shared = shared;
        this.time = time;
    }

    String id() {
        return id;
    }

    /// One duty cycle.
    int doWork() {
        int work = stepServer() + stepCard();
        long refused = card.total(CardTotal.BACKPRESSURE);
        blocked = refused != refusals;
        refusals = refused;
        muted = work == 0 && (muted || readable);
        readable = false;
        return work;
    }

    /// With shared pages the socket brings no doorbells, so it is asked with patience.
    private int stepServer() {
        if (clientQuiet && card.pollsSharedPages() && time.nowNs() - clientAskedNs < PATIENCE_NS) return 0;
        int work = server.doWork();
        clientQuiet = work == 0;
        if (clientQuiet) clientAskedNs = time.nowNs();
        return work;
    }

    /// A file of the client's that was cut shorter under its mapping shows as an `InternalError`, perhaps
    /// late: that is the client's doing and ends its session, not the card.
    private int stepCard() {
        try {
            return card.doWork();
        } catch (InternalError truncated) {
            if (!memoryFault()) throw truncated;
            return 1;
        }
    }

    /// Ends the session for the sake of its memory.
    ///
    /// @return whether there was one
    boolean memoryFault() {
        boolean had = server.hasClient();
        server.memoryFault();
        return had;
    }

    /// Tells the poller what can wake this card.
    ///
    /// @return how long it may sleep at most, whatever else
    long fill(Poller poller, int slot) {
        server.fill(poller, slot);
        poller.set(slot + RECEIVE_SLOT, muted ? -1 : backend.receiveFd(), Poller.POLLIN);
        poller.set(slot + TRANSMIT_SLOT, blocked ? backend.transmitFd() : -1, Poller.POLLOUT);
        if (server.hasPendingWork()) return 0;
        return muted || (blocked && backend.transmitFd() < 0) ? MUTED_NS : Long.MAX_VALUE;
    }

    /// Whether the guest may ring doorbells that only looking at the shared pages finds.
    boolean pollsSharedPages() {
        return card.pollsSharedPages();
    }

    /// Whether there is one.
    boolean sharedPagesChanged() {
        return card.sharedPagesChanged();
    }

    /// Looks at what a poll found.
    void polled(Poller poller, int slot) {
        readable = poller.ready(slot + RECEIVE_SLOT) != 0;
        if (readable) backend.ready();
        clientQuiet = false;
    }

    /// Takes the socket away first, so that no client comes to a card without a gate.
    void close() {
        server.close();
        backend.close();
        shared.close();
    }
}
