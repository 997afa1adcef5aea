package dev.doorbell.driver.e1000;

import java.lang.foreign.MemorySegment;

/// The driver's real code of a shared page, let out for the test of both sides.
public final class DriverSide {
    private final ParavirtualPage page;

    public DriverSide(MemorySegment memory, long offset) {
        page = new ParavirtualPage(memory, offset);
        page.prepare(0, 0, false);
    }

    public boolean announceTransmit(int tail) {
        return page.announceTransmit(tail);
    }
}
