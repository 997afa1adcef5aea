package dev.doorbell.lab.model;

import dev.doorbell.device.CardTotal;
import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.lab.world.CardPlan;
import dev.doorbell.lab.world.Sink;
import dev.doorbell.lab.world.Source;

/// Guests that send or receive as fast as they can, and what comes of it.
///
/// @param costs      of the guest and its host
/// @param place      where the host works
/// @param plan       card and driver
/// @param policy     of the driver's doorbells
/// @param frameBytes without FCS
/// @param forNs      how long is measured, after a short while for the world to settle
public record FullLoad(Costs costs, HostPlace place, CardPlan plan, DoorbellPolicy policy, int frameBytes, long forNs) {
    /// After the last packet the world runs on for so long: whatever the card holds back comes out within.
    private static final long DRAIN_NS = 1_000_000_000;

    private static final long WARM_UP_NS = 5_000_000;
    private static final long PEER = 0x5254_0000_0001L;

    /// How a sender hands its packets to the driver.
    public enum Sender {
        /// Each in a call of its own, as a network stack does.
        EACH_PACKET,
        /// All that were made since the last interrupt in one call.
        EACH_INTERRUPT
    }

    /// What a run showed.
    ///
    /// @param usage   of the measured time
    /// @param offered packets that the driver took, or that the network sent, from first to last
    /// @param arrived those that got through until the world was at rest
    /// @param dropped those that the card counted as dropped
    public record Outcome(Usage usage, long offered, long arrived, long dropped) {
        /// Packets that nobody can account for: always 0, or there is a bug.
        public long lost() {
            return offered - arrived - dropped;
        }
    }

    /// Sends.
    public Outcome send(Sender sender) {
        try (ModelledGuest guest = new ModelledGuest(costs, place, plan, frameBytes, time -> new Sink(time, 0))) {
            guest.driver().doorbells(policy);
            long fromNs = guest.time().nowNs() + WARM_UP_NS;
            send(guest, sender, fromNs);
            Usage before = guest.usage();
            send(guest, sender, fromNs + forNs);
            Usage usage = guest.usage().since(before);
            guest.rest(guest.time().nowNs() + DRAIN_NS);
            return new Outcome(usage, guest.accepted(), guest.usage().sent(), 0);
        }
    }

    private static void send(ModelledGuest guest, Sender sender, long untilNs) {
        boolean going = true;
        while (going && guest.time().nowNs() - untilNs < 0)
            going = sender == Sender.EACH_PACKET ? guest.sendOne(untilNs) : guest.sendUntilInterrupt(untilNs);
    }

    /// Receives what comes at a constant rate.
    public Outcome receive(long framesPerSecond) {
        Source[] made = new Source[1];
        ModelledGuest.Network network = time -> made[0] = new Source(time, frameBytes, CardPlan.MAC, PEER);
        try (ModelledGuest guest = new ModelledGuest(costs, place, plan, frameBytes, network)) {
            Source source = made[0];
            long fromNs = guest.time().nowNs() + WARM_UP_NS;
            source.constant(framesPerSecond, (WARM_UP_NS + forNs) * framesPerSecond / 1_000_000_000);
            receive(guest, fromNs);
            Usage before = guest.usage();
            receive(guest, fromNs + forNs);
            Usage usage = guest.usage().since(before);
            receive(guest, guest.time().nowNs() + DRAIN_NS);
            long stored = guest.world().total(CardTotal.RECEIVE_FRAMES);
            return new Outcome(usage, source.offered(), guest.usage().received(), source.offered() - stored);
        }
    }

    private static void receive(ModelledGuest guest, long untilNs) {
        boolean going = true;
        while (going && guest.time().nowNs() - untilNs < 0) going = guest.receiveSome(untilNs);
    }
}
