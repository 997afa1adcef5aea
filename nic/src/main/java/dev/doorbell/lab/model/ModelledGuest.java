package dev.doorbell.lab.model;

import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.lab.world.CardPlan;
import dev.doorbell.lab.world.VirtualCard;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.time.VirtualTimeline;

/// A guest on one virtual processor that uses the real driver on the real card. Everything it does takes the time that
/// its [Costs] say; the clock is the timeline.
///
/// - An exit takes `exit`. With [HostPlace#EXITING_PROCESSOR] a doorbell's exit lasts until its frames are out: the
///   host wakes, and works on each.
/// - An interrupt takes `interruptEntry`; then the handler does what a driver's does: asks why
///   ([NetworkDriver#takeInterrupt], which also writes an owed tail), and takes back what was sent.
/// - Interrupts wait while the guest is in its driver: it holds the queue's lock there.
///
/// Setting up is not charged. One thread; nothing is allocated after the constructor.
public final class ModelledGuest implements AutoCloseable {
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    private static final int RECEIVE_FRAMES = 64;
    private static final int SEND_FRAMES = 256;

    private final VirtualTimeline time = new VirtualTimeline();
    private final Costs costs;
    private final HostPlace place;
    private final boolean sharedTails;
    private final boolean[] isTail; // by register word
    private final boolean[] isTransmitTail;
    private final HostProcessor host;
    private final GuestProcessor processor;
    private final VirtualCard world;
    private final NetworkDriver driver;
    private final TestFrames frames;
    private final FrameBatch outgoing = new FrameBatch(SEND_FRAMES, SEND_FRAMES, 0);
    private final FrameBatch incoming = new FrameBatch(RECEIVE_FRAMES, RECEIVE_FRAMES, 0);
    private boolean running; // set up: from now on things cost
    private boolean inHandler;
    private long doorbellExits;
    private long interruptExits;
    private long otherExits;
    private long takenAtHandOver = -1; // interrupts handled when packets were handed over last
    private long accepted;
    private long received;

    /// Makes network, card and driver and starts them.
    ///
    /// @param frameBytes of what the guest sends, without FCS
    /// @param network    given the timeline, makes what the card is connected to; belongs to the guest
    public ModelledGuest(Costs costs, HostPlace place, CardPlan plan, int frameBytes, Network network) {
        this.costs = costs;
        this.place = place;
        sharedTails = plan instanceof CardPlan.IgbPlan igb && igb.sharedDoorbells();
        isTail = new boolean[IgbRegister.SPACE_BYTES >>> 2];
        isTransmitTail = new boolean[isTail.length];
        noteTails(plan);
        host = new HostProcessor(time, costs, network.on(time));
        processor = new GuestProcessor(time, this::handleInterrupt, host::look);
        world = new VirtualCard(plan, time, host, function -> new CostedFunction(function, this));
        driver = world.driver();
        frames = new TestFrames(world.memory(), frameBytes, BROADCAST, driver.macAddress());
        host.serve(world.card());
        driver.takeInterrupt(); // that the link came up
        running = true;
    }

    /// Makes a network on a guest's timeline.
    @FunctionalInterface
    public interface Network {
        FrameBackend on(VirtualTimeline time);
    }

    private void noteTails(CardPlan plan) {
        if (plan instanceof CardPlan.E1000Plan) {
            isTransmitTail[E1000Register.TDT.spec().offset() >>> 2] = true;
            isTail[E1000Register.RDT.spec().offset() >>> 2] = true;
        } else {
            for (int queue = 0; queue < IgbRegister.QUEUES; queue++) {
                isTransmitTail[IgbRegister.TDT.spec().offset(queue) >>> 2] = true;
                isTail[IgbRegister.RDT.spec().offset(queue) >>> 2] = true;
            }
        }
        for (int i = 0; i < isTail.length; i++) isTail[i] |= isTransmitTail[i];
    }

    public VirtualTimeline time() {
        return time;
    }

    public NetworkDriver driver() {
        return driver;
    }

    /// Card and driver memory, for whoever counts.
    public VirtualCard world() {
        return world;
    }

    /// Makes a packet and hands it to the driver, which has a doorbell policy of its own. A full ring is waited for.
    ///
    /// @param limitNs when to give up waiting
    /// @return whether the driver took it
    public boolean sendOne(long limitNs) {
        outgoing.clear();
        frames.make(outgoing, 1);
        processor.run(costs.guestPacketNs());
        return handOver(limitNs);
    }

    /// Makes packets until an interrupt comes, and hands them over in one call then: rings once per interrupt. The
    /// first
    /// is handed over alone, so that there is one to come.
    public boolean sendUntilInterrupt(long limitNs) {
        outgoing.clear();
        do {
            frames.make(outgoing, 1);
            processor.run(costs.guestPacketNs());
        } while (processor.taken() == takenAtHandOver && !outgoing.isFull() && time.nowNs() - limitNs < 0);
        return handOver(limitNs);
    }

    private boolean handOver(long limitNs) {
        int from = 0;
        while (true) { // bounded by limitNs
            takenAtHandOver = processor.taken();
            processor.mask();
            from += driver.transmit(outgoing, from);
            processor.unmask();
            if (place == HostPlace.OWN_PROCESSOR) host.look();
            if (from == outgoing.size()) break;
            boolean roomAgain = processor.taken() != takenAtHandOver || processor.halt(limitNs);
            if (!roomAgain && time.nowNs() - limitNs >= 0) break;
        }
        accepted += from;
        frames.unmake(outgoing.size() - from);
        return from == outgoing.size();
    }

    /// Takes what has arrived to the guest's stack, which works on each frame; or sleeps until there is an interrupt.
    ///
    /// @return whether anything was done before `limitNs`
    public boolean receiveSome(long limitNs) {
        processor.mask();
        incoming.clear();
        int arrived = driver.receive(incoming);
        processor.unmask();
        if (arrived == 0) return processor.halt(limitNs);
        for (int i = 0; i < arrived; i++) processor.run(costs.guestPacketNs());
        received += arrived;
        return true;
    }

    /// Does nothing until `limitNs` but handle interrupts.
    public void rest(long limitNs) {
        while (time.nowNs() - limitNs < 0) processor.halt(limitNs);
    }

    /// What the driver accepted so far: all of it must get to the network.
    public long accepted() {
        return accepted;
    }

    public Usage usage() {
        return new Usage(
                time.nowNs(),
                host.sent(),
                received,
                driver.doorbells(),
                doorbellExits,
                interruptExits,
                otherExits,
                processor.taken());
    }

    private void handleInterrupt() {
        inHandler = true;
        processor.run(costs.interruptEntryNs());
        driver.takeInterrupt();
        driver.transmitFree(); // takes back what was sent
        inHandler = false;
    }

    // What CostedFunction tells us.

    void interrupt() {
        if (running) processor.interrupt();
    }

    boolean isTail(long offset) {
        return isTail[(int) offset >>> 2];
    }

    boolean tailsAreShared() {
        return sharedTails;
    }

    /// A register access: the world switch and the VMM's dispatch.
    void exit(boolean doorbell) {
        if (!running) return;
        if (doorbell) doorbellExits++;
        else if (inHandler) interruptExits++;
        else otherExits++;
        pass(costs.exitNs());
    }

    /// Time in which no interrupt is taken.
    private void pass(long ns) {
        boolean wasMasked = processor.isMasked();
        processor.mask();
        processor.run(ns);
        if (!wasMasked) processor.unmask();
    }

    /// Where the host works in the exit: it wakes, and the first frame is out when it has worked on it.
    void beforeDoorbell(long offset) {
        if (running && place == HostPlace.EXITING_PROCESSOR && isTransmitTail[(int) offset >>> 2])
            pass(costs.hostWakeNs() + costs.hostPacketNs());
    }

    void afterDoorbell() {
        if (!running) return;
        if (place == HostPlace.OWN_PROCESSOR) host.wake();
        else pass(Math.max(0, host.workForAnother() - 1) * costs.hostPacketNs());
    }

    /// Stops card and driver; the clock keeps what it says.
    @Override
    public void close() {
        running = false;
        world.close();
    }
}
