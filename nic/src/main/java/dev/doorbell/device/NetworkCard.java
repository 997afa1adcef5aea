package dev.doorbell.device;

import dev.doorbell.agent.Agent;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.pci.PciCard;

/// A network card as its operator sees it, whatever the chip: stepped by a loop, counted, and with a
/// cable.
///
/// One thread, the card's loop, calls everything except [#counters()], [#total] and [#interruptGaps()],
/// which any thread may read.
public interface NetworkCard extends PciCard, Agent {
    /// Everything that the card counts beside the guest's statistics registers.
    CounterTable<?> counters();

    /// One of the sums that every card keeps. Allocates nothing.
    long total(CardTotal which);

    /// Distances of the interrupts so far.
    InterruptGaps interruptGaps();

    /// The operator plugs the cable or pulls it. The link is up while both the cable and the backend
    /// are.
    void connectCable(boolean plugged);

    /// Whether the guest can reach registers of the card by plain stores just now, of which nobody is
    /// told: while this holds, [#doWork] must be called every now and then though nothing has come in.
    /// Changes only within [#doWork] and register accesses.
    default boolean pollsSharedPages() {
        return false;
    }

    /// Whether such a store has come that [#doWork] has not seen; cheaper than to call that. False
    /// where there is nothing to poll.
    default boolean sharedPagesChanged() {
        return false;
    }
}
