package dev.doorbell.lab;

import dev.doorbell.option.Nearest;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.Quantity;
import java.util.List;

/// Something that can be varied about an experiment: a whole number with bounds, or one of a few
/// words.
///
/// @param name         lower case, dashes inside, the unit last where there is one: `itr-per-s`,
/// `frame-bytes`, `for-ms`
/// @param help         one line
/// @param defaultValue as text
/// @param least        smallest number, 0 or more
/// @param most         largest number
/// @param words        what a word may be; empty for a number
public record Parameter(String name, String help, String defaultValue, long least, long most, List<String> words) {
    /// What a name ends in, and the unit that it stands for.
    private static final List<String[]> UNITS = List.of(
            new String[] {"-per-s", "/s"},
            new String[] {"-bits-per-s", "bits/s"},
            new String[] {"-bytes", "bytes"},
            new String[] {"-kpps", "kpps"},
            new String[] {"-percent", "%"},
            new String[] {"-ns", "ns"},
            new String[] {"-us", "us"},
            new String[] {"-ms", "ms"},
            new String[] {"-s", "s"});

    public Parameter {
        words = List.copyOf(words);
        if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"))
            throw new IllegalArgumentException("a parameter called " + name);
        if (words.isEmpty() && (least < 0 || most < least))
            throw new IllegalArgumentException(name + ": from " + least + " to " + most);
        try {
            check(name, defaultValue, least, most, words);
        } catch (OptionException e) {
            throw new IllegalArgumentException("default of " + e.getMessage(), e);
        }
    }

    /// A whole number.
    public static Parameter number(String name, String help, long defaultValue, long least, long most) {
        return new Parameter(name, help, String.valueOf(defaultValue), least, most, List.of());
    }

    /// One of a few words.
    public static Parameter word(String name, String help, String defaultValue, String... words) {
        return new Parameter(name, help, defaultValue, 0, 0, List.of(words));
    }

    public boolean isWord() {
        return !words.isEmpty();
    }

    /// The unit that the name ends in; empty for counts and words.
    public String unit() {
        return isWord() ? "" : unitOf(name);
    }

    /// What a value may be, for people: `0 to 65535 us`, `on or off`.
    public String range() {
        return range(name, least, most, words);
    }

    /// The value as results write it: digits for a number, whatever suffix it was given with.
    ///
    /// @throws OptionException when it is no value of this parameter, with the range and unit
    public String check(String text) throws OptionException {
        return check(name, text, least, most, words);
    }

    private static String check(String name, String text, long least, long most, List<String> words)
            throws OptionException {
        if (!words.isEmpty()) {
            if (words.contains(text)) return text;
            throw new OptionException(Quantity.quoted(name, text) + ": " + Nearest.hint(text, words));
        }
        try {
            long value = Quantity.amount(name, text);
            if (value >= least && value <= most) return String.valueOf(value);
        } catch (OptionException e) {
            // said below, with the range
        }
        throw new OptionException(
                Quantity.quoted(name, text) + ": expected a whole number, " + range(name, least, most, words));
    }

    private static String range(String name, long least, long most, List<String> words) {
        if (!words.isEmpty()) return String.join(" or ", words);
        String unit = unitOf(name);
        return least + " to " + most + (unit.isEmpty() ? "" : " " + unit);
    }

    private static String unitOf(String name) {
        String unit = "";
        int length = 0;
        for (String[] each : UNITS) {
            if (!name.endsWith(each[0]) || each[0].length() <= length) continue;
            unit = each[1];
            length = each[0].length();
        }
        return unit;
    }
}
