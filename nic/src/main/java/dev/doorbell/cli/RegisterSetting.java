package dev.doorbell.cli;

import dev.doorbell.option.OptionException;
import dev.doorbell.register.Access;
import dev.doorbell.register.E1000Register;
import java.util.ArrayList;
import java.util.List;

/// One `--set NAME=VALUE`.
record RegisterSetting(E1000Register register, int value) {
    static List<RegisterSetting> parseAll(List<String> words) throws OptionException {
        List<RegisterSetting> settings = new ArrayList<>();
        for (String word : words) settings.add(parse(word));
        return settings;
    }

    private static RegisterSetting parse(String word) throws OptionException {
        int equals = word.indexOf('=');
        if (equals < 1) throw new OptionException("--set " + word + ": write NAME=VALUE, such as ITR=500");
        E1000Register register;
        try {
            register = E1000Register.valueOf(word.substring(0, equals));
        } catch (IllegalArgumentException e) {
            throw new OptionException("--set " + word + ": an e1000 has no such register; `registers` lists them");
        }
        if (register.spec().access() == Access.RO || register.spec().access() == Access.RC)
            throw new OptionException("--set " + word + ": " + register + " cannot be written");
        try {
            long value = Long.decode(word.substring(equals + 1));
            if (value < 0 || value > 0xFFFF_FFFFL) throw new NumberFormatException();
            return new RegisterSetting(register, (int) value);
        } catch (NumberFormatException e) {
            throw new OptionException("--set " + word + ": the value is 32 bits, decimal or 0x and hexadecimal");
        }
    }
}
