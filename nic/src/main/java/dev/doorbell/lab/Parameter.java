package dev.doorbell.lab;

import java.util.List;

/// Something that can be varied about an experiment: a whole number with bounds, or one of a few
/// words.
///
/// @param name         lower case, dashes inside, the unit last where there is one: `itr-per-s`,
/// `frame-bytes`,
/// `for-ms`
/// @param help         one line
/// @param defaultValue as text
/// @param least        smallest number
/// @param most         largest number
/// @param words        what a word may be; empty for a number
public record Parameter(String name, String help, String defaultValue, long least, long most, List<String> words) {
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
}
