package dev.doorbell.story;

import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_QUIET;
import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_WAITS;
import static dev.doorbell.device.e1000.E1000Counter.RECEIVE_DOORBELLS;
import static dev.doorbell.device.e1000.E1000Counter.RECEIVE_FRAMES;
import static dev.doorbell.register.CommunicationBlock.GUEST_CSB_ON;
import static dev.doorbell.register.CommunicationBlock.GUEST_NEED_RXKICK;
import static dev.doorbell.register.CommunicationBlock.GUEST_RDT;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_RXKICK;
import static dev.doorbell.register.CommunicationBlock.HOST_RDH;
import static dev.doorbell.register.CommunicationBlock.HOST_RXKICK_AT;
import static dev.doorbell.register.CommunicationBlock.NONE;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.ring.LegacyReceiveDescriptor;
import org.junit.jupiter.api.Test;

/// Receiving through a shared page: descriptors given back without doorbells, interrupts on demand.
class ParavirtualReceiveStoryTest {
    private final ParavirtualGuest guest = ParavirtualGuest.sharing();
    private final Bench bench = guest.bench;
    private int next; // descriptor that the guest looks at

    private void arrive(int frames) {
        for (int i = 0; i < frames; i++) bench.wire.arrive(Frames.toStation(60, i));
        bench.runUntilIdle();
    }

    /// Takes what arrived and gives its descriptors back in the page alone.
    ///
    /// @return frames taken
    private int drain() {
        int taken = 0;
        while (LegacyReceiveDescriptor.done(guest.rings.receiveWord1(next))) {
            guest.rings.putReceive(next, Rings.receiveBuffer(next));
            guest.put(GUEST_RDT, next);
            next = (next + 1) % Rings.ENTRIES;
            taken++;
        }
        return taken;
    }

    @Test
    void descriptorsGivenBackInThePageCostNoDoorbell() {
        long doorbells = bench.counter(RECEIVE_DOORBELLS);
        for (int round = 0; round < 20; round++) {
            arrive(10);
            assertEquals(10, drain());
            assertEquals(bench.read(RDH), guest.get(HOST_RDH));
        }

        assertEquals(200, bench.counter(RECEIVE_FRAMES));
        assertEquals(doorbells, bench.counter(RECEIVE_DOORBELLS));
        assertEquals(0, guest.get(HOST_NEED_RXKICK));
        assertEquals(NONE, guest.get(HOST_RXKICK_AT));
        assertEquals(0, bench.counter(PARAVIRTUAL_WAITS));
    }

    @Test
    void framesThatWaitForDescriptorsAskForAKick() {
        arrive(2);
        drain();
        arrive(Rings.ENTRIES + 5);
        assertEquals(1, guest.get(HOST_NEED_RXKICK));
        assertEquals(2, guest.get(HOST_RXKICK_AT), "the next tail there will be");
        assertEquals(1, bench.counter(PARAVIRTUAL_WAITS));
        assertTrue(bench.card.pollsSharedPages(), "a guest without the fence is found too");
        assertEquals(Rings.ENTRIES - 1, drain());
        bench.write(RDT, guest.get(GUEST_RDT)); // the kick
        bench.runUntilIdle();

        assertEquals(0, guest.get(HOST_NEED_RXKICK));
        assertEquals(NONE, guest.get(HOST_RXKICK_AT));
        assertFalse(bench.card.pollsSharedPages());
        assertEquals(6, drain());
        assertEquals(Rings.ENTRIES + 7, bench.counter(RECEIVE_FRAMES));
    }

    @Test
    void descriptorsGivenBackInTheInstantOfTheWishAreSeen() {
        arrive(2);
        drain();
        bench.memory.onWrite(() -> {
            if (guest.get(HOST_NEED_RXKICK) != 0) drain(); // it looked at the wish just before
        });
        arrive(Rings.ENTRIES + 5);

        assertEquals(Rings.ENTRIES + 7, bench.counter(RECEIVE_FRAMES));
        assertEquals(0, guest.get(HOST_NEED_RXKICK));
        assertFalse(bench.card.pollsSharedPages());
    }

    @Test
    void guestThatNeverKicksIsFoundByTheLoop() {
        arrive(2);
        drain();
        arrive(Rings.ENTRIES + 5);
        drain();
        guest.loop();

        assertEquals(Rings.ENTRIES + 7, bench.counter(RECEIVE_FRAMES));
    }

    @Test
    void interruptsComeOnlyWhenTheGuestWantsThem() {
        bench.write(IMS, ICR_RXT0);
        arrive(3);
        assertEquals(0, bench.interruptCount());
        assertEquals(0, bench.read(ICR) & ICR_RXT0);
        assertEquals(3, drain(), "what the guest finds when it looks");
        assertTrue(bench.counter(PARAVIRTUAL_QUIET) > 0);
        guest.put(GUEST_NEED_RXKICK, 1);
        arrive(1);

        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_RXT0, bench.read(ICR) & ICR_RXT0);
    }

    @Test
    void wishForAnInterruptInTheInstantOfTheFrameIsSeen() {
        bench.write(IMS, ICR_RXT0);
        bench.memory.onWrite(() -> {
            if (LegacyReceiveDescriptor.done(guest.rings.receiveWord1(0))) guest.put(GUEST_NEED_RXKICK, 1);
        });
        arrive(1);

        assertEquals(1, bench.interruptCount());
    }

    @Test
    void tailLeftInThePageFromBeforeCountsOnlyOnceItChanges() {
        ParavirtualGuest lem = new ParavirtualGuest(); // keeps its receive tail in the page only while it counts
        lem.put(GUEST_RDT, 0);
        lem.put(GUEST_CSB_ON, 1);
        lem.share(ParavirtualGuest.PAGE);
        for (int i = 0; i < 3; i++) lem.bench.wire.arrive(Frames.toStation(60, i));
        lem.bench.runUntilIdle();
        assertEquals(3, lem.bench.counter(RECEIVE_FRAMES), "all but one descriptor are the card's, as RDT says");
        assertEquals(Rings.ENTRIES - 1, lem.bench.read(RDT));
        lem.put(GUEST_RDT, 2);
        lem.bench.runUntilIdle();

        assertEquals(2, lem.bench.read(RDT));
    }
}
