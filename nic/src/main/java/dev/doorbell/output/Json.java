package dev.doorbell.output;

import java.util.ArrayDeque;
import java.util.Deque;

/// Writes one JSON value (RFC 8259), on one line. Written here because the library costs a third of the
/// start-up time for the sake of a few lines; its reader is used where JSON comes from outside.
public final class Json {
    private final StringBuilder text = new StringBuilder();
    private final Deque<Character> open = new ArrayDeque<>();
    private boolean first = true;

    public Json beginObject() {
        return begin('{', '}');
    }

    public Json beginObject(String name) {
        return name(name).begin('{', '}');
    }

    public Json beginArray(String name) {
        return name(name).begin('[', ']');
    }

    private Json begin(char opening, char closing) {
        separate();
        text.append(opening);
        open.push(closing);
        first = true;
        return this;
    }

    /// An array in an array.
    public Json beginArray() {
        return begin('[', ']');
    }

    /// Ends the innermost object or array.
    public Json end() {
        text.append(open.pop());
        first = false;
        return this;
    }

    public Json field(String name, String value) {
        return name(name).value(value);
    }

    public Json field(String name, long value) {
        name(name).separate();
        text.append(value);
        return this;
    }

    public Json field(String name, boolean value) {
        name(name).separate();
        text.append(value);
        return this;
    }

    /// A number that JSON cannot write becomes null.
    public Json field(String name, double value) {
        return name(name).value(value);
    }

    /// An element of an array.
    public Json value(String value) {
        separate();
        string(value);
        return this;
    }

    /// An element of an array; a number that JSON cannot write becomes null.
    public Json value(double value) {
        separate();
        text.append(Double.isFinite(value) ? String.valueOf(value) : "null");
        return this;
    }

    private Json name(String name) {
        separate();
        string(name);
        text.append(':');
        first = true; // the value follows without a comma
        return this;
    }

    private void separate() {
        if (!first) text.append(',');
        first = false;
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c < ' ') text.append(String.format("\\u%04x", (int) c));
            else text.append(c);
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
