package dev.doorbell.lab.world;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.time.WallTimeline;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Our driver on a card of a serving process, in interrupt mode, as a guest's stack uses it: a call
/// for each frame it sends, and a handler that runs when the card interrupts.
///
/// A guest is interrupted; this looks whether it was, every [#LOOK_NS] while it is busy. One thread.
public final class DrivenCard implements AutoCloseable {
    /// How the driver is set.
    ///
    /// @param moderation of an e1000; of an igb only its interrupts per second count
    /// @param doorbells  set before the first frame
    public record Settings(Moderation moderation, DoorbellPolicy doorbells, int frameBytes) {}

    /// How long a busy guest may not know of an interrupt.
    private static final long LOOK_NS = 10_000;

    private static final long FULL_NS = 1_000_000; // a full ring is looked at again after this, whatever happens
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long TEST_STATION = 0x0100_0000_0002L; // 02:00:00:00:00:01
    private static final int RECEIVE_FRAMES = 64; // a handler's budget, as Linux's NAPI has it
    private static final int RECEIVE_BATCHES = 4; // a ring: what comes after interrupts again
    private static final int SLICES_PER_FRAME = 2;

    private final WallTimeline time = new WallTimeline();
    private final ServingProcess process;
    private final SocketCard card;
    private final NetworkDriver driver;
    private final TestFrames frames;
    private final FrameBatch one = new FrameBatch(1, 1, 0);
    private final FrameBatch arrived = new FrameBatch(RECEIVE_FRAMES, RECEIVE_FRAMES * SLICES_PER_FRAME, 0);
    private long sent;
    private long received;
    private long served; // interrupts that the handler ran for

    private DrivenCard(ServingProcess process, SocketCard card, NetworkDriver driver, int frameBytes) {
        this.process = process;
        this.card = card;
        this.driver = driver;
        driver.start();
        frames = new TestFrames(card.memory(), frameBytes, TEST_STATION, driver.macAddress());
    }

    /// Connects to a card and brings it up.
    ///
    /// @throws IllegalArgumentException when the driver has no such doorbells for this card
    public static DrivenCard start(ServingProcess process, String id, Settings settings) throws ExperimentException {
        DriverOptions e1000 = DriverOptions.DEFAULT.withInterrupts(settings.moderation());
        IgbDriverOptions igb =
                IgbDriverOptions.DEFAULT.withInterrupts(settings.moderation().interruptsPerSecond());
        long memoryBytes = Math.max(e1000.memoryBytes(), igb.memoryBytes());
        SocketCard card =
                SocketCard.connect(process.socket(id), memoryBytes + TestFrames.memoryBytes(settings.frameBytes()));
        try {
            NetworkDriver driver = NetworkDriver.of(card.function(), card.memory(), e1000, igb, LockSupport::parkNanos);
            DrivenCard driven = new DrivenCard(process, card, driver, settings.frameBytes());
            driver.doorbells(settings.doorbells());
            return driven;
        } catch (UncheckedIOException | DriverException e) {
            card.close();
            throw failed(process, e);
        } catch (IllegalArgumentException e) {
            card.close();
            throw e;
        }
    }

    /// What a failure of the card's or the socket's means for the experiment.
    private static ExperimentException failed(ServingProcess process, Exception e) {
        Throwable cause = e.getCause();
        String why = e instanceof UncheckedIOException && cause != null ? cause.getMessage() : e.getMessage();
        return process.isAlive()
                ? new ExperimentException("the card does not answer as it should: " + why, e)
                : process.failure("died under the driver (" + why + ")");
    }

    private interface Work {
        void run() throws ExperimentException;
    }

    private void guarded(Work work) throws ExperimentException {
        try {
            work.run();
        } catch (UncheckedIOException | DriverException e) {
            throw failed(process, e);
        }
    }

    /// Sends single frames at full load for some time.
    ///
    /// @param stopped asked now and then; ends it early
    /// @return nanoseconds that it took
    public long sendFor(long ns, BooleanSupplier stopped) throws ExperimentException {
        long fromNs = time.nowNs();
        guarded(() -> {
            long lookAtNs = fromNs;
            long progressNs = fromNs;
            for (long nowNs = fromNs; nowNs - fromNs < ns; nowNs = time.nowNs()) {
                if (offer()) {
                    progressNs = nowNs;
                    if (nowNs < lookAtNs) continue;
                    serve(0);
                    lookAtNs = time.nowNs() + LOOK_NS;
                    if (stopped.getAsBoolean()) return;
                } else {
                    serve(FULL_NS);
                    if (nowNs - progressNs > PATIENCE_NS) throw stuck();
                }
            }
        });
        return time.nowNs() - fromNs;
    }

    /// Sends as [#sendFor], and measures it.
    public Rates measureSending(long ns, BooleanSupplier stopped) throws ExperimentException {
        return measure(() -> sendFor(ns, stopped), () -> sent);
    }

    /// Receives as [#receiveFor], and measures it.
    public Rates measureReceiving(long ns, BooleanSupplier stopped) throws ExperimentException {
        return measure(() -> receiveFor(ns, stopped), () -> received);
    }

    private interface Window {
        long run() throws ExperimentException;
    }

    private Rates measure(Window window, LongSupplier count) throws ExperimentException {
        long fromFrames = count.getAsLong();
        long fromDoorbells = accesses().count(ExitCounter.Purpose.DOORBELL);
        long fromExits = card.messages();
        long fromInterrupts = driver.interrupts();
        double seconds = window.run() / 1e9;
        double moved = Math.max(1, count.getAsLong() - fromFrames);
        return new Rates(
                (count.getAsLong() - fromFrames) / seconds,
                (accesses().count(ExitCounter.Purpose.DOORBELL) - fromDoorbells) / moved,
                (card.messages() - fromExits) / moved,
                (driver.interrupts() - fromInterrupts) / seconds);
    }

    /// Sends so many frames, a call each, and nothing after them.
    public void send(int count) throws ExperimentException {
        guarded(() -> {
            long untilNs = time.nowNs() + PATIENCE_NS;
            for (int left = count; left > 0; ) {
                if (offer()) left--;
                else serve(FULL_NS);
                if (time.nowNs() - untilNs > 0) throw stuck();
            }
        });
    }

    /// Does nothing but handle interrupts until the card has reported every frame as sent.
    ///
    /// @return nanoseconds that it took
    /// @throws ExperimentException when it has not within `mostNs`: something that was owed is lost
    public long idle(long mostNs) throws ExperimentException {
        long fromNs = time.nowNs();
        guarded(() -> {
            while (!driver.idle()) {
                if (time.nowNs() - fromNs > mostNs) throw stuck();
                serve(FULL_NS);
            }
        });
        return time.nowNs() - fromNs;
    }

    private ExperimentException stuck() {
        return new ExperimentException("the card holds " + sent + " frames at most, and sends no more of them");
    }

    private boolean offer() {
        one.clear();
        frames.make(one, 1);
        if (driver.transmit(one, 0) == 0) {
            frames.unmake(1);
            return false;
        }
        sent++;
        return true;
    }

    /// Receives for some time: sleeps until the card interrupts, then takes all there is, as a stack's
    /// poll does.
    ///
    /// @return nanoseconds that it took
    public long receiveFor(long ns, BooleanSupplier stopped) throws ExperimentException {
        long fromNs = time.nowNs();
        guarded(() -> {
            while (time.nowNs() - fromNs < ns && !stopped.getAsBoolean()) serve(FULL_NS);
        });
        return time.nowNs() - fromNs;
    }

    /// Sends a frame and waits until it is back, as an echo that sleeps for its answer.
    ///
    /// @return nanoseconds from the call that sends to the frame in the handler's hands
    public long roundTrip() throws ExperimentException {
        long before = received;
        long fromNs = time.nowNs();
        guarded(() -> {
            if (!offer()) throw stuck();
            while (received == before) {
                serve(FULL_NS);
                if (time.nowNs() - fromNs > PATIENCE_NS) throw stuck();
            }
        });
        return time.nowNs() - fromNs;
    }

    /// Waits for an interrupt, and handles it.
    private void serve(long waitNs) {
        card.awaitInterrupt(waitNs);
        if (driver.interrupts() == served) return;
        served = driver.interrupts();
        driver.takeInterrupt();
        takeArrived();
    }

    private void takeArrived() {
        for (int batch = 0; batch < RECEIVE_BATCHES; batch++) {
            arrived.clear();
            int count = driver.receive(arrived);
            received += count;
            if (count < RECEIVE_FRAMES) break;
        }
    }

    public NetworkDriver driver() {
        return driver;
    }

    /// Register accesses so far that travelled as messages.
    public ExitCounter accesses() {
        return card.accesses();
    }

    /// Frames that the driver has taken so far.
    public long sent() {
        return sent;
    }

    /// Frames that the driver has given so far.
    public long received() {
        return received;
    }

    /// Stops the card and hangs up.
    ///
    /// @return what was counted on this side, to the last message
    /// @throws ExperimentException when the card could not be stopped
    public Totals stop() throws ExperimentException {
        guarded(() -> {
            driver.close();
            driver.readRegister(
                    driver.registers().getFirst()); // what was posted is there, and no interrupt comes after
            card.awaitInterrupt(0);
            takeArrived();
        });
        return new Totals(
                sent,
                received,
                accesses().total(),
                accesses().count(ExitCounter.Purpose.DOORBELL),
                driver.interrupts());
    }

    /// What this side has counted.
    ///
    /// @param accesses register accesses that travelled as messages
    public record Totals(long sent, long received, long accesses, long doorbells, long interrupts) {
        public static final Totals NONE = new Totals(0, 0, 0, 0, 0);

        public Totals plus(Totals more) {
            return new Totals(
                    sent + more.sent,
                    received + more.received,
                    accesses + more.accesses,
                    doorbells + more.doorbells,
                    interrupts + more.interrupts);
        }
    }

    @Override
    public void close() {
        card.close();
    }
}
