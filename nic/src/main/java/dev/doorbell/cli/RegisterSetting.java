package dev.doorbell.cli;

import dev.doorbell.option.OptionException;
import dev.doorbell.register.Access;
import dev.doorbell.register.Register;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One `--set NAME=VALUE`.
record RegisterSetting(Register register, int value) {
    /// @param table the card's registers
    static List<RegisterSetting> parseAll(List<String> words, List<Register> table) throws OptionException {
        List<RegisterSetting> settings = new ArrayList<>();
        for (String word : words) settings.add(parse(word, table));
        return settings;
    }

    private static RegisterSetting parse(String word, List<Register> table) throws OptionException {
        int equals = word.indexOf('=');
        if (equals < 1) throw new OptionException("--set " + word + ": write NAME=VALUE, such as ITR=500");
        Register register = named(word.substring(0, equals), table);
        if (register == null)
            throw new OptionException("--set " + word + ": this card has no such register; `registers` lists them");
        if (register.spec().access() == Access.RO || register.spec().access() == Access.RC)
            throw new OptionException("--set " + word + ": " + register.name() + " cannot be written");
        try {
            long value = Long.decode(word.substring(equals + 1));
            if (value < 0 || value > 0xFFFF_FFFFL) throw new NumberFormatException();
            return new RegisterSetting(register, (int) value);
        } catch (NumberFormatException e) {
            throw new OptionException("--set " + word + ": the value is 32 bits, decimal or 0x and hexadecimal");
        }
    }

    private static @Nullable Register named(String name, List<Register> table) {
        return table.stream().filter(r -> r.name().equals(name)).findFirst().orElse(null);
    }
}
