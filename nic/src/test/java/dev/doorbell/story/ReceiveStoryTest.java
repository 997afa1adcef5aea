package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Register.GORCL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.RDH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.ring.LegacyReceiveDescriptor;
import org.junit.jupiter.api.Test;

class ReceiveStoryTest {
    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    @Test
    void frameForTheStationIsStoredWrittenBackAndInterrupts() {
        byte[] frame = Frames.toStation(100, 7);
        bench.write(IMS, ICR_RXT0);

        bench.wire.arrive(frame);
        bench.runUntilIdle();

        assertArrayEquals(frame, guest.received(0, 100));
        long word1 = guest.receiveWord1(0);
        assertEquals(100, LegacyReceiveDescriptor.lengthBytes(word1));
        assertTrue(LegacyReceiveDescriptor.done(word1));
        assertTrue(LegacyReceiveDescriptor.endOfPacket(word1));
        assertFalse(LegacyReceiveDescriptor.hasErrors(word1));
        assertEquals(1, bench.read(RDH));
        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_RXT0, bench.read(ICR));
        assertEquals(1, bench.read(GPRC));
        assertEquals(104, bench.read(GORCL), "octets count the FCS");
    }
}
