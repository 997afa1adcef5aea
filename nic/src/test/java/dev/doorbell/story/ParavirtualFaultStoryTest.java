package dev.doorbell.story;

import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_BAD_INDEX;
import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_FAULTS;
import static dev.doorbell.device.e1000.E1000Counter.PARAVIRTUAL_REFUSED;
import static dev.doorbell.device.e1000.E1000Counter.REGISTER_UNKNOWN;
import static dev.doorbell.device.e1000.E1000Counter.TRANSMIT_BAD_RING;
import static dev.doorbell.register.CommunicationBlock.GUEST_CSB_ON;
import static dev.doorbell.register.CommunicationBlock.GUEST_RDT;
import static dev.doorbell.register.CommunicationBlock.GUEST_TDT;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_TXKICK;
import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.TDT;
import static dev.doorbell.story.ParavirtualGuest.OTHER_PAGE;
import static dev.doorbell.story.ParavirtualGuest.PAGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.register.CommunicationBlock;
import dev.doorbell.register.ParavirtualRegister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every way in which a shared page can be wrong: absent, moved, taken away, full of garbage, out of reach;
/// and the card's resets.
class ParavirtualFaultStoryTest {
    private static final long RETRY_NS = 10_000_000;
    private static final int UNMAPPED = 0x0900_0000;

    private final ParavirtualGuest guest = ParavirtualGuest.sharing();
    private final Bench bench = guest.bench;

    @Test
    void cardWithoutThePageHasNeitherItsRegistersNorItsIdentity() {
        Bench plain = Bench.withLink();
        plain.writeAt(ParavirtualRegister.CSBAL.spec().offset(), (int) PAGE);

        assertEquals(0, plain.readAt(ParavirtualRegister.CSBAL.spec().offset()));
        assertEquals(2, plain.counter(REGISTER_UNKNOWN));
        assertEquals(0x001E, plain.card.identity().subsystemId());
        assertFalse(plain.card.pollsSharedPages());
        assertEquals(CommunicationBlock.SUBSYSTEM_ID, bench.card.identity().subsystemId());
        assertEquals(0x8086, bench.card.identity().subsystemVendorId());
    }

    @ParameterizedTest
    @ValueSource(ints = {Rings.ENTRIES, 0xFFFF, 0x1_0001, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void indexOutsideTheRingIsRefusedAndTheLastGoodOneStays(int garbage) {
        guest.send(1);
        assertEquals(1, guest.sent());
        guest.put(GUEST_TDT, garbage);
        guest.put(GUEST_RDT, garbage);
        bench.runUntilIdle();
        assertEquals(2, bench.counter(PARAVIRTUAL_BAD_INDEX));
        assertEquals(0, bench.counter(TRANSMIT_BAD_RING));
        assertEquals(1, bench.read(TDT));
        assertEquals(Rings.ENTRIES - 1, bench.read(RDT));
        assertEquals(0, guest.sent());
        assertFalse(bench.card.sharedPagesChanged(), "counted once, not looked at again");
        guest.send(2);

        assertEquals(1, guest.sent());
    }

    @Test
    void pageFullOfGarbageHurtsTheGuestOnly() {
        java.util.SplittableRandom random = new java.util.SplittableRandom(1);
        for (int i = 0; i < 2_000; i++) {
            for (int word = 0; word < 0x60; word += 4) guest.put(word, random.nextInt());
            guest.put(GUEST_CSB_ON, random.nextInt(4));
            bench.card.sharedPagesChanged();
            bench.advance(random.nextInt(300_000));
        }
        guest.put(GUEST_CSB_ON, 0);
        bench.runUntilIdle();
        bench.wire.takeAll();
        guest.rings.startTransmit();
        guest.rings.append(Frames.toPeer(60, 1), ParavirtualGuest.COMMAND).ring();

        assertEquals(1, guest.sent());
    }

    @Test
    void pageThatIsNotThereLeavesTheRegistersAndIsFoundWhenItComes() {
        bench.write(IMS, ICR_TXDW);
        guest.send(1);
        bench.memory.open(false);
        bench.runUntilIdle();
        assertEquals(1, bench.counter(PARAVIRTUAL_FAULTS));
        assertFalse(bench.card.pollsSharedPages());
        bench.memory.open(true);
        guest.store(2); // the guest thinks that the card still looks
        bench.advance(RETRY_NS);

        assertEquals(2, guest.sent());
        assertEquals(0, guest.get(HOST_NEED_TXKICK));
        assertEquals(1, bench.counter(PARAVIRTUAL_FAULTS));
    }

    @Test
    void unmappedPageIsCountedAndRegistersWork() {
        ParavirtualGuest lost = new ParavirtualGuest();
        lost.bench.write(IMS, ICR_TXDW);
        lost.bench.writeAt(ParavirtualRegister.CSBAL.spec().offset(), UNMAPPED);
        assertEquals(1, lost.bench.counter(PARAVIRTUAL_FAULTS));
        lost.rings.append(Frames.toPeer(60, 1), ParavirtualGuest.COMMAND).ring();
        assertEquals(1, lost.sent());
        assertEquals(1, lost.bench.interruptCount());
        lost.bench.advance(10 * RETRY_NS);

        assertTrue(lost.bench.counter(PARAVIRTUAL_FAULTS) <= 12, "tried now and then, not all the time");
    }

    @Test
    void pageTakenAwayIsTouchedNoMore() {
        guest.send(1);
        guest.store(2);
        guest.share(0);
        byte[] before = bench.memory.get(PAGE, 4096);
        bench.runUntilIdle();
        bench.advance(1_000_000);
        assertEquals(1, guest.sent(), "the tail that nobody took");
        assertFalse(bench.card.pollsSharedPages());
        guest.rings.ring();

        assertEquals(1, guest.sent());
        assertArrayEquals(before, bench.memory.get(PAGE, 4096));
    }

    @Test
    void pageThatMovesIsFollowed() {
        guest.send(1);
        int tail = guest.rings.transmitTail();
        bench.memory.put(OTHER_PAGE, bench.memory.get(PAGE, 4096));
        byte[] before = bench.memory.get(PAGE, 4096);
        guest.share(OTHER_PAGE);
        assertEquals(1, guest.get(HOST_NEED_TXKICK), "the card sleeps");
        bench.memory.putInt(PAGE + GUEST_TDT, tail + 5);
        bench.memory.put(PAGE, before);
        guest.send(2);
        guest.store(3);
        guest.loop();

        assertEquals(3, guest.sent());
        assertArrayEquals(before, bench.memory.get(PAGE, 4096), "the old one is memory again");
    }

    @ParameterizedTest
    @ValueSource(ints = {(int) PAGE + 1, (int) PAGE + 4, (int) PAGE + 32})
    void pageOutOfLineIsRefused(int address) {
        guest.share(address);

        assertEquals(0, guest.address());
        assertEquals(1, bench.counter(PARAVIRTUAL_REFUSED));
        guest.rings.append(Frames.toPeer(60, 1), ParavirtualGuest.COMMAND).ring();
        assertEquals(1, guest.sent());
    }

    @Test
    void pageThatOnlyMessagesReachIsRefused() {
        ParavirtualGuest slow = new ParavirtualGuest();
        slow.bench.memory.stutter(1);
        slow.share(PAGE);

        assertEquals(0, slow.address());
        assertEquals(1, slow.bench.counter(PARAVIRTUAL_REFUSED));
        assertFalse(slow.bench.card.pollsSharedPages());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void mappedPageBesideRingsThatMessagesReachWorks(long seed) {
        bench.memory.prompt(PAGE, 4096);
        bench.memory.stutter(seed);
        for (int i = 0; i < 300; i++) {
            guest.store(i);
            if (guest.get(HOST_NEED_TXKICK) != 0) bench.write(TDT, guest.rings.transmitTail());
            for (int cycle = 0; cycle < 60; cycle++) bench.card.doWork();
            if (i % 7 == 0) bench.time.advance(250_000);
        }
        for (int cycle = 0; cycle < 300; cycle++) bench.card.doWork();

        assertEquals(300, guest.sent());
    }

    @Test
    void busMasterOffIsNoFaultAndWhatWasStoredMeanwhileIsSent() {
        guest.send(1);
        bench.busMaster(false);
        guest.store(2);
        bench.runUntilIdle();
        bench.advance(1_000_000);
        assertEquals(1, guest.sent());
        bench.busMaster(true);
        bench.runUntilIdle();

        assertEquals(1, guest.sent());
    }

    @Test
    void softwareResetKeepsThePageAndStartsItsTailsAnew() {
        for (int i = 0; i < 5; i++) guest.send(i);
        assertEquals(5, guest.sent());
        bench.write(CTRL, CTRL_RST);
        assertEquals((int) PAGE, guest.address(), "lem sets it up once, and resets later");
        assertEquals(1, guest.get(HOST_NEED_TXKICK));
        bench.awaitLink();
        guest.rings.startTransmit().startReceive(); // the page still says 5
        bench.runUntilIdle();
        assertEquals(0, guest.sent());
        assertEquals(Rings.ENTRIES - 1, bench.read(RDT));
        guest.send(6);
        guest.store(7);
        guest.loop();

        assertEquals(2, guest.sent());
    }

    @Test
    void powerOnForgetsThePage() {
        guest.send(1);
        bench.card.reset();
        byte[] before = bench.memory.get(PAGE, 4096);
        bench.awaitLink();
        bench.advance(1_000_000);

        assertEquals(0, guest.address());
        assertFalse(bench.card.pollsSharedPages());
        assertArrayEquals(before, bench.memory.get(PAGE, 4096));
    }
}
