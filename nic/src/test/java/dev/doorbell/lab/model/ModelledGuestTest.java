package dev.doorbell.lab.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.CardTotal;
import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.lab.model.FullLoad.Outcome;
import dev.doorbell.lab.world.CardPlan;
import dev.doorbell.lab.world.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelledGuestTest {
    private static final int FRAME_BYTES = 60;
    private static final Costs COSTS = new Costs("test", 1000, 10_000, 2000, 300, 400);

    private static CardPlan e1000(Moderation moderation) {
        return CardPlan.e1000(DriverOptions.DEFAULT.withInterrupts(moderation), FRAME_BYTES);
    }

    private static CardPlan igb(boolean shared) {
        return CardPlan.igb(IgbDriverOptions.DEFAULT.withInterrupts(5000), FRAME_BYTES)
                .withSharedDoorbells(shared);
    }

    private static ModelledGuest guest(HostPlace place, CardPlan plan, Sink[] sink) {
        return new ModelledGuest(COSTS, place, plan, FRAME_BYTES, time -> sink[0] = new Sink(time, 100));
    }

    @Test
    void everythingThatAPacketDoesTakesItsTime() {
        Sink[] sink = new Sink[1];
        try (ModelledGuest guest = guest(HostPlace.EXITING_PROCESSOR, e1000(Moderation.NONE), sink)) {
            long startNs = guest.time().nowNs();
            assertTrue(guest.sendOne(Long.MAX_VALUE));
            // The packet, the doorbell's exit, the host that wakes and works on it: then the wire.
            assertEquals(startNs + 1000 + 10_000 + 400 + 300, sink[0].lastNs());
            // The line rose at that instant; the handler is entered and reads ICR by another exit.
            assertEquals(
                    startNs + 1000 + 10_000 + 400 + 300 + 2000 + 10_000,
                    guest.time().nowNs());
            Usage usage = guest.usage();
            assertEquals(1, usage.sent());
            assertEquals(1, usage.interrupts());
            assertEquals(1, usage.doorbellExits());
            assertEquals(1, usage.interruptExits());
            assertEquals(0, usage.otherExits());
            assertTrue(guest.driver().idle());
        }
    }

    @Test
    void aHostOfItsOwnWorksWhileTheGuestGoesOn() {
        Sink[] sink = new Sink[1];
        try (ModelledGuest guest = guest(HostPlace.OWN_PROCESSOR, e1000(Moderation.throttled(5000)), sink)) {
            long startNs = guest.time().nowNs();
            guest.sendOne(Long.MAX_VALUE);
            assertEquals(startNs + 1000 + 10_000, guest.time().nowNs());
            assertEquals(0, sink[0].frames());
            guest.rest(startNs + 1000 + 10_000 + 400);
            assertEquals(startNs + 1000 + 10_000 + 400, sink[0].lastNs());
        }
    }

    @Test
    void anInterruptStopsCodeThatRunsAndTheCodeGoesOnAfterIt() {
        Sink[] sink = new Sink[1];
        try (ModelledGuest guest = guest(HostPlace.EXITING_PROCESSOR, e1000(Moderation.throttled(20_000)), sink)) {
            while (guest.usage().interrupts() < 10) assertTrue(guest.sendOne(Long.MAX_VALUE));
            List<Long> gaps = new ArrayList<>();
            long[] times = sink[0].timesNs();
            for (int i = 5; i < times.length; i++) gaps.add(times[i] - times[i - 1]);
            // A packet's own time, or that and an interrupt's.
            gaps.removeIf(gap -> gap == 11_700 || gap == 23_700);
            assertEquals(List.of(), gaps);
        }
    }

    static Stream<FullLoad> loads() {
        List<FullLoad> loads = new ArrayList<>();
        for (HostPlace place : HostPlace.values())
            for (CardPlan plan :
                    List.of(e1000(Moderation.NONE), e1000(new Moderation(0, 0, 0, 50, 200)), igb(false), igb(true)))
                for (DoorbellPolicy policy : List.of(DoorbellPolicy.IMMEDIATE, DoorbellPolicy.BATCH))
                    loads.add(new FullLoad(COSTS, place, plan, policy, FRAME_BYTES, 20_000_000));
        // A shared page is looked at by a host that has a processor to look with.
        loads.removeIf(load -> load.place() == HostPlace.EXITING_PROCESSOR
                && load.plan() instanceof CardPlan.IgbPlan igb
                && igb.sharedDoorbells());
        return loads.stream();
    }

    @ParameterizedTest
    @MethodSource("loads")
    void noPacketIsLostHoweverTheyAreSent(FullLoad load) {
        for (FullLoad.Sender sender : FullLoad.Sender.values()) {
            Outcome outcome = load.send(sender);
            assertTrue(outcome.offered() > 500, outcome::toString);
            assertEquals(0, outcome.lost());
        }
    }

    @ParameterizedTest
    @MethodSource("loads")
    void whatTheCardDropsIsAllThatDoesNotArrive(FullLoad load) {
        for (long perSecond : new long[] {10_000, 1_000_000}) {
            Outcome outcome = load.receive(perSecond);
            assertEquals(perSecond / 1000 * 25, outcome.offered());
            assertEquals(0, outcome.lost());
            if (perSecond == 10_000) assertEquals(0, outcome.dropped());
        }
    }

    @Test
    void exitsAndInterruptsAreThoseThatTheCardCounts() {
        Sink[] sink = new Sink[1];
        try (ModelledGuest guest = guest(HostPlace.EXITING_PROCESSOR, e1000(Moderation.throttled(5000)), sink)) {
            long accesses = guest.world().total(CardTotal.REGISTER_ACCESSES);
            long doorbells = guest.world().total(CardTotal.DOORBELLS);
            long interrupts = guest.world().total(CardTotal.INTERRUPTS);
            for (int i = 0; i < 1000; i++) guest.sendOne(Long.MAX_VALUE);
            guest.rest(guest.time().nowNs() + 1_000_000);
            Usage usage = guest.usage();
            assertEquals(usage.exits(), guest.world().total(CardTotal.REGISTER_ACCESSES) - accesses);
            assertEquals(usage.doorbellExits(), guest.world().total(CardTotal.DOORBELLS) - doorbells);
            assertEquals(usage.interrupts(), guest.world().total(CardTotal.INTERRUPTS) - interrupts);
            assertEquals(1000, usage.sent());
        }
    }

    @Test
    void sharedDoorbellsCostNoExit() {
        FullLoad load =
                new FullLoad(COSTS, HostPlace.OWN_PROCESSOR, igb(true), DoorbellPolicy.BATCH, FRAME_BYTES, 20_000_000);
        Usage usage = load.send(FullLoad.Sender.EACH_PACKET).usage();
        assertEquals(0, usage.doorbellExits());
        assertEquals(1, usage.doorbellsPerPacket(), 0.01);
        assertEquals(5000, usage.interruptsPerSecond(), 200);
    }
}
