package dev.doorbell.serve;

import dev.doorbell.backend.SideAgent;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Poller;
import dev.doorbell.time.WallTimeline;
import java.util.function.Consumer;

/// The loop of an agent that works beside a card's loop: steps it, looks a while when there is
/// nothing to do, then sleeps until it is woken. Nothing is allocated while it runs.
///
/// It ends when the agent's backend is closed, or by a failure, of which the card's loop is told.
final class SideLoop implements Runnable {
    private static final int WAKE_SLOT = 0;

    private final SideAgent agent;
    private final Consumer<Throwable> onFailure;
    private final WallTimeline timeline = new WallTimeline();
    private final Poller poller = new Poller(1);
    private final SpinBudget spin = new SpinBudget(Runtime.getRuntime().availableProcessors());
    private volatile boolean stopping;
    private boolean quiet; // nothing was to be done the last time
    private long quietSinceNs;

    /// @param agent     closed by the caller, after this loop has ended
    /// @param onFailure told, on the loop's thread, what went wrong
    SideLoop(SideAgent agent, Consumer<Throwable> onFailure) {
        this.agent = agent;
        this.onFailure = onFailure;
        poller.set(WAKE_SLOT, agent.wakeFd(), Poller.POLLIN);
    }

    /// Asks the loop to end though its backend may not be closed: that of a card whose own loop died. Any
    /// thread, while the agent is not closed.
    void stop() {
        stopping = true;
        EventFd.signal(agent.wakeFd());
    }

    @Override
    public void run() {
        TimerSlack.remove();
        try {
            while (!stopping && !agent.isRetired()) { // without a limit, as CardLoop's
                if (agent.doWork() > 0) busy();
                else idle();
            }
        } catch (Throwable e) { // whatever it is, it ends the card
            onFailure.accept(e);
        }
    }

    private void busy() {
        if (!quiet) return;
        quiet = false;
        spin.slept(timeline.nowNs() - quietSinceNs);
    }

    private void idle() {
        if (!quiet) {
            quiet = true;
            quietSinceNs = timeline.nowNs();
            if (spin.ns() > 0 && look()) return;
        }
        long longestNs = agent.rest();
        if (longestNs > 0) poller.poll(longestNs == Long.MAX_VALUE ? -1 : longestNs);
        agent.awake();
    }

    /// @return whether there was work, which is done
    private boolean look() {
        long untilNs = quietSinceNs + spin.ns();
        while (timeline.nowNs() - untilNs < 0) {
            Thread.onSpinWait();
            if (agent.doWork() > 0) {
                busy();
                return true;
            }
        }
        return false;
    }
}
