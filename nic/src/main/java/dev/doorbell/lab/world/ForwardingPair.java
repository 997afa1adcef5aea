package dev.doorbell.lab.world;

import dev.doorbell.device.NetworkCard;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.exercise.Forwarder;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.time.WallTimeline;
import java.util.List;

/// Two cards in this process with a driver each, all on one thread: numbered frames enter the first card
/// from its wire, its driver receives them, the other driver sends them, and the wire behind the second card
/// checks them.
///
/// Both drivers only look at memory (no interrupts), one queue each way; every frame passes a receive and
/// a transmit descriptor, both written back.
public final class ForwardingPair implements AutoCloseable {
    private static final int BATCH_FRAMES = 32;
    private static final int IDLE_TURNS = 4; // a frame is in one of that many places at most
    private static final long FIRST_MAC = 0x5254_0012_3456L;
    private static final long SECOND_MAC = 0x5254_0012_3457L;

    private final WallTimeline time = new WallTimeline();
    private final NumberedEnd source;
    private final NumberedEnd check;
    private final Side first;
    private final Side second;
    private final Forwarder forwarder;
    private final List<DriverMemory> memories;

    /// @param igb        whose cards: two 82576, else two 82540EM
    /// @param inPlace    both drivers share one memory, and frames are sent from where they were received;
    ///     else the second driver copies them
    /// @param frameBytes see [NumberedEnd]
    public ForwardingPair(boolean igb, boolean inPlace, int frameBytes) {
        source = new NumberedEnd(frameBytes);
        check = new NumberedEnd(frameBytes);
        long bytes = Math.max(DriverOptions.DEFAULT.memoryBytes(), IgbDriverOptions.DEFAULT.memoryBytes()) + 8192;
        memories = inPlace
                ? List.of(DriverMemory.local(2 * bytes))
                : List.of(DriverMemory.local(bytes), DriverMemory.local(bytes));
        first = new Side(igb, FIRST_MAC, source, memories.getFirst());
        second = new Side(igb, SECOND_MAC, check, memories.getLast());
        first.driver.start();
        second.driver.start();
        forwarder = new Forwarder(first.driver, second.driver, inPlace, BATCH_FRAMES);
    }

    /// One turn: so many frames arrive at the first card, and what has arrived moves on.
    ///
    /// @param frames 1 to 32
    /// @return frames given to the second card
    public int turn(int frames) {
        source.offer(frames);
        first.step();
        int moved = forwarder.forward();
        second.step();
        return moved;
    }

    /// Goes on until nothing is under way; no more frames arrive.
    public void drain() {
        int moved = 1;
        for (int idle = 0; idle < IDLE_TURNS; idle = moved > 0 ? 0 : idle + 1) moved = turn(0);
    }

    /// The end that frames come from.
    public NumberedEnd source() {
        return source;
    }

    /// The end that they go to.
    public NumberedEnd check() {
        return check;
    }

    /// The driver that receives.
    public NetworkDriver receiver() {
        return first.driver;
    }

    /// The driver that sends.
    public NetworkDriver sender() {
        return second.driver;
    }

    @Override
    public void close() {
        first.close();
        second.close();
        memories.forEach(DriverMemory::close);
    }

    private final class Side {
        private final NetworkCard card;
        private final PciEndpoint slot;
        private final NetworkDriver driver;

        private Side(boolean igb, long mac, NumberedEnd end, DriverMemory memory) {
            card = igb
                    ? new Igb(new IgbOptions(mac).withAutoNegotiationNs(0), time, end)
                    : new E1000(new E1000Options(E1000Model.I82540EM, mac).withAutoNegotiationNs(0), time, end);
            slot = new PciEndpoint(card);
            driver = NetworkDriver.of(slot, memory, DriverOptions.DEFAULT, IgbDriverOptions.DEFAULT, this::pass);
        }

        private void pass(long ns) {
            long untilNs = time.nowNs() + ns;
            do step();
            while (time.nowNs() < untilNs);
        }

        private void step() {
            time.runDue();
            card.doWork();
        }

        private void close() {
            driver.close();
            slot.reset();
        }
    }
}
