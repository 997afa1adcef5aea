package dev.doorbell.bench;

import dev.doorbell.lab.world.VethPair;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One who is measured in a row, on a cable of its own; all stand still but the one whose turn it is.
final class AfXdpContender implements AutoCloseable {
    /// Two counts are taken one after the other, of frames that do not wait.
    private static final double COUNTS_DIFFER = 0.05;

    /// Starts the one who is measured.
    interface Start {
        AfXdpProcess at(VethPair pair) throws IOException;
    }

    /// What one more pass found, outside of the comparison; null what this contender or machine does not tell.
    ///
    /// @param userNs   of processor time a frame outside of the kernel, waiting included
    /// @param kernelNs of processor time a frame inside of the kernel
    record Watch(
            @Nullable Double callsPerFrame,
            @Nullable Double framesPerRun,
            @Nullable Double bytesPerFrame,
            @Nullable Double busyNs,
            double userNs,
            double kernelNs) {}

    private final AfXdpRow row;
    private final VethPair pair;
    private final AfXdpProcess user;
    private final @Nullable AfXdpProcess sender;

    private AfXdpContender(AfXdpRow row, VethPair pair, AfXdpProcess user, @Nullable AfXdpProcess sender) {
        this.row = row;
        this.pair = pair;
        this.user = user;
        this.sender = sender;
    }

    /// Starts everything and lets it run for a while.
    ///
    /// @param program the C program that sends
    static AfXdpContender start(AfXdpRow row, VethPair pair, Start start, CProgram program, long warmUpNs)
            throws IOException, InterruptedException {
        AfXdpProcess user = start.at(pair);
        AfXdpProcess sender = row.work() == AfXdpRow.Work.TRANSMIT ? null : AfXdpAnswering.sender(program, pair);
        AfXdpContender contender = new AfXdpContender(row, pair, user, sender);
        TimeUnit.NANOSECONDS.sleep(warmUpNs);
        contender.pause();
        return contender;
    }

    private void pause() throws IOException, InterruptedException {
        if (sender != null) sender.pause();
        user.pause();
    }

    /// Goes on, and lets the first moments pass.
    private void resume(long settleNs) throws IOException, InterruptedException {
        user.resume();
        if (sender != null) sender.resume();
        TimeUnit.NANOSECONDS.sleep(settleNs);
    }

    /// What one turn gave.
    ///
    /// @param framesPerSecond those that came out at the far end, or else those that were received
    /// @param cpuNs           processor time of one of them, waiting for frames included
    record Turn(double framesPerSecond, double cpuNs) {}

    Turn turn(long windowNs) throws IOException, InterruptedException {
        resume(windowNs / 5);
        long startNs = System.nanoTime();
        long cpuNs = user.cpuNs();
        long frames = done();
        TimeUnit.NANOSECONDS.sleep(windowNs);
        long ns = System.nanoTime() - startNs;
        cpuNs = user.cpuNs() - cpuNs;
        frames = done() - frames;
        pause();
        return new Turn(frames * 1e9 / ns, (double) cpuNs / frames);
    }

    private long done() throws IOException {
        return row.work() == AfXdpRow.Work.RECEIVE ? user.frames() : onTheWire();
    }

    /// What the interface has counted: sent frames where they arrive, received ones where they came in.
    private long onTheWire() throws IOException {
        String end = row.work() == AfXdpRow.Work.RECEIVE ? VethPair.NEAR : VethPair.FAR;
        return VethPair.count(user.pid(), end, VethPair.Count.RECEIVED_FRAMES);
    }

    /// Looks closer. Compares what it says with what the interface counted, too.
    ///
    /// @throws IOException when the two counts contradict each other
    Watch watch(long windowNs) throws IOException, InterruptedException {
        resume(windowNs / 5);
        AfXdpAnswering.Counts counts = user instanceof AfXdpAnswering a ? a.counts(false) : null;
        AfXdpProcess.Cpu cpu = user.cpu();
        long frames = user.frames();
        long wire = onTheWire();
        @Nullable Long calls = SystemCalls.during(windowNs, user.pid());
        wire = onTheWire() - wire;
        frames = user.frames() - frames;
        AfXdpProcess.Cpu cpuAfter = user.cpu();
        Double framesPerRun = null;
        Double bytes = null;
        Double busyNs = null;
        if (user instanceof AfXdpAnswering answering && counts != null) {
            AfXdpAnswering.Counts after = answering.counts(true);
            double moved = after.frames() - counts.frames();
            framesPerRun = moved / (after.runs() - counts.runs());
            bytes = (after.allocatedBytes() - counts.allocatedBytes()) / moved;
            busyNs = busyNs(answering, windowNs);
        }
        pause();
        boolean lost = row.work() == AfXdpRow.Work.RECEIVE && frames < wire; // the socket was full
        if (!lost && Math.abs(frames - wire) > COUNTS_DIFFER * wire)
            throw new IOException(user + " counted " + frames + " frames, the interface " + wire);
        return new Watch(
                calls == null ? null : (double) calls / frames,
                framesPerRun,
                bytes,
                busyNs,
                (double) (cpuAfter.userNs() - cpu.userNs()) / frames,
                (double) (cpuAfter.kernelNs() - cpu.kernelNs()) / frames);
    }

    /// Wall time a frame inside of runs, the two looks at the clock taken off.
    private static double busyNs(AfXdpAnswering user, long windowNs) throws IOException, InterruptedException {
        TimeUnit.NANOSECONDS.sleep(windowNs); // compiled anew
        AfXdpAnswering.Counts from = user.counts(true);
        TimeUnit.NANOSECONDS.sleep(windowNs);
        AfXdpAnswering.Counts to = user.counts(true);
        double framesPerRun = (double) (to.frames() - from.frames()) / (to.runs() - from.runs());
        return (double) (to.busyNs() - from.busyNs()) / (to.busyFrames() - from.busyFrames())
                - clockNs() / framesPerRun;
    }

    private static double clockNs() {
        int looks = 1_000_000;
        long startNs = System.nanoTime();
        long lastNs = startNs;
        for (int i = 0; i < looks; i++) lastNs = System.nanoTime();
        return (double) (lastNs - startNs) / looks;
    }

    @Override
    public String toString() {
        return user.toString();
    }

    @Override
    public void close() {
        if (sender != null) sender.close();
        user.close();
        pair.close();
    }
}
