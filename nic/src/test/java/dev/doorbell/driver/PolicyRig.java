package dev.doorbell.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.LoopbackBackend;
import dev.doorbell.device.CardTotal;
import dev.doorbell.device.NetworkCard;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.driver.e1000.E1000Driver;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.time.VirtualTimeline;

/// A driver on a card of this process whose frames come back, under virtual time: a sender that hands
/// over frames, a handler that takes interrupts, and a receiver that misses no frame unnoticed.
final class PolicyRig {
    /// The cards that a policy can be tried on.
    enum Chip {
        E1000(false),
        E1000_PARAVIRTUAL(false),
        IGB_LINE(false),
        IGB_MESSAGES(true);

        private final boolean messages;

        Chip(boolean messages) {
            this.messages = messages;
        }
    }

    private static final long MAC = 0x5254_0012_3456L;
    private static final int CARD_STEPS = 10_000;

    final VirtualTimeline time = new VirtualTimeline();
    final DriverMemory memory = DriverMemory.local(32 << 20);
    final NetworkCard card;
    final NetworkDriver driver;
    final TestFrames frames;
    private final FrameBatch out = new FrameBatch(64, 640, 0);
    private final FrameBatch in = new FrameBatch(64, 640, 0);
    private final long doorbellsAtStart;
    private long offered;
    private long received;

    PolicyRig(Chip chip, boolean interrupts, int interruptsPerSecond) {
        this(chip, interrupts, Moderation.throttled(interruptsPerSecond), 256);
    }

    /// @param moderation of which the 82576 has the throttle only
    PolicyRig(Chip chip, boolean interrupts, Moderation moderation, int ringEntries) {
        if (chip == Chip.E1000 || chip == Chip.E1000_PARAVIRTUAL) {
            E1000Options options =
                    new E1000Options(E1000Model.I82540EM, MAC).withParavirtual(chip == Chip.E1000_PARAVIRTUAL);
            card = new E1000(options, time, new LoopbackBackend());
            DriverOptions wanted = DriverOptions.DEFAULT.withRingEntries(ringEntries);
            driver = new E1000Driver(
                    new PciEndpoint(card), memory, interrupts ? wanted.withInterrupts(moderation) : wanted, this::pass);
        } else {
            card = new Igb(new IgbOptions(MAC).withMsix(chip.messages), time, new LoopbackBackend());
            IgbDriverOptions wanted = IgbDriverOptions.DEFAULT.withRingEntries(ringEntries);
            driver = new IgbDriver(
                    new PciEndpoint(card),
                    memory,
                    interrupts ? wanted.withInterrupts(moderation.interruptsPerSecond()) : wanted,
                    this::pass);
        }
        driver.start();
        driver.takeInterrupt();
        frames = new TestFrames(memory, 60, driver.macAddress(), driver.macAddress());
        doorbellsAtStart = card.total(CardTotal.DOORBELLS);
    }

    /// Hands frames over in one call; all must be taken.
    void send(int count) {
        assertEquals(count, offer(count));
    }

    /// Hands frames over in one call.
    ///
    /// @return frames taken
    int offer(int count) {
        out.clear();
        frames.make(out, count);
        int taken = driver.transmit(out, 0);
        frames.unmake(count - taken);
        offered += taken;
        return taken;
    }

    /// Time passes, from deadline to deadline; the card works, nobody handles interrupts.
    void pass(long ns) {
        long untilNs = time.nowNs() + ns;
        settle();
        while (time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) {
            time.advanceTo(Math.max(time.nowNs(), time.nextDeadlineNs()), 1_000_000);
            settle();
        }
        time.advanceTo(untilNs, 1);
    }

    /// As [#pass], as the loop of a card does that looks at a shared page.
    void look() {
        if (card.sharedPagesChanged()) settle();
    }

    /// As [#pass] in small steps, with the interrupt's handler.
    void serve(long ns) {
        for (long left = ns; left > 0; left -= 1_000) {
            pass(Math.min(left, 1_000));
            handle();
        }
    }

    /// The interrupt's handler: nothing happens without an interrupt.
    void handle() {
        if (driver.takeInterrupt() == 0) return;
        settle();
        receive();
    }

    /// Takes what is there, until there is nothing.
    void receive() {
        for (int round = 0; round < 64; round++) {
            in.clear();
            if (driver.receive(in) == 0) return;
            received += frames.check(in);
        }
    }

    /// One look at the receive ring, and none that finds it empty.
    void receiveOnce() {
        in.clear();
        driver.receive(in);
        received += frames.check(in);
    }

    private void settle() {
        int steps = 0;
        while (card.doWork() > 0) assertTrue(++steps < CARD_STEPS, "the card does not come to rest");
    }

    /// After a long quiet with its interrupts: every frame came back whole, once and in order, and the
    /// card has nothing left.
    void assertNothingLost() {
        for (int i = 0; i < 400; i++) {
            pass(50_000);
            handle();
        }
        receive();
        frames.giveUp();
        assertEquals(0, frames.missing(), "frames missing");
        assertEquals(0, frames.damaged(), "frames damaged");
        assertEquals(offered, received, "frames that came back");
        assertEquals(offered, card.total(CardTotal.TRANSMIT_FRAMES));
        assertTrue(driver.idle(), "the driver has nothing left");
    }

    long offered() {
        return offered;
    }

    /// Doorbells that the card has counted since the driver's start.
    long cardDoorbells() {
        return card.total(CardTotal.DOORBELLS) - doorbellsAtStart;
    }
}
