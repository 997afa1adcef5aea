package dev.doorbell.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// One option string in QEMU's manner: a kind, then `key=value` pairs, apart by commas; two commas are one
/// comma of a value.
///
/// The caller asks for each key it knows, typed, and then calls [#finish()], which refuses every key that
/// nobody asked for. Each refusal is one line that begins with the option's name and says what to write.
///
/// ```java
/// OptionString o = OptionString.parse("--netdev", "tap,id=n0,ifname=tap0");
/// String id = o.required("id", "a name");
/// String ifname = o.text("ifname").orElse("");
/// o.finish();
/// ```
public final class OptionString {
    /// Longest `id`.
    public static final int MAX_ID_CHARS = 64;

    private final String option;
    private final String kind;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, List<String>> lists = new LinkedHashMap<>();
    private final TreeSet<String> asked = new TreeSet<>();

    private OptionString(String option, String kind) {
        this.option = option;
        this.kind = kind;
    }

    /// Splits `text`.
    ///
    /// @param option the command line option it was given to, for messages: `--netdev`
    /// @throws OptionException on a missing kind, a pair without `=`, an empty key or a key given twice
    public static OptionString parse(String option, String text) throws OptionException {
        return parse(option, text, Set.of());
    }

    /// As [#parse(String, String)], with keys that may be given several times: see [#texts].
    public static OptionString parse(String option, String text, Set<String> repeatable) throws OptionException {
        List<String> parts = split(text);
        String kind = parts.getFirst();
        if (kind.isEmpty() || kind.indexOf('=') >= 0)
            throw new OptionException(option + " " + printable(text) + ": must begin with a kind, as in KIND,id=NAME");
        OptionString parsed = new OptionString(option, kind);
        for (String part : parts.subList(1, parts.size())) {
            int equals = part.indexOf('=');
            if (part.isEmpty()) throw parsed.refuse("has an empty option: remove the extra comma");
            if (equals < 0) {
                String key = printable(part);
                throw parsed.refuse(
                        "option " + key + " has no value: write " + key + "=VALUE (on or off for a switch)");
            }
            if (equals == 0) throw parsed.refuse("option " + printable(part) + " has no name before the '='");
            String key = part.substring(0, equals);
            String value = part.substring(equals + 1);
            if (repeatable.contains(key))
                parsed.lists.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
            if (parsed.values.putIfAbsent(key, value) != null && !repeatable.contains(key))
                throw parsed.refuse("option " + printable(key) + " is given twice: keep one");
        }
        return parsed;
    }

    /// The first word.
    public String kind() {
        return kind;
    }

    /// The option's own name and kind, as every message begins: `--netdev tap`.
    public String subject() {
        return option + " " + printable(kind);
    }

    /// A refusal about this option: `--netdev tap: why`.
    public OptionException refuse(String why) {
        return new OptionException(subject() + ": " + why);
    }

    /// Whether the key was given; counts as asking for it.
    public boolean has(String key) {
        asked.add(key);
        return values.containsKey(key);
    }

    /// The text of a key, if it was given. Empty text is refused.
    public Optional<String> text(String key) throws OptionException {
        asked.add(key);
        String value = values.get(key);
        if (value != null && value.isEmpty())
            throw refuse("option " + key + " is empty: write " + key + "=VALUE or leave it out");
        return Optional.ofNullable(value);
    }

    /// The texts of a key that may be repeated, in their order. Empty text is refused.
    public List<String> texts(String key) throws OptionException {
        text(key);
        List<String> all = lists.getOrDefault(key, List.of());
        if (all.contains("")) throw refuse("option " + key + " is empty: write " + key + "=VALUE or leave it out");
        return List.copyOf(all);
    }

    /// The text of a key that must be given.
    ///
    /// @param form what it is, for the message: `a name`
    public String required(String key, String form) throws OptionException {
        Optional<String> value = text(key);
        if (value.isEmpty()) throw refuse("needs " + key + "= (" + form + ")");
        return value.get();
    }

    /// The required `id`: a name as QEMU takes it, so that it can stand in file names and JSON as it is.
    ///
    /// @param owner what is named, for the message: `a card`
    public String id(String owner) throws OptionException {
        String id = required("id", "a name for " + owner);
        boolean plain = isLetter(id.charAt(0))
                && id.chars().allMatch(c -> isLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
        if (!plain || id.length() > MAX_ID_CHARS)
            throw Quantity.wrong(
                    name("id"),
                    id,
                    "letters, digits, '-', '.', '_', to begin with a letter, at most " + MAX_ID_CHARS + " of them");
        return id;
    }

    /// One of several words.
    public String oneOf(String key, String otherwise, String... words) throws OptionException {
        String value = text(key).orElse(otherwise);
        for (String word : words) if (word.equals(value)) return value;
        throw Quantity.wrong(name(key), value, String.join(" or ", words));
    }

    /// A switch: `on` or `off`.
    public boolean flag(String key, boolean otherwise) throws OptionException {
        Optional<String> value = text(key);
        return value.isPresent() ? Quantity.flag(name(key), value.get()) : otherwise;
    }

    /// A number with optional size suffix, within `least..most`.
    public long amount(String key, long otherwise, long least, long most) throws OptionException {
        Optional<String> value = text(key);
        if (value.isEmpty()) return otherwise;
        return within(key, value.get(), Quantity.amount(name(key), value.get()), least, most, "");
    }

    /// As [#amount], for values that fit an `int`.
    public int number(String key, int otherwise, int least, int most) throws OptionException {
        return (int) amount(key, otherwise, least, most);
    }

    /// A time with its unit, in nanoseconds, within `least..most`.
    public long timeNs(String key, long otherwise, long least, long most) throws OptionException {
        Optional<String> value = text(key);
        if (value.isEmpty()) return otherwise;
        return within(key, value.get(), Quantity.timeNs(name(key), value.get()), least, most, " ns");
    }

    /// A chance from 0 to 1.
    public double chance(String key, double otherwise) throws OptionException {
        Optional<String> value = text(key);
        return value.isPresent() ? Quantity.chance(name(key), value.get()) : otherwise;
    }

    /// Refuses when both keys were given.
    public void exclusive(String one, String other) throws OptionException {
        if (has(one) && has(other)) throw refuse(one + "= and " + other + "= exclude each other: keep one");
    }

    /// Refuses every key that nobody asked for. Call it last.
    public void finish() throws OptionException {
        for (String key : values.keySet())
            if (!asked.contains(key))
                throw refuse("has no option " + printable(key) + "; it takes " + String.join(", ", asked));
    }

    private long within(String key, String text, long value, long least, long most, String unit)
            throws OptionException {
        if (value < least || value > most)
            throw Quantity.wrong(name(key), text, "a value from " + least + " to " + most + unit);
        return value;
    }

    private String name(String key) {
        return subject() + ": " + key;
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ',') {
                part.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == ',') {
                part.append(c);
                i++;
            } else {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    /// The text in quotes with control characters replaced and a bounded length: a message stays one line.
    static String printable(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        boolean plain = !shown.isEmpty() && shown.chars().noneMatch(c -> c <= ' ' || c == 0x7F);
        return plain ? shown : "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
