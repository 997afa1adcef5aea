package dev.doorbell.lab.world;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.exercise.Forwarder;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timer;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/// Requests at random times from software behind one card, and a peer behind another that answers each at once. The
/// requesting software learns of an answer by its card's interrupt; the peer looks all the time. One thread.
public final class Conversation implements AutoCloseable {
    private static final int SLOTS = 1024; // requests under way at most
    private static final int BATCH_FRAMES = 32;
    private static final int NUMBER_AT = 16;
    private static final int MAX_CYCLES = 100_000;
    private static final int MAX_EVENTS = 1_000_000;
    private static final long LONGEST_NS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final long LAST_ANSWERS_NS = 1_000_000_000;
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final VirtualTimeline time = new VirtualTimeline();
    private final VirtualCard client;
    private final VirtualCard server;
    private final Forwarder answering;
    private final FrameBatch outgoing = new FrameBatch(1, 1, 0);
    private final FrameBatch incoming = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES, 0);
    private final long[] sentNs = new long[SLOTS];
    private final long slots;
    private final int frameBytes;
    private final Histogram roundTrips = new Histogram(LONGEST_NS, DIGITS);
    private final Timer due = time.timer("request", () -> {}); // a stop on the way, nothing more
    private long sumNs;
    private long asked;
    private long answered;
    private long ns;
    private long interrupts;

    /// @param plan        the requesting card; its driver uses interrupts
    /// @param wireDelayNs one way
    /// @param frameBytes  of each request, without FCS, 24 or more
    public Conversation(CardPlan plan, long wireDelayNs, int frameBytes) {
        this.frameBytes = frameBytes;
        Wire wire = new Wire(time, wireDelayNs, frameBytes);
        client = new VirtualCard(plan, time, wire.left());
        server = new VirtualCard(CardPlan.igb(IgbDriverOptions.DEFAULT, frameBytes), time, wire.right());
        answering = new Forwarder(server.driver(), server.driver(), true, BATCH_FRAMES);
        DriverMemory memory = client.memory();
        slots = memory.take((long) SLOTS * frameBytes, 64);
        for (int i = 0; i < SLOTS; i++) {
            long at = slots + (long) i * frameBytes;
            EthernetAddress.write(memory.segment(), at, server.driver().macAddress());
            EthernetAddress.write(
                    memory.segment(),
                    at + EthernetAddress.BYTES,
                    client.driver().macAddress());
        }
    }

    /// Sends requests and waits for the answers.
    ///
    /// @param perSecond average rate
    public void run(int requests, long perSecond, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        settle();
        long interruptsBefore = client.driver().interrupts();
        long fromNs = time.nowNs();
        long nextNs = fromNs;
        for (int i = 0; i < requests; i++) {
            nextNs += Math.round(-StrictMath.log(1 - random.nextDouble()) * 1e9 / perSecond);
            due.armAt(nextNs);
            runUntil(nextNs);
            ask();
            settle();
        }
        long untilNs = nextNs + LAST_ANSWERS_NS;
        while (answered < asked && time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) next();
        ns = time.nowNs() - fromNs;
        interrupts = client.driver().interrupts() - interruptsBefore;
    }

    private void ask() {
        MemorySegment memory = client.memory().segment();
        int slot = (int) (asked % SLOTS);
        long at = slots + (long) slot * frameBytes;
        memory.set(LE64, at + NUMBER_AT, asked);
        outgoing.clear();
        outgoing.beginFrame();
        outgoing.addSlice(memory, at, frameBytes);
        outgoing.endFrame();
        if (client.driver().transmit(outgoing, 0) == 0) return; // the ring is full: this one is not asked
        sentNs[slot] = time.nowNs();
        asked++;
    }

    private void runUntil(long untilNs) {
        while (time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) next();
        time.advanceTo(untilNs, MAX_EVENTS);
    }

    private void next() {
        time.advanceTo(Math.max(time.nowNs(), time.nextDeadlineNs()), MAX_EVENTS);
        settle();
    }

    private void settle() {
        for (int cycle = 0; cycle < MAX_CYCLES; cycle++)
            if (client.settle() + server.settle() + answering.forward() + handle() == 0) return;
        throw new IllegalStateException("two cards are still busy after " + MAX_CYCLES + " cycles of an instant");
    }

    /// The interrupt handler, and what it wakes.
    private int handle() {
        NetworkDriver driver = client.driver();
        if (driver.takeInterrupt() == 0) return 0;
        do {
            incoming.clear();
            driver.receive(incoming);
            for (int frame = 0; frame < incoming.size(); frame++) answered(frame);
        } while (incoming.isFull());
        return 1;
    }

    private void answered(int frame) {
        int slice = incoming.firstSlice(frame);
        long number = incoming.sliceSegment(slice).get(LE64, incoming.sliceOffset(slice) + NUMBER_AT);
        long tripNs = time.nowNs() - sentNs[(int) (number % SLOTS)];
        roundTrips.recordValue(Math.min(tripNs, LONGEST_NS));
        sumNs += tripNs;
        answered++;
    }

    /// Round trips, nanoseconds, to three digits.
    public Histogram roundTripsNs() {
        return roundTrips;
    }

    /// Their mean, exactly.
    public double meanNs() {
        return (double) sumNs / answered;
    }

    /// Requests that no answer came to.
    public long unanswered() {
        return asked - answered;
    }

    /// The whole run.
    public long ns() {
        return ns;
    }

    /// Interrupts of the requesting card in it.
    public long interrupts() {
        return interrupts;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
