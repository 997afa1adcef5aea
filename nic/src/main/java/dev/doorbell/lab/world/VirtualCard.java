package dev.doorbell.lab.world;

import dev.doorbell.device.CardTotal;
import dev.doorbell.device.NetworkCard;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.VirtualTimeline;
import java.util.function.UnaryOperator;

/// A card in this process with its driver, on virtual time, started: the registers are set up, the link is up.
///
/// Time moves only when told to, by [#runUntil] for a world of one card, or by [#settle] and the timeline itself for
/// larger ones: several cards may share a timeline. Nothing here reads a clock, so what happens is a function of what
/// was asked for. One thread.
public final class VirtualCard implements AutoCloseable {
    private final VirtualTimeline time;
    private final NetworkCard card;
    private final PciFunction function;
    private final DriverMemory memory;
    private final NetworkDriver driver;
    private final CardSteps steps;

    /// Makes card and driver and starts them: time moves on by the some 20 ms that a start takes.
    ///
    /// @param backend belongs to the caller
    public VirtualCard(CardPlan plan, VirtualTimeline time, FrameBackend backend) {
        this(plan, time, backend, UnaryOperator.identity());
    }

    /// As [#VirtualCard(CardPlan, VirtualTimeline, FrameBackend)], with something between driver and card.
    ///
    /// @param between given the card's function, answers the one that the driver shall use
    public VirtualCard(CardPlan plan, VirtualTimeline time, FrameBackend backend, UnaryOperator<PciFunction> between) {
        this.time = time;
        memory = DriverMemory.local((plan.driverMemoryBytes() + 4095) & -4096L);
        SharedTails tails = new SharedTails();
        card = switch (plan) {
            case CardPlan.E1000Plan e1000 -> new E1000(e1000.card(), time, backend);
            case CardPlan.IgbPlan igb ->
                igb.sharedDoorbells()
                        ? new Igb(igb.card(), time, backend, tails.pages())
                        : new Igb(igb.card(), time, backend);
        };
        steps = new CardSteps(card, time);
        PciFunction slot = new PciEndpoint(card);
        boolean shared = plan instanceof CardPlan.IgbPlan igb && igb.sharedDoorbells();
        function = between.apply(shared ? tails.over(slot) : slot);
        driver = NetworkDriver.of(
                function,
                memory,
                plan instanceof CardPlan.E1000Plan e1000 ? e1000.driver() : DriverOptions.DEFAULT,
                plan instanceof CardPlan.IgbPlan igb ? igb.driver() : IgbDriverOptions.DEFAULT,
                ns -> runUntil(time.nowNs() + ns));
        driver.start();
        settle();
    }

    public VirtualTimeline time() {
        return time;
    }

    public NetworkCard card() {
        return card;
    }

    /// What the driver drives.
    public PciFunction function() {
        return function;
    }

    public DriverMemory memory() {
        return memory;
    }

    public NetworkDriver driver() {
        return driver;
    }

    /// One of the sums that every card keeps.
    public long total(CardTotal which) {
        return card.total(which);
    }

    /// Lets the card work until it has nothing to do at this instant.
    ///
    /// @return units of work done
    public int settle() {
        return steps.settle();
    }

    /// Moves time on as a loop would that is never late: at every timer on the way the card works until it is done.
    public void runUntil(long untilNs) {
        steps.runUntil(untilNs);
    }

    /// Stops the card and gives its memory back. The backend stays with its owner.
    @Override
    public void close() {
        driver.close();
        memory.close();
    }
}
