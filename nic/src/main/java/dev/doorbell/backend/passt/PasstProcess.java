package dev.doorbell.backend.passt;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.PeerSource;
import dev.doorbell.backend.StreamBackend;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.linux.process.ChildProcess;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `passt`: a stream whose peer is a passt(1) that we start, watch, and start again when it ends.
///
/// passt inherits one end of a pair of sockets (`--fd`), as under QEMU: there is no path in the
/// file system that it, or the `nobody` that it becomes when root starts it, would have to reach,
/// and nothing to wait for. It ends when that socket closes, so it never outlives us, whatever ends
/// us.
///
/// When it ends by itself the link goes down and another one is started after a pause:
/// [#FIRST_PAUSE_NS], twice as long each time it lives less than [#SETTLED_NS], [#LONGEST_PAUSE_NS]
/// at most. What it prints is told as notices.
public final class PasstProcess implements PeerSource {
    /// Pause before the first restart.
    public static final long FIRST_PAUSE_NS = 1_000_000_000;
    /// Longest pause.
    public static final long LONGEST_PAUSE_NS = 64_000_000_000L;
    /// One that lived so long was all right: the pause is the first one again.
    public static final long SETTLED_NS = 60_000_000_000L;

    /// How often its output and its end are looked at.
    static final long LOOK_NS = 250_000_000;
    /// One that does not like its options says so at once; what lives longer is taken to have started.
    static final long START_WAIT_NS = 150_000_000;
    /// Time to end when asked to; then it is killed.
    static final long END_WAIT_NS = 500_000_000;

    private final String id;
    private final List<String> command;
    private final Timeline timeline;
    private final Consumer<String> notices;
    private final Timer lookTimer;
    private @Nullable ChildProcess process;
    private OutputLines output;
    private boolean opening = true;
    private boolean closed;
    private int startErrno; // of the last attempt
    private long startedNs;
    private int shortLives; // one after the other
    private long pauseNs = FIRST_PAUSE_NS;

    private PasstProcess(BackendOptions.Passt options, Timeline timeline, Consumer<String> notices) {
        id = options.id();
        this.timeline = timeline;
        this.notices = notices;
        command = new ArrayList<>();
        command.add(options.path());
        command.add("--foreground");
        command.addAll(options.arguments());
        command.addAll(List.of("--fd", Integer.toString(ChildProcess.SOCKET)));
        output = new OutputLines(this::told);
        lookTimer = timeline.timer("passt " + id, this::look);
    }

    /// Starts passt. Waits [#START_WAIT_NS] to see whether it stays.
    ///
    /// @param notices told what passt prints and when it ends, each in one line
    /// @throws IOException when it cannot be started or ends at once; the message is one line that says
    ///     what to do
    public static StreamBackend open(BackendOptions.Passt options, Timeline timeline, Consumer<String> notices)
            throws IOException {
        PasstProcess passt = new PasstProcess(options, timeline, notices);
        StreamBackend backend = new StreamBackend(options.id(), passt, timeline);
        boolean done = false;
        try {
            passt.checkStarted(options.path());
            done = true;
            return backend;
        } finally {
            if (!done) backend.close();
        }
    }

    private void checkStarted(String path) throws IOException {
        ChildProcess started = process;
        if (started == null) throw new IOException(advice(path));
        if (started.awaitEnd(START_WAIT_NS)) {
            output.pump(started.outputFd());
            output.end();
            throw new IOException("netdev " + id + ": " + path + " ended at once, " + started.ending()
                    + output.summary() + ": correct the options");
        }
        opening = false;
        output.pump(started.outputFd());
    }

    private String advice(String path) {
        String subject = "netdev " + id + ": ";
        boolean bareName = path.indexOf('/') < 0;
        return switch (startErrno) {
            case Errno.ENOENT ->
                bareName
                        ? subject + path + " is not installed: apt-get install passt, or name the program with path="
                        : subject + path + " does not exist: correct path=, or leave it out to use PATH";
            case Errno.EACCES -> subject + path + " may not be executed by this user: correct path=";
            default -> subject + path + " cannot be started: " + Errno.name(startErrno);
        };
    }

    @Override
    public int connect() {
        if (!forget()) return -Errno.EBUSY;
        long pair = UnixSockets.pair();
        if (pair < 0) return (int) pair;
        int ours = UnixSockets.first(pair);
        int its = UnixSockets.second(pair);
        boolean done = false;
        try {
            Files.setNonBlocking(ours, true);
            output = new OutputLines(this::told);
            process = ChildProcess.start(command, its);
            startedNs = timeline.nowNs();
            lookTimer.armAt(startedNs + LOOK_NS);
            done = true;
            return ours;
        } catch (SystemCallException e) {
            startErrno = e.errno();
            planRestart();
            return -e.errno();
        } finally {
            Files.close(its);
            if (!done) Files.close(ours);
        }
    }

    /// Lets go of the one before, which had all of the pause to end.
    ///
    /// @return whether it has ended
    private boolean forget() {
        ChildProcess before = process;
        if (before == null) return true;
        before.signal(ChildProcess.SIGKILL);
        look();
        return process == null;
    }

    @Override
    public long pauseNs() {
        return pauseNs;
    }

    @Override
    public void gone() {
        if (timeline.nowNs() - startedNs >= SETTLED_NS) shortLives = 0;
        planRestart();
        if (process == null) return;
        process.signal(ChildProcess.SIGTERM);
        look();
    }

    private void planRestart() {
        pauseNs = Math.min(FIRST_PAUSE_NS << shortLives, LONGEST_PAUSE_NS);
        if (pauseNs < LONGEST_PAUSE_NS) shortLives++;
    }

    /// Tells what was printed, and whether it has ended.
    private void look() {
        ChildProcess watched = process;
        if (watched == null) return;
        boolean ended = watched.hasEnded();
        output.pump(watched.outputFd());
        if (!ended) {
            lookTimer.armAt(timeline.nowNs() + LOOK_NS);
            return;
        }
        lookTimer.disarm();
        output.end();
        process = null;
        watched.close();
        if (!closed) notices.accept("netdev " + id + ": passt ended, " + watched.ending() + "; it is started again");
    }

    private void told(String line) {
        if (!opening) notices.accept("netdev " + id + ": passt: " + line);
    }

    /// Asks it to end, and kills it after [#END_WAIT_NS].
    @Override
    public void close() {
        closed = true;
        lookTimer.disarm();
        ChildProcess last = process;
        process = null;
        if (last == null) return;
        last.signal(ChildProcess.SIGTERM);
        last.awaitEnd(END_WAIT_NS);
        last.close();
    }
}
