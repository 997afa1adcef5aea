package dev.doorbell.driver.e1000;

import java.lang.foreign.MemorySegment;

/// The driver's real code of a shared page, let out for the stress tests.
public final class DriverSide {
    private final ParavirtualPage page;

    public DriverSide(MemorySegment memory, long offset) {
        page = new ParavirtualPage(memory, offset);
    }

    public boolean announceTransmit(int tail) {
        return page.announceTransmit(tail);
    }

    public boolean announceReceive(int tail) {
        return page.announceReceive(tail);
    }

    public void askForInterrupt(boolean transmit) {
        page.askForInterrupt(transmit);
    }
}
