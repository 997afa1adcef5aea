package dev.doorbell.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.driver.LibraryRig.Chip;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.Register;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Every knob reads what its register holds, and takes nothing that the register cannot.
class KnobTest {
    private static LibraryRig started(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, DriverOptions.DEFAULT.withInterrupts(Moderation.NONE));
        rig.driver.start();
        return rig;
    }

    private static Knob knob(LibraryRig rig, String name) {
        return rig.driver.knobs().stream()
                .filter(k -> k.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "itr-per-s, ITR, 8000, 488, 8004",
        "itr-per-s, ITR, 60, 65104, 60",
        "itr-per-s, ITR, 3906250, 1, 3906250",
        "itr-per-s, ITR, 0, 0, 0",
        "rx-delay-us, RDTR, 64, 62, 64",
        "rx-delay-us, RDTR, 1, 1, 2",
        "rx-abs-delay-us, RADV, 8192, 8000, 8192",
        "tx-delay-us, TIDV, 67107, 65534, 67107",
        "tx-abs-delay-us, TADV, 32, 31, 32"
    })
    void knobOfTheE1000SetsAndReadsItsRegister(String name, String register, long value, int units, long read) {
        LibraryRig rig = started(Chip.E1000);

        knob(rig, name).write(value);

        assertEquals(units, rig.driver.readRegister(E1000Register.valueOf(register)));
        assertEquals(read, knob(rig, name).read());
        knob(rig, name).write(read);
        assertEquals(units, rig.driver.readRegister(E1000Register.valueOf(register)), "what was read sets the same");
    }

    @Test
    void throttleOfTheIgbIsPerVectorOrForAll() {
        LibraryRig rig = started(Chip.IGB_MESSAGES);
        knob(rig, "itr-per-s").write(10_000);
        knob(rig, "vector1-itr-per-s").write(123);

        assertEquals(100 << 2, rig.driver.readRegister(IgbRegister.EITR) & 0x7FFC);
        assertEquals(10_000, knob(rig, "vector0-itr-per-s").read());
        assertEquals(123, knob(rig, "vector1-itr-per-s").read());
        assertEquals("10000", knob(rig, "itr-per-s").text());
    }

    @Test
    void lineHasOneThrottle() {
        LibraryRig rig = started(Chip.IGB_LINE);

        assertThat(rig.driver.knobs()).extracting(Knob::name).containsExactly("itr-per-s", "doorbells");
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void whatIsOutOfBoundsIsRefusedAndChangesNothing(Chip chip) {
        LibraryRig rig = started(chip);
        Register throttle = chip == Chip.E1000 ? E1000Register.ITR : IgbRegister.EITR;
        Knob knob = knob(rig, "itr-per-s");
        knob.write(5000);
        int before = rig.driver.readRegister(throttle);

        for (String wrong : new String[] {"-1", "1", "59", "3906251", "many", "", "5e3", "99999999999999999999"}) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> knob.write(wrong), wrong);
            assertThat(refused.getMessage())
                    .startsWith("itr-per-s=" + wrong + ": expected 0 or ")
                    .endsWith(" 1/s");
        }
        assertEquals(before, rig.driver.readRegister(throttle));
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void doorbellsAreAWord(Chip chip) {
        LibraryRig rig = started(chip);
        Knob doorbells = knob(rig, "doorbells");

        assertEquals("batch", doorbells.text());
        doorbells.write("deferred");
        assertEquals(DoorbellPolicy.DEFERRED, rig.driver.doorbellPolicy());
        assertThrows(IllegalArgumentException.class, () -> doorbells.write("loud"));
        assertThrows(IllegalArgumentException.class, () -> doorbells.write(4));
        assertThrows(IllegalArgumentException.class, () -> doorbells.write("paravirtual"), "this card has none");
        assertEquals("deferred", doorbells.text());
        assertEquals("immediate, batch, deferred or paravirtual", doorbells.bounds());
    }
}
