package dev.doorbell.driver;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Something of a driver that can be read and turned while it runs: a number in a unit that its name
/// says, or one of a few words. What a sysctl is to a kernel's driver.
///
/// [NetworkDriver#knobs()] has those of a card. A value that is out of bounds is refused before
/// anything is touched. The driver's thread.
public final class Knob {
    private final String name;
    private final String unit;
    private final String help;
    private final boolean offAtZero;
    private final long least;
    private final long most;
    private final List<String> words; // empty for a number
    private final LongSupplier reading;
    private final LongConsumer turning;

    private Knob(
            String name,
            String unit,
            String help,
            boolean offAtZero,
            long least,
            long most,
            List<String> words,
            LongSupplier reading,
            LongConsumer turning) {
        this.name = name;
        this.unit = unit;
        this.help = help;
        this.offAtZero = offAtZero;
        this.least = least;
        this.most = most;
        this.words = words;
        this.reading = reading;
        this.turning = turning;
    }

    /// A number from `least` to `most`; 0, when that is less than `least`, switches it off.
    ///
    /// @param name    ends with the unit, as in `itr-per-s`
    /// @param unit    as people write it: `us`, `1/s`
    /// @param reading asks the card, or whoever knows
    public static Knob number(
            String name, String unit, String help, long least, long most, LongSupplier reading, LongConsumer turning) {
        return new Knob(name, unit, help, least > 0, least, most, List.of(), reading, turning);
    }

    /// One of the constants of an enum, by their names in lower case.
    public static <E extends Enum<E>> Knob choice(
            String name, Class<E> type, String help, Supplier<E> reading, Consumer<E> turning) {
        E[] constants = type.getEnumConstants();
        String[] words = new String[constants.length];
        for (int i = 0; i < words.length; i++) words[i] = constants[i].name().toLowerCase(Locale.ROOT);
        return new Knob(
                name,
                "",
                help,
                false,
                0,
                words.length - 1,
                List.of(words),
                () -> reading.get().ordinal(),
                value -> turning.accept(constants[(int) value]));
    }

    public String name() {
        return name;
    }

    /// As people write it; empty for a word.
    public String unit() {
        return unit;
    }

    public String help() {
        return help;
    }

    /// The words there are, each of which stands for its index; empty for a number.
    public List<String> words() {
        return words;
    }

    /// What may be written, in words: `0 or 60 to 3906250 1/s`, `immediate, batch or deferred`.
    public String bounds() {
        if (words.isEmpty()) return (offAtZero ? "0 or " : "") + least + " to " + most + " " + unit;
        String all = String.join(", ", words);
        int comma = all.lastIndexOf(", ");
        return comma < 0 ? all : all.substring(0, comma) + " or " + all.substring(comma + 2);
    }

    /// What it is set to now, as the card can keep it: a number is rounded to the register's step.
    public long read() {
        return reading.getAsLong();
    }

    /// [#read] as a word, or as the number without its unit.
    public String text() {
        long value = read();
        return words.isEmpty() ? Long.toString(value) : words.get((int) value);
    }

    /// @return `value`
    /// @throws IllegalArgumentException out of [#bounds]
    public long check(long value) {
        boolean allowed = (value >= least && value <= most) || (offAtZero && value == 0);
        if (!allowed) throw refusal(Long.toString(value));
        return value;
    }

    /// What [#write(long)] takes for a word, or for a number without its unit.
    ///
    /// @throws IllegalArgumentException when it is neither, or out of [#bounds]
    public long parse(String text) {
        if (!words.isEmpty()) {
            int word = words.indexOf(text);
            if (word < 0) throw refusal(text);
            return word;
        }
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw refusal(text);
        }
        return check(number);
    }

    /// Turns it.
    ///
    /// @param value a number in [#unit], or the index of a word
    /// @throws IllegalArgumentException out of [#bounds], or when this card cannot; nothing has changed
    ///     then
    public void write(long value) {
        turning.accept(check(value));
    }

    /// Turns it to what [#parse] makes of `text`.
    public void write(String text) {
        write(parse(text));
    }

    private IllegalArgumentException refusal(String value) {
        return new IllegalArgumentException(name + "=" + value + ": expected " + bounds());
    }
}
