package dev.doorbell.cli;

import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Exit;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.driver.CardConnection;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.option.OptionException;
import dev.doorbell.output.Table;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.TimerSlack;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `demo`: a card and its driver in one process, a real socket between them, with and without interrupt
/// moderation.
@Command(
        name = "demo",
        description = {
            "Show a card at work: needs no root, no VM and no network, and ends within 15 s.",
            "",
            "Serves a card whose frames come straight back, and drives it over the socket as a kernel would: send,",
            "sleep until the card interrupts, ask why, take what arrived. First every frame interrupts, then the card",
            "holds interrupts back, then nobody sleeps at all. An exit is a message on the socket; a VM pays for each",
            "with an exit."
        },
        footer = {"", "Examples:", "  doorbell demo", "  doorbell demo --device igb,doorbells=shared"})
final class DemoCommand implements Callable<Integer> {
    private static final DriverOptions E1000 = DriverOptions.DEFAULT.withInterrupts(Moderation.NONE);
    private static final IgbDriverOptions IGB = IgbDriverOptions.DEFAULT.withInterrupts(0);
    private static final int BATCH_FRAMES = 32;
    private static final int WINDOW_FRAMES = 128; // under way at most
    private static final int PACED_FRAMES_PER_SECOND = 10_000;
    private static final int INTERRUPTS_PER_SECOND = 2_000;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SILENCE_NS = 500_000_000L;

    private final Streams streams;
    private final FrameBatch outgoing = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES, 0);
    private final FrameBatch incoming = new FrameBatch(WINDOW_FRAMES, WINDOW_FRAMES, 0);
    private long received;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Seconds of each of the three parts, 1 to 4; 3 unless told.")
    private int seconds = 3;

    @Option(
            names = "--device",
            paramLabel = "CARD",
            description = "The card, as for serve but without id, socket and netdev; e1000 unless told.")
    private String device = "e1000";

    DemoCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws OptionException, IOException, CommandFailure {
        if (seconds < 1 || seconds > 4) throw new OptionException("--seconds=" + seconds + ": expected 1 to 4");
        Path folder = Files.createTempDirectory("doorbell");
        Path socket = folder.resolve("nic0.sock");
        Wiring wiring = Wiring.parse(
                List.of(device + ",id=nic0,netdev=n0,socket="
                        + socket.toString().replace(",", ",,")),
                List.of("loopback,id=n0"),
                List.of());
        long memoryBytes =
                Math.max(E1000.memoryBytes(), IGB.memoryBytes()) + TestFrames.memoryBytes(TestFrames.PADDED_BYTES);
        try (Service service = Service.open(wiring, streams)) {
            service.start();
            try (CardConnection card = CardConnection.connect(socket.toString(), memoryBytes, true)) {
                show(card);
            }
        } finally {
            Files.deleteIfExists(folder);
        }
        return Exit.DONE;
    }

    private void show(CardConnection card) throws CommandFailure, IOException {
        try (NetworkDriver driver = NetworkDriver.of(card, card.memory(), E1000, IGB, LockSupport::parkNanos)) {
            driver.start();
            TestFrames frames =
                    new TestFrames(card.memory(), TestFrames.PADDED_BYTES, driver.macAddress(), driver.macAddress());
            streams.out()
                    .println("A card (" + device + ") behind a socket; its frames of 60 bytes come straight back.");
            streams.out().println("Paced: " + PACED_FRAMES_PER_SECOND + " frames/s, one at a time. One line a second.");
            streams.out().println();
            Table table = new Table(
                    streams.out(),
                    "interrupts            ",
                    "frames/s",
                    "doorbells/frame",
                    "exits/frame",
                    "interrupts/s");
            TimerSlack.remove();
            double freely = part(card, driver, frames, table, "paced, at once", PACED_FRAMES_PER_SECOND);
            driver.throttle(INTERRUPTS_PER_SECOND);
            String title = "paced, <= " + INTERRUPTS_PER_SECOND + "/s";
            double held = part(card, driver, frames, table, title, PACED_FRAMES_PER_SECOND);
            driver.disableInterrupts();
            double polled = part(card, driver, frames, table, "none, flat out", 0);
            streams.out().println();
            streams.out()
                    .println("Exits per frame: " + Table.number(freely) + " when every frame interrupts, "
                            + Table.number(held) + " with moderation, " + Table.number(polled) + " with polling.");
            if (frames.missing() + frames.damaged() > 0)
                throw new CommandFailure(
                        frames.missing() + " frames were lost and " + frames.damaged() + " came back wrong");
        }
    }

    /// One part of the show, a line a second.
    ///
    /// @param framesPerSecond 0: as many as go, without interrupts
    /// @return exits per frame, over the whole part
    private double part(
            CardConnection card,
            NetworkDriver driver,
            TestFrames frames,
            Table table,
            String title,
            int framesPerSecond)
            throws CommandFailure, IOException {
        long framesAtStart = received;
        long exitsAtStart = card.messages();
        for (int i = 0; i < seconds && !Shutdown.signalled(); i++) {
            long framesBefore = received;
            long exitsBefore = card.messages();
            long doorbellsBefore = driver.doorbells();
            long interruptsBefore = driver.interrupts();
            long fromNs = System.nanoTime();
            if (framesPerSecond > 0) paced(card, driver, frames, fromNs, framesPerSecond);
            else flatOut(driver, frames, fromNs);
            double took = (System.nanoTime() - fromNs) / 1e9;
            double count = received - framesBefore;
            table.row(
                    title,
                    count / took,
                    (driver.doorbells() - doorbellsBefore) / count,
                    (card.messages() - exitsBefore) / count,
                    (driver.interrupts() - interruptsBefore) / took);
        }
        return (double) (card.messages() - exitsAtStart) / (received - framesAtStart);
    }

    /// A second of a frame now and then; between two the driver sleeps, as a kernel's would.
    private void paced(CardConnection card, NetworkDriver driver, TestFrames frames, long fromNs, int framesPerSecond)
            throws CommandFailure, IOException {
        long gapNs = SECOND_NS / framesPerSecond;
        long sent = 0;
        long answeredNs = fromNs;
        for (long nowNs = fromNs; nowNs - fromNs < SECOND_NS; nowNs = System.nanoTime()) {
            if (nowNs - fromNs >= sent * gapNs) sent += send(driver, frames, 1);
            long restNs = fromNs + sent * gapNs - System.nanoTime();
            if (card.awaitInterrupt(Math.max(0, restNs))) {
                driver.takeInterrupt();
                take(driver, frames);
                answeredNs = nowNs;
            } else if (nowNs - answeredNs > SILENCE_NS) {
                throw new CommandFailure("the card does not interrupt any more");
            }
        }
    }

    /// A second of as many frames as go.
    private void flatOut(NetworkDriver driver, TestFrames frames, long fromNs) {
        while (System.nanoTime() - fromNs < SECOND_NS) {
            int free = WINDOW_FRAMES - (int) (frames.made() - received);
            if (free >= BATCH_FRAMES) send(driver, frames, BATCH_FRAMES);
            if (take(driver, frames) == 0) Thread.onSpinWait();
        }
    }

    private int send(NetworkDriver driver, TestFrames frames, int count) {
        outgoing.clear();
        frames.make(outgoing, count);
        int taken = driver.transmit(outgoing, 0);
        frames.unmake(count - taken);
        return taken;
    }

    private int take(NetworkDriver driver, TestFrames frames) {
        incoming.clear();
        driver.receive(incoming);
        int ours = frames.check(incoming);
        received += ours;
        return ours;
    }
}
