package dev.doorbell.lab.world;

import dev.doorbell.device.NetworkCard;
import dev.doorbell.time.VirtualTimeline;

/// Moves a card through virtual time as a loop would that is never late: at every instant on the way it
/// works until it is done. One thread.
final class CardSteps {
    private static final int MAX_CYCLES = 1_000_000; // more in one instant: the card never gets done, our mistake
    private static final int MAX_EVENTS = 1_000_000;

    private final NetworkCard card;
    private final VirtualTimeline time;

    CardSteps(NetworkCard card, VirtualTimeline time) {
        this.card = card;
        this.time = time;
    }

    /// Lets the card work until it has nothing to do at this instant.
    ///
    /// @return units of work done
    int settle() {
        int work = 0;
        for (int cycle = 0; cycle < MAX_CYCLES; cycle++) {
            int done = card.doWork();
            if (done == 0) return work;
            work += done;
        }
        throw new IllegalStateException("the card is still busy after " + MAX_CYCLES + " duty cycles of an instant");
    }

    /// Moves on to the next deadline, of which there is one.
    void next() {
        time.advanceTo(Math.max(time.nowNs(), time.nextDeadlineNs()), MAX_EVENTS);
        settle();
    }

    /// Moves time on, stopping at every deadline.
    void runUntil(long untilNs) {
        settle();
        while (time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) next();
        time.advanceTo(untilNs, MAX_EVENTS);
    }
}
