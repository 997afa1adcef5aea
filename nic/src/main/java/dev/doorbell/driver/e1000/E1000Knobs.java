package dev.doorbell.driver.e1000;

import static dev.doorbell.register.E1000Register.*;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.Knob;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.chip.Registers;
import dev.doorbell.register.E1000Register;
import java.util.List;

/// What can be turned on an 8254x while it runs: the throttle, the four delays, the doorbells. Each knob
/// reads the register that it sets.
final class E1000Knobs {
    private static final int UNITS = 0xFFFF; // the other half of RDTR is a trigger

    private final Registers registers;
    private final E1000TransmitRing transmitRing;

    private E1000Knobs(Registers registers, E1000TransmitRing transmitRing) {
        this.registers = registers;
        this.transmitRing = transmitRing;
    }

    static List<Knob> of(NetworkDriver driver, Registers registers, E1000TransmitRing transmitRing) {
        E1000Knobs knobs = new E1000Knobs(registers, transmitRing);
        return List.of(
                knobs.throttle(),
                knobs.delay(RDTR, "rx-delay-us", "quiet time after a frame before it is told (RDTR)"),
                knobs.delay(RADV, "rx-abs-delay-us", "longest wait of the first frame; needs rx-delay-us (RADV)"),
                knobs.delay(TIDV, "tx-delay-us", "quiet time after a sent frame before it is told (TIDV)"),
                knobs.delay(TADV, "tx-abs-delay-us", "longest wait of the first sent frame; needs tx-delay-us (TADV)"),
                Knob.choice(
                        "doorbells",
                        DoorbellPolicy.class,
                        "when the card is told of frames to send",
                        driver::doorbellPolicy,
                        driver::doorbells));
    }

    /// 13.4.18
    private Knob throttle() {
        return Knob.number(
                "itr-per-s",
                "1/s",
                "most interrupts a second of any cause (ITR)",
                Moderation.LEAST_INTERRUPTS_PER_SECOND,
                Moderation.MOST_INTERRUPTS_PER_SECOND,
                () -> Moderation.perSecondOf(registers.read(ITR) & UNITS),
                value -> registers.write(ITR, Moderation.itrOf((int) value)));
    }

    /// 13.4.30, 13.4.31, 13.4.41, 13.4.44
    private Knob delay(E1000Register register, String name, String help) {
        return Knob.number(
                name,
                "us",
                help,
                0,
                Moderation.MOST_DELAY_US,
                () -> Moderation.delayUsOf(registers.read(register) & UNITS),
                value -> write(register, Moderation.delayOf((int) value)));
    }

    /// Sent frames ask for the timers (IDE) while TIDV is not 0: with IDE it must not be. 3.3.3.1
    private void write(E1000Register register, int units) {
        if (register == TIDV) transmitRing.delayReports(units != 0);
        registers.write(register, units);
    }
}
