package dev.doorbell.lab.model;

import dev.doorbell.device.NetworkCard;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timer;
import dev.doorbell.time.VirtualTimeline;
import org.jspecify.annotations.Nullable;

/// The host's own processor: steps the card, and is busy for as long as the frames that went through it take. It
/// stands between card and network to count them. One thread.
///
/// A step moves its frames at its start and is busy after it: a frame that comes alone is on time, of several the last
/// is early by what the others take. Rates are exact.
final class HostProcessor implements FrameBackend {
    private static final int MAX_CYCLES = 1_000_000;

    private final VirtualTimeline time;
    private final Costs costs;
    private final FrameBackend network;
    private final Timer busy;
    private @Nullable NetworkCard card;
    private long sent;
    private long received;

    HostProcessor(VirtualTimeline time, Costs costs, FrameBackend network) {
        this.time = time;
        this.costs = costs;
        this.network = network;
        busy = time.timer("host is busy", () -> {}); // whoever moves time calls look() after it
    }

    /// Names the card to step; until then [#look] does nothing.
    void serve(NetworkCard served) {
        card = served;
    }

    /// Looks whether the card has something to do, unless it is busy: it will look again when that is over.
    void look() {
        NetworkCard served = card;
        if (served == null) return;
        for (int cycle = 0; cycle < MAX_CYCLES && !busy.isArmed(); cycle++) {
            long before = sent + received;
            int work = served.doWork();
            beBusy((sent + received - before) * costs.hostPacketNs());
            if (work == 0) return;
        }
        if (!busy.isArmed()) throw stuck();
    }

    /// A doorbell rouses it: it looks after the time that waking takes, or when it is done with what it has.
    void wake() {
        if (!busy.isArmed()) beBusy(costs.hostWakeNs());
        look();
    }

    /// Has the card do everything at once, in time that another processor pays for: frames sent. What it receives
    /// meanwhile is our own work.
    ///
    /// @return frames sent
    long workForAnother() {
        NetworkCard served = card;
        if (served == null) return 0;
        long sentBefore = sent;
        long receivedBefore = received;
        int cycle = 0;
        while (served.doWork() != 0) if (++cycle == MAX_CYCLES) throw stuck();
        beBusy((received - receivedBefore) * costs.hostPacketNs());
        return sent - sentBefore;
    }

    private void beBusy(long ns) {
        if (ns > 0) busy.armAt((busy.isArmed() ? busy.deadlineNs() : time.nowNs()) + ns);
    }

    private static IllegalStateException stuck() {
        return new IllegalStateException("the card is still busy after " + MAX_CYCLES + " duty cycles of an instant");
    }

    /// Frames that the card sent.
    long sent() {
        return sent;
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        int taken = network.transmit(batch, from);
        sent += taken;
        return taken;
    }

    @Override
    public int receive(FrameBatch batch) {
        int frames = network.receive(batch);
        received += frames;
        return frames;
    }

    @Override
    public boolean linkUp() {
        return network.linkUp();
    }

    @Override
    public Capabilities capabilities() {
        return network.capabilities();
    }

    /// The network belongs to whoever made it.
    @Override
    public void close() {}
}
