package dev.doorbell.linux.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.linux.xdp.FakeKernelRings.Descriptor;
import dev.doorbell.linux.xdp.FakeKernelRings.Ring;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The four rings against a kernel's side of our own.
class RingsTest {
    private static final int ENTRIES = 8;
    private static final int JUST_BEFORE_THE_WRAP = -3; // 2^32 - 3

    private FakeKernelRings kernel = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES);

    @AfterEach
    void nothingBesideTheRingsWasWritten() {
        assertTrue(kernel.isIntact());
        kernel.close();
    }

    private void startAt(int index) {
        kernel.close();
        kernel = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES, index);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, JUST_BEFORE_THE_WRAP, Integer.MAX_VALUE - 3})
    void whatIsFilledIsWhatTheKernelTakes(int start) {
        startAt(start);
        ProducerRing fill = kernel.fillRing();
        ProducerRing transmit = kernel.transmitRing();
        for (int round = 0; round < 5; round++) {
            assertEquals(ENTRIES, fill.free(ENTRIES));
            assertEquals(ENTRIES, transmit.free(ENTRIES));
            for (int i = 0; i < 6; i++) {
                fill.address(i, 0x1_0000_0000L + 100L * round + i);
                transmit.descriptor(i, 0x2_0000_0000L + 100L * round + i, 60 + i, i % 2);
            }
            assertEquals(-1, kernel.takeFill(), "not submitted yet");
            fill.submit(6);
            transmit.submit(6);
            assertEquals(2, fill.free(1));
            assertEquals(2, transmit.free(2));
            for (int i = 0; i < 6; i++) {
                assertEquals(0x1_0000_0000L + 100L * round + i, kernel.takeFill());
                assertEquals(new Descriptor(0x2_0000_0000L + 100L * round + i, 60 + i, i % 2), kernel.takeTransmit());
            }
            assertEquals(-1, kernel.takeFill());
        }
        assertEquals(start + 30, kernel.producer(Ring.FILL));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, JUST_BEFORE_THE_WRAP, Integer.MAX_VALUE - 3})
    void whatTheKernelGivesIsWhatIsRead(int start) {
        startAt(start);
        ConsumerRing completion = kernel.completionRing();
        ConsumerRing receive = kernel.receiveRing();
        for (int round = 0; round < 5; round++) {
            assertEquals(0, completion.available(1));
            assertEquals(0, receive.available(1));
            for (int i = 0; i < ENTRIES; i++) {
                assertTrue(kernel.complete(0x1_0000_0000L + 100L * round + i));
                assertTrue(kernel.receive(0x2_0000_0000L + 100L * round + i, 60 + i, i % 2));
            }
            assertFalse(kernel.complete(0), "full");
            assertFalse(kernel.receive(0, 60, 0), "full");
            assertEquals(ENTRIES, completion.available(1));
            assertEquals(ENTRIES, receive.available(ENTRIES));
            for (int i = 0; i < ENTRIES; i++) {
                assertEquals(0x1_0000_0000L + 100L * round + i, completion.address(i));
                assertEquals(0x2_0000_0000L + 100L * round + i, receive.address(i));
                assertEquals(60 + i, receive.lengthBytes(i));
                assertEquals(i % 2, receive.options(i));
            }
            completion.release(3);
            assertEquals(0x1_0000_0000L + 100L * round + 3, completion.address(0), "counted from the first left");
            completion.release(ENTRIES - 3);
            receive.release(ENTRIES);
            assertEquals(0, kernel.pending(Ring.COMPLETION));
            assertEquals(0, kernel.pending(Ring.RECEIVE));
        }
    }

    @Test
    void theKernelsIndexIsReadAgainOnlyWhenMoreIsWantedThanIsKnown() {
        ProducerRing fill = kernel.fillRing();
        assertEquals(ENTRIES, fill.free(1));
        fill.submit(6);
        kernel.takeFill();
        assertEquals(2, fill.free(2), "known");
        assertEquals(3, fill.free(3), "read again");
        kernel.complete(0);
        ConsumerRing completion = kernel.completionRing();
        assertEquals(1, completion.available(1));
        kernel.complete(1);
        assertEquals(1, completion.available(1), "known");
        assertEquals(2, completion.available(2), "read again");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, JUST_BEFORE_THE_WRAP})
    void anImpossibleIndexOfTheKernelIsRefusedAndForgotten(int start) {
        startAt(start);
        ProducerRing transmit = kernel.transmitRing();
        assertEquals(ENTRIES, transmit.free(ENTRIES));
        transmit.submit(5);
        kernel.takeTransmit();
        kernel.takeTransmit();
        assertEquals(5, transmit.free(ENTRIES));
        int honest = kernel.consumer(Ring.TRANSMIT);
        for (int taken : new int[] {4, 5, ENTRIES, 1 << 30, 1 << 31, -1, -2, -ENTRIES}) {
            kernel.setConsumer(Ring.TRANSMIT, honest + taken); // three are left to take; backwards is as wrong
            assertEquals(-1, transmit.free(ENTRIES), "consumer " + taken);
            assertEquals(5, transmit.free(5), "what was known still holds");
        }
        kernel.setConsumer(Ring.TRANSMIT, honest + 3);
        assertEquals(ENTRIES, transmit.free(ENTRIES));

        ConsumerRing receive = kernel.receiveRing();
        kernel.receive(0, 60, 0);
        kernel.receive(0, 60, 0);
        assertEquals(2, receive.available(1));
        honest = kernel.producer(Ring.RECEIVE);
        for (int given : new int[] {ENTRIES - 1, ENTRIES, 1 << 30, 1 << 31, -1, -2, -3}) {
            kernel.setProducer(Ring.RECEIVE, honest + given); // six are free
            assertEquals(-1, receive.available(ENTRIES), "producer " + given);
            assertEquals(2, receive.available(2), "what was known still holds");
        }
        kernel.setProducer(Ring.RECEIVE, honest + ENTRIES - 2);
        assertEquals(ENTRIES, receive.available(ENTRIES));
    }

    @Test
    void needWakeupIsReadAtEachCall() {
        assertFalse(kernel.fillRing().needsWakeup());
        kernel.setNeedsWakeup(Ring.FILL, true);
        assertTrue(kernel.fillRing().needsWakeup());
        assertFalse(kernel.transmitRing().needsWakeup());
        kernel.setNeedsWakeup(Ring.FILL, false);
        assertFalse(kernel.fillRing().needsWakeup());
    }

    @Test
    void moreThanThereIsRoomForIsOurMistake() {
        assertEquals(ENTRIES, kernel.fillRing().free(1));
        assertThrows(AssertionError.class, () -> kernel.fillRing().submit(ENTRIES + 1));
        assertThrows(AssertionError.class, () -> kernel.fillRing().address(ENTRIES, 0));
        assertThrows(AssertionError.class, () -> kernel.transmitRing().descriptor(-1, 0, 0, 0));
        assertThrows(AssertionError.class, () -> kernel.completionRing().release(1));
        assertThrows(AssertionError.class, () -> kernel.completionRing().lengthBytes(0));
        assertThrows(AssertionError.class, () -> kernel.completionRing().options(0));
        assertThrows(AssertionError.class, () -> kernel.receiveRing().address(ENTRIES));
    }
}
