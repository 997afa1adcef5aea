package dev.doorbell.cli.drive;

import dev.doorbell.driver.Knob;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.option.Nearest;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.Quantity;
import dev.doorbell.register.Access;
import dev.doorbell.register.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// One `--set NAME=VALUE`, judged before anything is touched: a knob of the driver, or a register of the
/// card.
sealed interface DriveSetting {
    /// @throws OptionException when this card cannot after all
    void apply(NetworkDriver driver) throws OptionException;

    /// Whether the driver must take interrupts for it: deferred doorbells are rung by their handler.
    default boolean needsInterrupts() {
        return false;
    }

    record Turn(Knob knob, long value) implements DriveSetting {
        @Override
        public boolean needsInterrupts() {
            return !knob.words().isEmpty() && knob.words().get((int) value).equals("deferred");
        }

        @Override
        public void apply(NetworkDriver driver) throws OptionException {
            try {
                knob.write(value);
            } catch (IllegalArgumentException e) {
                throw new OptionException("--set " + e.getMessage());
            }
        }
    }

    record Write(Register register, int value) implements DriveSetting {
        @Override
        public void apply(NetworkDriver driver) {
            driver.writeRegister(register, value);
        }
    }

    static List<DriveSetting> parseAll(List<String> words, NetworkDriver driver) throws OptionException {
        List<DriveSetting> settings = new ArrayList<>();
        for (String word : words) settings.add(parse(word, driver));
        return settings;
    }

    private static DriveSetting parse(String word, NetworkDriver driver) throws OptionException {
        int equals = word.indexOf('=');
        if (equals < 1)
            throw new OptionException("--set " + word + ": write NAME=VALUE, such as itr-per-s=8000 or ITR=500");
        String name = word.substring(0, equals);
        String value = word.substring(equals + 1);
        for (Knob knob : driver.knobs()) if (knob.name().equals(name)) return turn(knob, value);
        for (Register register : driver.registers())
            if (register.name().equals(name)) return write(register, value, word);
        List<String> known = Stream.concat(
                        driver.knobs().stream().map(Knob::name),
                        driver.registers().stream().map(Register::name))
                .toList();
        String others =
                Nearest.to(name, known).isEmpty() ? "`knobs` and `registers` list them" : Nearest.hint(name, known);
        throw new OptionException("--set " + word + ": this card has no such knob or register; " + others);
    }

    private static DriveSetting turn(Knob knob, String value) throws OptionException {
        try {
            if (!knob.words().isEmpty()) return new Turn(knob, knob.parse(value));
            long number = Quantity.amount("--set " + knob.name(), value);
            return new Turn(knob, knob.check(number));
        } catch (IllegalArgumentException e) {
            throw new OptionException("--set " + e.getMessage());
        }
    }

    private static DriveSetting write(Register register, String value, String word) throws OptionException {
        if (register.spec().access() == Access.RO || register.spec().access() == Access.RC)
            throw new OptionException("--set " + word + ": " + register.name() + " cannot be written");
        try {
            long number = Long.decode(value);
            if (number < 0 || number > 0xFFFF_FFFFL) throw new NumberFormatException();
            return new Write(register, (int) number);
        } catch (NumberFormatException e) {
            throw new OptionException("--set " + word + ": the value is 32 bits, decimal or 0x and hexadecimal");
        }
    }
}
