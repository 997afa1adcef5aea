package dev.doorbell.lab.world;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.device.CardTotal;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.exercise.CopyPlan;
import dev.doorbell.driver.exercise.DmaCopy;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.time.VirtualTimeline;

/// An 82576 in virtual time, at line rate, that copies memory through its loopback. One thread.
public final class CopyingCard implements AutoCloseable {
    private static final int PAGE_BYTES = 4096;

    /// Is told how far a kick is.
    @FunctionalInterface
    public interface Progress {
        /// @param ns     since the kick
        /// @param frames that have arrived
        void at(long ns, int frames);
    }

    private final VirtualTimeline time = new VirtualTimeline();
    private final Igb card;
    private final CardSteps steps;
    private final ExitCounter function;
    private final DriverMemory memory;
    private final DmaCopy copy;
    private long copyNs;
    private long accesses;
    private long interrupts;
    private long frames;
    private long wrong;

    public CopyingCard(CopyPlan plan) {
        memory = DriverMemory.local((plan.memoryBytes() + PAGE_BYTES - 1) & -PAGE_BYTES);
        card = new Igb(
                new IgbOptions(CardPlan.MAC).withAutoNegotiationNs(0).withLineRate(true), time, new NullBackend());
        steps = new CardSteps(card, time);
        function = new ExitCounter(new PciEndpoint(card));
        copy = new DmaCopy(function, memory, plan, this::pass);
        copy.start();
        steps.settle();
    }

    private void pass(long ns) {
        steps.runUntil(time.nowNs() + ns);
    }

    /// Starts a kick and lets time pass until it is done, or nothing is left that could happen.
    ///
    /// @param every tells of every so many frames, and of the last
    public void kick(int every, Progress progress) {
        int expected = copy.kick();
        long fromNs = time.nowNs();
        long accessesBefore = function.total();
        long interruptsBefore = card.total(CardTotal.INTERRUPTS);
        steps.settle();
        int told = 0;
        while (!copy.done() && time.hasDeadline()) {
            steps.next();
            int arrived = copy.arrived();
            if (arrived - told < every && arrived < expected) continue;
            if (arrived > told) progress.at(time.nowNs() - fromNs, arrived);
            told = arrived;
        }
        copyNs = time.nowNs() - fromNs;
        accesses = function.total() - accessesBefore;
        interrupts = card.total(CardTotal.INTERRUPTS) - interruptsBefore;
        frames = copy.arrived();
        wrong = copy.verify();
    }

    /// From the kick's doorbell to its last frame.
    public long copyNs() {
        return copyNs;
    }

    /// Accesses to the card in that time.
    public long accesses() {
        return accesses;
    }

    /// Interrupts in that time.
    public long interrupts() {
        return interrupts;
    }

    /// Frames that arrived.
    public long frames() {
        return frames;
    }

    /// Frames that were not as they had been sent.
    public long wrong() {
        return wrong;
    }

    @Override
    public void close() {
        copy.close();
        memory.close();
    }
}
