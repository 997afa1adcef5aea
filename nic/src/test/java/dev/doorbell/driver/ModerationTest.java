package dev.doorbell.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/// Named values of moderation as the registers count them.
class ModerationTest {
    @Test
    void interruptsPerSecondBecomeUnitsOf256Ns() {
        assertEquals(500, Moderation.throttled(7812).itr()); // the manual's own example: 500 is 7813/s at most
        assertEquals(195, Moderation.throttled(20_000).itr());
        assertEquals(0, Moderation.NONE.itr());
    }

    @Test
    void delaysBecomeUnitsOf1024NsAndNeverVanish() {
        Moderation held = new Moderation(0, 1, 8192, 64, 128);
        assertEquals(1, held.rdtr());
        assertEquals(8000, held.radv());
        assertEquals(62, held.tidv());
        assertEquals(125, held.tadv());
        assertFalse(Moderation.NONE.delaysTransmit());
    }

    @Test
    void whatTheRegistersCannotHoldIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Moderation.throttled(59));
        assertThrows(IllegalArgumentException.class, () -> Moderation.throttled(-1));
        assertThrows(IllegalArgumentException.class, () -> new Moderation(0, 70_000, 0, 0, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new DriverOptions(7, 2048, Loopback.OFF, Moderation.NONE, false, false));
        assertThrows(IllegalArgumentException.class, () -> DriverOptions.DEFAULT.withBufferBytes(1000));
    }
}
