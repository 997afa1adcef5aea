package dev.doorbell.serve;

import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Poller;
import dev.doorbell.time.WallTimeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/// The loop of one card, or of all cards on one hub: steps them, and sleeps when none has anything to do.
/// Nothing is allocated while it runs.
///
/// A card that fails is closed and leaves the loop; the others go on. The loop ends when it is told to or
/// has no card left, and closes what is left on its own thread.
final class CardLoop implements Runnable {
    private static final int WAKE_SLOT = 0;

    /// How long shared pages are looked at after the last work before the loop sleeps. Longer than a guest needs
    /// between two bursts: each wake-up would cost it a part of that.
    private static final long LOOK_NS = 300_000;

    /// Between two looks the processor pauses so many times: a sibling thread of its core, which may be the
    /// guest's, runs meanwhile, and what comes in that microsecond is taken together.
    private static final int PAUSES = 16;

    /// The processor is given away this often while looking, to whoever wants it.
    private static final long YIELD_NS = 50_000;

    private final WallTimeline timeline;
    private final List<ServedCard> cards;
    private final BiConsumer<ServedCard, Throwable> onFailure;
    private final Poller poller;
    private final SpinBudget spin = new SpinBudget(Runtime.getRuntime().availableProcessors());
    private final SleepSteps steps = new SleepSteps();
    private boolean quiet; // nothing was to be done the last time
    private long askedNs; // to sleep since then; waking later says nothing about when a doorbell came
    private long quietSinceNs;
    private int wakeFd; // -1 once released; guarded by this
    private volatile boolean told; // by stop or fail
    private final Queue<Failure> failuresElsewhere = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    private record Failure(ServedCard card, Throwable cause) {}

    /// @param onFailure told, on the loop's thread, which card ended and why
    CardLoop(WallTimeline timeline, List<ServedCard> cards, BiConsumer<ServedCard, Throwable> onFailure) {
        this.timeline = timeline;
        this.cards = new ArrayList<>(cards);
        this.onFailure = onFailure;
        poller = new Poller(1 + ServedCard.POLL_SLOTS * cards.size());
        wakeFd = EventFd.create();
        poller.set(WAKE_SLOT, wakeFd, Poller.POLLIN);
    }

    /// Asks the loop to end; any thread, at any time.
    void stop() {
        stopping = true;
        tell();
    }

    /// A loop beside this one that works for a card has failed, and so has the card; any thread, at any
    /// time.
    void fail(ServedCard card, Throwable cause) {
        failuresElsewhere.add(new Failure(card, cause));
        tell();
    }

    private synchronized void tell() {
        told = true;
        if (wakeFd >= 0) EventFd.signal(wakeFd);
    }

    @Override
    public void run() {
        TimerSlack.remove();
        while (!stopping && !cards.isEmpty()) { // without a limit, as SideLoop's
            if (told) heed();
            if (dutyCycle() > 0) busy();
            else idle();
        }
        for (ServedCard card : cards) close(card);
        cards.clear();
    }

    private void heed() {
        EventFd.drain(wakeFd);
        told = false;
        for (Failure failure = failuresElsewhere.poll(); failure != null; failure = failuresElsewhere.poll()) {
            int index = cards.indexOf(failure.card());
            if (index >= 0) remove(index, failure.cause());
        }
    }

    private int dutyCycle() {
        int work = runTimers();
        for (int i = 0; i < cards.size(); i++) {
            ServedCard card = cards.get(i);
            try {
                work += card.doWork();
            } catch (Throwable e) { // whatever it is, it ends this card only
                remove(i--, e);
            }
        }
        return work;
    }

    /// Timers do a card's work too, but do not say whose: a failure here is every card's of this loop.
    private int runTimers() {
        try {
            return timeline.runDue();
        } catch (InternalError truncated) { // see ServedCard#stepCard
            boolean explained = false;
            for (int i = 0; i < cards.size(); i++) explained |= cards.get(i).memoryFault();
            if (!explained) removeAll(truncated);
        } catch (Throwable e) {
            removeAll(e);
        }
        return 1;
    }

    private void removeAll(Throwable e) {
        while (!cards.isEmpty()) remove(cards.size() - 1, e);
    }

    private void remove(int index, Throwable e) {
        ServedCard card = cards.remove(index);
        for (int i = 0; i < ServedCard.POLL_SLOTS; i++) poller.set(slotOf(cards.size()) + i, -1, (short) 0);
        onFailure.accept(card, e);
        close(card);
    }

    /// Something was done. When it came after a quiet, that tells how long to look the next time.
    private void busy() {
        if (!quiet) return;
        quiet = false;
        steps.restart();
        if (askedNs > 0) spin.slept(Math.min(askedNs, timeline.nowNs() - quietSinceNs));
    }

    /// Nothing was to be done: looks for a while, then sleeps once.
    private void idle() {
        boolean polled = false;
        for (int i = 0; i < cards.size(); i++) polled |= cards.get(i).pollsSharedPages();
        if (!quiet) {
            quiet = true;
            askedNs = 0;
            quietSinceNs = timeline.nowNs();
            if (polled ? lookAtPages() : spin.ns() > 0 && look()) return;
        }
        long longestNs = polled ? Math.min(steps.next(), timeline.untilNextNs()) : timeline.untilNextNs();
        for (int i = 0; i < cards.size(); i++)
            longestNs = Math.min(longestNs, cards.get(i).fill(poller, slotOf(i)));
        askedNs = longestNs > Long.MAX_VALUE - askedNs ? Long.MAX_VALUE : askedNs + longestNs;
        poller.poll(longestNs == Long.MAX_VALUE ? -1 : longestNs);
        for (int i = 0; i < cards.size(); i++) cards.get(i).polled(poller, slotOf(i));
    }

    /// @return whether there was work, which is done
    private boolean look() {
        long untilNs = quietSinceNs + spin.ns();
        while (timeline.nowNs() - untilNs < 0) {
            Thread.onSpinWait();
            if (dutyCycle() > 0) {
                busy();
                return true;
            }
        }
        return false;
    }

    /// As [#look], at the shared pages, which costs no system call; socket and backend are asked now and then
    /// ([ServedCard#PATIENCE_NS]).
    @SuppressWarnings("ThreadPriorityCheck") // correct without the yield; it only costs whoever waits
    private boolean lookAtPages() {
        long askedNs = quietSinceNs;
        long yieldedNs = quietSinceNs;
        for (long nowNs = quietSinceNs; nowNs - quietSinceNs < LOOK_NS; nowNs = timeline.nowNs()) {
            for (int i = 0; i < PAUSES; i++) Thread.onSpinWait();
            if (nowNs - yieldedNs > YIELD_NS) {
                Thread.yield();
                yieldedNs = nowNs;
            }
            boolean due = nowNs - askedNs > ServedCard.PATIENCE_NS;
            if (due) askedNs = nowNs;
            for (int i = 0; i < cards.size(); i++) due |= cards.get(i).sharedPagesChanged();
            if (due && dutyCycle() > 0) {
                busy();
                return true;
            }
        }
        return false;
    }

    private static int slotOf(int card) {
        return WAKE_SLOT + 1 + ServedCard.POLL_SLOTS * card;
    }

    private void close(ServedCard card) {
        try {
            card.close();
        } catch (RuntimeException e) {
            onFailure.accept(card, e);
        }
    }

    /// Gives the loop's own descriptor back; after [#run] has ended. Idempotent.
    synchronized void release() {
        if (wakeFd >= 0) Files.close(wakeFd);
        wakeFd = -1;
    }
}
