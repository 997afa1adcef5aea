package dev.doorbell.story;

import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_KICKS;
import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_QUIET;
import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_SLEEPS;
import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_TAILS;
import static dev.doorbell.device.e1000.E1000Counter.TRANSMIT_DOORBELLS;
import static dev.doorbell.register.CommunicationBlock.GUEST_CSB_ON;
import static dev.doorbell.register.CommunicationBlock.GUEST_NEED_TXKICK;
import static dev.doorbell.register.CommunicationBlock.GUEST_TDT;
import static dev.doorbell.register.CommunicationBlock.GUEST_TXKICK_AT;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_TXKICK;
import static dev.doorbell.register.CommunicationBlock.HOST_TDH;
import static dev.doorbell.register.CommunicationBlock.NONE;
import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Sending through a shared page: tails without doorbells, sleep and kick, and the instants between.
class ParavirtualTransmitStoryTest {
    private static final long LOOK_NS = 200_000;
    private static final long SECOND_LOOK_NS = 50_000;

    private final ParavirtualGuest guest = ParavirtualGuest.sharing();
    private final Bench bench = guest.bench;

    @Test
    void oneKickWakesTheCardAndTheNextTailsCostNone() {
        long doorbells = bench.counter(TRANSMIT_DOORBELLS);
        assertEquals(1, guest.get(HOST_NEED_TXKICK), "a card that sleeps says so");
        assertFalse(bench.card.pollsSharedPages());
        guest.send(1);
        assertEquals(1, guest.sent());
        assertEquals(0, guest.get(HOST_NEED_TXKICK));
        assertTrue(bench.card.pollsSharedPages());

        for (int i = 0; i < 200; i++) { // more than once around
            guest.store(i);
            assertTrue(bench.card.sharedPagesChanged());
            bench.runUntilIdle();
            assertEquals(1, guest.sent());
            assertEquals(guest.rings.transmitTail(), guest.get(HOST_TDH));
            assertEquals(guest.rings.transmitTail(), bench.read(TDH));
            assertEquals(guest.rings.transmitTail(), bench.read(TDT));
            assertFalse(bench.card.sharedPagesChanged());
            bench.advance(LOOK_NS - 1);
        }

        assertEquals(1, bench.counter(TRANSMIT_DOORBELLS) - doorbells);
        assertEquals(201, bench.counter(PARAVIRTUAL_TAILS));
        assertEquals(0, bench.counter(PARAVIRTUAL_SLEEPS));
    }

    @Test
    void cardSleepsAfterItsTimeAndIsKickedAgain() {
        guest.send(1);
        bench.advance(LOOK_NS);
        assertEquals(1, guest.get(HOST_NEED_TXKICK));
        assertFalse(bench.card.pollsSharedPages());
        assertEquals(1, bench.counter(PARAVIRTUAL_SLEEPS));
        guest.send(2);

        assertEquals(2, guest.sent());
        assertEquals(0, guest.get(HOST_NEED_TXKICK));
        assertEquals(1, bench.counter(PARAVIRTUAL_KICKS), "the first one set the register: nothing led yet");
    }

    @Test
    void tailStoredInTheInstantOfFallingAsleepIsSeen() {
        guest.send(1);
        assertEquals(1, guest.sent());
        bench.memory.onWrite(() -> {
            if (guest.get(HOST_NEED_TXKICK) == 0 || guest.rings.transmitTail() != 1) return;
            guest.store(2); // it looked at the wish just before it was set
        });
        bench.advance(LOOK_NS);

        assertEquals(1, guest.sent());
        assertEquals(0, guest.get(HOST_NEED_TXKICK), "and the card looks on");
        assertTrue(bench.card.pollsSharedPages());
    }

    @Test
    void guestWithoutItsFenceIsFoundByASecondLook() {
        guest.send(1);
        bench.advance(LOOK_NS);
        assertEquals(1, guest.sent());
        guest.store(2); // and, having seen the wish too late, no kick
        bench.advance(SECOND_LOOK_NS - 1);
        bench.memory.onWrite(() -> {});
        bench.advance(1);

        assertEquals(1, guest.sent());
    }

    @Test
    void kickThatWasOnItsWayDoesNotMoveTheTailBack() {
        guest.send(1);
        for (int i = 2; i <= 5; i++) guest.store(i);
        bench.runUntilIdle();
        assertEquals(5, guest.sent());
        bench.write(TDT, 2);
        bench.runUntilIdle();

        assertEquals(0, guest.sent());
        assertEquals(5, bench.read(TDT));
        assertEquals(1, bench.counter(PARAVIRTUAL_KICKS));
    }

    @Test
    void offInThePageTheRegistersCount() {
        guest.put(GUEST_CSB_ON, 0);
        guest.store(1);
        bench.runUntilIdle();
        assertEquals(0, guest.sent(), "the page says nothing");
        assertFalse(bench.card.pollsSharedPages());
        guest.rings.ring();
        assertEquals(1, guest.sent());

        guest.put(GUEST_CSB_ON, 1);
        guest.send(2);
        guest.store(3);
        bench.runUntilIdle();
        assertEquals(2, guest.sent());
        guest.put(GUEST_CSB_ON, 0);
        bench.runUntilIdle();
        assertEquals(1, guest.get(HOST_NEED_TXKICK), "for the time when it counts again");
        guest.rings.append(Frames.toPeer(60, 4), ParavirtualGuest.COMMAND);
        guest.rings.ring();
        assertEquals(1, guest.sent());
        guest.put(GUEST_TDT, guest.rings.transmitTail()); // as it must be before it counts
        guest.put(GUEST_CSB_ON, 1);
        guest.send(5);
        assertEquals(1, guest.sent());
    }

    @Test
    void interruptsComeOnlyWhenTheGuestWantsThem() {
        bench.write(IMS, ICR_TXDW);
        guest.send(1);
        assertEquals(0, bench.interruptCount());
        assertEquals(0, bench.read(ICR) & ICR_TXDW);
        assertTrue(bench.counter(PARAVIRTUAL_QUIET) > 0);
        guest.put(GUEST_NEED_TXKICK, 1);
        guest.send(2);
        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_TXDW, bench.read(ICR) & ICR_TXDW);
        guest.put(GUEST_NEED_TXKICK, 2); // lem: seen
        guest.send(3);

        assertEquals(1, bench.interruptCount());
        assertEquals(3, guest.sent());
    }

    @Test
    void wishForAnInterruptInTheInstantOfTheWriteBackIsSeen() {
        bench.write(IMS, ICR_TXDW);
        bench.memory.onWrite(() -> {
            if ((guest.rings.transmitWord1(0) >>> 32 & 1) != 0) guest.put(GUEST_NEED_TXKICK, 1);
        });
        guest.send(1);

        assertEquals(1, bench.interruptCount());
    }

    @Test
    void headThatCrossesTheGuestsMarkInterruptsOnce() {
        bench.write(IMS, ICR_TXDW);
        guest.put(GUEST_TXKICK_AT, 3);
        for (int i = 1; i <= 2; i++) guest.send(i);
        assertEquals(0, bench.interruptCount());
        for (int i = 3; i <= 5; i++) guest.store(i);
        bench.runUntilIdle();
        assertEquals(1, bench.interruptCount());
        bench.read(ICR);
        for (int i = 6; i <= 60; i++) guest.send(i);
        assertEquals(1, bench.interruptCount());
        guest.put(GUEST_TXKICK_AT, NONE);
        for (int i = 61; i <= 80; i++) guest.send(i);

        assertEquals(1, bench.interruptCount(), "around the ring, and no mark");
        assertEquals(80, guest.sent());
    }

    @Test
    void offInThePageInterruptsComeAsEver() {
        bench.write(IMS, ICR_TXDW);
        guest.put(GUEST_CSB_ON, 0);
        guest.store(1);
        guest.rings.ring();

        assertEquals(1, bench.interruptCount());
        assertEquals(0, bench.counter(PARAVIRTUAL_QUIET));
    }
}
