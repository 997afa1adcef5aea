package dev.doorbell.cli.drive;

import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.driver.CardConnection;
import dev.doorbell.driver.Knob;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.option.OptionException;
import dev.doorbell.output.Json;
import dev.doorbell.output.Table;
import dev.doorbell.register.Register;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// One run of the user-space driver on a card. Polls memory, so the card's answers cost no message.
final class Drive {
    private static final int BATCH_FRAMES = 32;
    private static final int SLICES_PER_FRAME = 9; // 16 KiB in buffers of 2 KiB
    /// Frames under way in loopback: the card's FIFO of 48 KiB keeps what finds no descriptor.
    private static final int LOOPBACK_BYTES = 32_768;
    private static final long LAST_FRAMES_NS = 2_000_000_000L;
    /// For how long the first frame of a loopback is sent again: QEMU's 82540EM drops all that arrives in
    /// the second after its receiver was set up.
    private static final int FIRST_FRAME_TRIES = 20;

    private static final long FIRST_FRAME_NS = 100_000_000L;
    private static final long LOOK_NS = 50_000;
    private static final long PAUSE_NS = 50_000;
    /// A peer that does not follow our numbering; ours is always taken.
    private static final long TEST_STATION = 0x0100_0000_0002L; // 02:00:00:00:00:01

    private final CardConnection card;
    private final NetworkDriver driver;
    private final DriveLimits limits;
    private final List<DriveSetting> settings;
    private final Streams streams;
    private final boolean json;
    private final FrameBatch outgoing = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES, 0);
    private final FrameBatch incoming = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES * SLICES_PER_FRAME, 0);
    private final boolean interrupts; // a setting works by them
    private int queue;
    private long sent;
    private long received;
    private long receivedBytes;
    private long lastProgressNs;

    Drive(
            CardConnection card,
            NetworkDriver driver,
            DriveLimits limits,
            List<DriveSetting> settings,
            Streams streams,
            boolean json) {
        this.card = card;
        this.driver = driver;
        this.limits = limits;
        this.settings = settings;
        interrupts = settings.stream().anyMatch(DriveSetting::needsInterrupts);
        this.streams = streams;
        this.json = json;
    }

    /// @return whether everything was as it should be
    boolean run(DriveAction action) throws CommandFailure, OptionException {
        if (action == DriveAction.REGISTERS) return registers();
        if (action == DriveAction.KNOBS) return knobs();
        try (driver) {
            driver.start();
            if (interrupts) driver.enableInterrupts();
            for (DriveSetting setting : settings) setting.apply(driver);
            long destination = action == DriveAction.LOOPBACK ? driver.macAddress() : TEST_STATION;
            TestFrames frames = new TestFrames(card.memory(), limits.frameBytes(), destination, driver.macAddress());
            long messages = card.messages();
            long fromNs = System.nanoTime();
            lastProgressNs = fromNs;
            switch (action) {
                case TRANSMIT -> transmit(frames, fromNs);
                case RECEIVE -> receive(fromNs);
                case LOOPBACK -> loopback(frames, fromNs);
                case KNOBS, REGISTERS, DMA_COPY, FORWARD -> throw new AssertionError(action);
            }
            long ns = System.nanoTime() - fromNs;
            new DriveResult(action, limits, ns, sent, received, receivedBytes, frames.missing(), frames.damaged())
                    .print(driver, card.messages() - messages, streams, json);
            judge(action, frames);
            return true;
        }
    }

    private static void judge(DriveAction action, TestFrames frames) throws CommandFailure {
        if (action == DriveAction.LOOPBACK && frames.missing() + frames.damaged() > 0)
            throw new CommandFailure("loopback: " + frames.missing() + " frames did not come back and "
                    + frames.damaged() + " came back wrong");
    }

    private boolean over(long fromNs) {
        return Shutdown.signalled() || (limits.ns() != Long.MAX_VALUE && System.nanoTime() - fromNs >= limits.ns());
    }

    private void transmit(TestFrames frames, long fromNs) throws CommandFailure {
        while (sent < limits.frames() && !over(fromNs)) idleUnless(offer(frames, fromNs, BATCH_FRAMES));
        long untilNs = System.nanoTime() + LAST_FRAMES_NS;
        while (!driver.idle()) {
            if (System.nanoTime() - untilNs > 0) throw new CommandFailure("the card does not send the last frames");
            idleUnless(0);
        }
    }

    /// Sends up to `most` frames, as the limits allow, on the next queue.
    private int offer(TestFrames frames, long fromNs, int most) {
        long allowed = limits.allowedFrames(System.nanoTime() - fromNs) - sent;
        int count = (int) Math.min(Math.min(most, BATCH_FRAMES), allowed);
        if (count <= 0) return 0;
        outgoing.clear();
        frames.make(outgoing, count);
        int taken = driver.transmit(queue, outgoing, 0);
        frames.unmake(count - taken);
        sent += taken;
        queue = queue + 1 == driver.queues() ? 0 : queue + 1;
        return taken;
    }

    private void receive(long fromNs) {
        while (received < limits.frames() && !over(fromNs)) {
            incoming.clear();
            int count = driver.receive(incoming);
            received += count;
            for (int i = 0; i < count; i++) receivedBytes += incoming.lengthBytes(i);
            idleUnless(count);
        }
    }

    private void loopback(TestFrames frames, long fromNs) {
        int wireBytes = Math.max(limits.frameBytes(), TestFrames.PADDED_BYTES);
        int window = Math.max(1, Math.min(BATCH_FRAMES * 4, LOOPBACK_BYTES / wireBytes));
        long untilNs = Long.MAX_VALUE; // when waiting for the last frames ends
        for (int i = 0; i < FIRST_FRAME_TRIES && received == 0 && !over(fromNs); i++) firstFrame(frames, fromNs);
        while (true) {
            boolean sending = sent < limits.frames() && !over(fromNs);
            int work = sending ? offer(frames, fromNs, window - (int) (sent - received)) : 0;
            work += takeBack(frames);
            if (work > 0) untilNs = System.nanoTime() + LAST_FRAMES_NS;
            else if (untilNs != Long.MAX_VALUE && System.nanoTime() - untilNs > 0) break;
            if (!sending && received >= sent) break;
            idleUnless(work);
        }
        frames.giveUp();
    }

    /// Sends the first frame, or sends it again where it did not come back, and waits a little for it.
    private void firstFrame(TestFrames frames, long fromNs) {
        frames.unmake((int) sent);
        sent = 0;
        if (offer(frames, fromNs, 1) == 0) return;
        long untilNs = System.nanoTime() + FIRST_FRAME_NS;
        while (received == 0 && System.nanoTime() - untilNs < 0) idleUnless(takeBack(frames));
    }

    /// @return frames that came back, ours or not
    private int takeBack(TestFrames frames) {
        incoming.clear();
        driver.receive(incoming);
        received += frames.check(incoming);
        for (int i = 0; i < incoming.size(); i++) receivedBytes += incoming.lengthBytes(i);
        return incoming.size();
    }

    /// Nothing to do: looks a little longer, then leaves the processor to the card for a moment. Where the driver
    /// waits for interrupts, this is where they come.
    private void idleUnless(int work) {
        if (interrupts && card.awaitInterrupt(0)) driver.takeInterrupt();
        if (work > 0) {
            lastProgressNs = System.nanoTime();
        } else if (System.nanoTime() - lastProgressNs > LOOK_NS) {
            LockSupport.parkNanos(PAUSE_NS);
        } else {
            Thread.onSpinWait();
        }
    }

    private boolean knobs() throws OptionException {
        driver.open();
        for (DriveSetting setting : settings) setting.apply(driver);
        Json object = new Json().beginObject().beginObject("knobs");
        Table table = json ? null : new Table(streams.out(), "knob                ", "value", "unit", "what it does");
        for (Knob knob : driver.knobs()) {
            if (table != null) table.row(knob.name(), knob.text(), knob.unit(), knob.help() + "; " + knob.bounds());
            else if (knob.words().isEmpty()) object.field(knob.name(), knob.read());
            else object.field(knob.name(), knob.text());
        }
        if (json) streams.out().println(object.end().end());
        return true;
    }

    private boolean registers() throws OptionException {
        driver.open();
        for (DriveSetting setting : settings) setting.apply(driver);
        Json object = new Json().beginObject().beginObject("registers");
        Table table = json ? null : new Table(streams.out(), "register", "offset", "value     ");
        for (Register register : driver.registers()) {
            if (register.spec().count() > 1 || !register.spec().aliasOf().isEmpty()) continue;
            String value = String.format("0x%08X", driver.readRegister(register));
            if (table == null) object.field(register.name(), value);
            else
                table.row(
                        register.name(), String.format("0x%05X", register.spec().offset()), value);
        }
        if (json) streams.out().println(object.end().end());
        return true;
    }
}
