package dev.doorbell.backend.pcap;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.io.IOException;
import java.util.function.Consumer;

/// Plays a capture: gives its frames when they are due, as often as asked.
///
/// With recorded timing the first frame is due when the replay begins and every other one as much
/// later as its time stamp is, divided by the speed; otherwise all are due then. A frame stamped
/// before its predecessor, or not at all, is due with it. Frames that nobody fetched in time are
/// given as soon as somebody does; the schedule does not move. A further pass begins at the instant
/// of the last frame.
///
/// Frames are lent from where they lie in the window. One call reads at most once. One thread.
final class Replay implements AutoCloseable {
    /// Longest time from one pass's first frame to a frame: what a damaged stamp can ask for must
    /// not overflow.
    private static final long MAX_SPAN_NS = Long.MAX_VALUE / 4;

    private final CaptureReader reader;
    private final BackendOptions.Pcap options;
    private final Timeline timeline;
    private final CounterTable<BackendCounter> counters;
    private final Consumer<String> notices;
    private final Timer timer;
    private boolean begun; // somebody listens, and the wait for the first frame is on
    private boolean underWay; // that wait is over
    private boolean over;
    private int passes;
    private boolean passHasFrames;
    private boolean passHasStamps;
    private long passBaseNs; // when the pass's first frame is due
    private long firstStampNs;
    private long lastDueNs;

    /// @param reader  closed by this object
    /// @param notices told in one line why a replay ended early
    Replay(
            CaptureReader reader,
            BackendOptions.Pcap options,
            Timeline timeline,
            CounterTable<BackendCounter> counters,
            Consumer<String> notices) {
        this.reader = reader;
        this.options = options;
        this.timeline = timeline;
        this.counters = counters;
        this.notices = notices;
        timer = timeline.timer("pcap replay", () -> {}); // waking the loop is enough: the card then asks
    }

    /// Whether the first frame has had its time: from then on the replay keeps its schedule.
    boolean isUnderWay() {
        return underWay;
    }

    /// Nobody listens any more. Before the first frame that starts the wait for it anew.
    void unheard() {
        if (underWay || over) return;
        begun = false;
        timer.disarm();
    }

    /// Appends the frames that are due, lent until the next call. The first call begins the replay.
    ///
    /// @return frames appended
    int give(FrameBatch batch) {
        if (over) return 0;
        long nowNs = timeline.nowNs();
        if (!begun) {
            begun = true;
            passBaseNs = nowNs + options.delayNs();
            lastDueNs = passBaseNs;
            timer.armAt(passBaseNs);
        }
        if (timer.isArmed() && timer.deadlineNs() - nowNs > 0) return 0;
        timer.disarm();
        underWay = true;
        int frames = append(batch, nowNs);
        if (frames == 0 && !over && !timer.isArmed()) timer.armAt(nowNs); // it only read: go on at once
        return frames;
    }

    private int append(FrameBatch batch, long nowNs) {
        int frames = 0;
        boolean mayRead = true;
        while (!over && !batch.isFull() && batch.freeSlices() > 0) { // bounded by the window and one read
            switch (reader.look()) {
                case FRAME -> {
                    long dueNs = dueNs();
                    if (dueNs - nowNs > 0) {
                        timer.armAt(dueNs);
                        return frames;
                    }
                    if (lend(batch, dueNs)) frames++;
                    reader.pass();
                }
                case TOO_LONG -> {
                    counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_LONG);
                    reader.pass();
                }
                case OTHER_LINK -> {
                    counters.increment(BackendCounter.RECEIVE_DROPPED_LINK_TYPE);
                    reader.pass();
                }
                case MORE -> {
                    if (frames > 0 || !mayRead) return frames; // lent frames lie where a read would put others
                    mayRead = false;
                    readOn();
                }
                case DAMAGED -> fail("is damaged, " + reader.damage());
            }
        }
        return frames;
    }

    /// Appends the frame that the reader has found.
    ///
    /// @return whether it can be a frame at all
    private boolean lend(FrameBatch batch, long dueNs) {
        passHasFrames = true;
        if (!passHasStamps && reader.isTimed()) {
            passHasStamps = true;
            firstStampNs = reader.timeNs();
        }
        lastDueNs = dueNs;
        int length = reader.capturedBytes();
        if (length < CountedBackend.ETHERNET_HEADER_BYTES) {
            counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_SHORT);
            return false;
        }
        if (reader.isCut()) counters.increment(BackendCounter.RECEIVE_CUT_FRAMES);
        batch.beginFrame();
        batch.addSlice(reader.window.memory(), reader.frameAt(), length);
        batch.endFrame();
        return true;
    }

    private long dueNs() {
        if (!options.recordedTiming() || !passHasStamps || !reader.isTimed()) return lastDueNs;
        long sinceFirstNs = reader.timeNs() - firstStampNs;
        double scaled = (double) sinceFirstNs / options.speed();
        long dueNs = passBaseNs + (long) Math.clamp(scaled, 0, (double) MAX_SPAN_NS);
        return dueNs - lastDueNs > 0 ? dueNs : lastDueNs;
    }

    private void readOn() {
        try {
            if (reader.window.refill() > 0) return;
            if (reader.window.available() > 0 || reader.window.offset() > reader.window.fileBytes())
                fail("is cut short at byte " + reader.window.fileBytes());
            else passEnded();
        } catch (IOException e) {
            fail("cannot be read any more (" + e.getMessage() + ")");
        }
    }

    private void passEnded() {
        passes++;
        counters.increment(BackendCounter.REPLAY_PASSES);
        boolean again = options.repeat() == 0 || passes < options.repeat();
        if (!again || !passHasFrames) { // a capture without frames would be played for ever at once
            end();
            return;
        }
        passHasFrames = false;
        passHasStamps = false;
        passBaseNs = lastDueNs;
        reader.restart();
    }

    private void fail(String why) {
        counters.increment(BackendCounter.REPLAY_FAULTS);
        notices.accept("netdev " + options.id() + ": rx-file=" + options.rxFile() + " " + why + ": the replay is over");
        end();
    }

    private void end() {
        over = true;
        counters.increment(BackendCounter.REPLAY_ENDS);
    }

    @Override
    public void close() {
        over = true;
        timer.disarm();
        reader.close();
    }
}
