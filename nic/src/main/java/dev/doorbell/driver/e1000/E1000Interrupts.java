package dev.doorbell.driver.e1000;

import static dev.doorbell.register.E1000Bits.*;
import static dev.doorbell.register.E1000Register.*;

import dev.doorbell.driver.chip.Registers;

/// The card's one interrupt line: what may raise it, and what it told. 13.4.17 to 13.4.21
final class E1000Interrupts {
    /// Only what the driver acts on.
    private static final int CAUSES = ICR_TXDW | ICR_LSC | ICR_RXDMT0 | ICR_RXO | ICR_RXT0;

    private final Registers registers;
    private boolean enabled;
    private boolean pending;
    private long interrupts;
    private long linkChanges;

    E1000Interrupts(Registers registers) {
        this.registers = registers;
    }

    /// What happened before is of no interest any more.
    void forget() {
        registers.read(ICR);
    }

    /// 13.4.21
    void disable() {
        enabled = false;
        registers.write(IMC, -1);
    }

    /// 13.4.20
    void enable() {
        enabled = true;
        registers.write(IMS, CAUSES);
    }

    boolean enabled() {
        return enabled;
    }

    /// Has the card interrupt for sent and received frames now, if it may at all: they may have come while
    /// it was told to be quiet. 13.4.19
    void raise() {
        if (enabled) registers.write(ICS, ICR_RXT0 | ICR_TXDW);
    }

    void line(boolean asserted) {
        if (!asserted) return;
        interrupts++;
        pending = true;
    }

    /// Reads the causes, which clears them and drops the line. 13.4.17
    ///
    /// @return bits of ICR; 0, without touching the card, when it did not interrupt
    int take() {
        if (!pending) return 0;
        pending = false;
        int causes = registers.read(ICR);
        if ((causes & ICR_LSC) != 0) linkChanges++;
        return causes;
    }

    long interrupts() {
        return interrupts;
    }

    /// Changes of the link that interrupts have told.
    long linkChanges() {
        return linkChanges;
    }
}
