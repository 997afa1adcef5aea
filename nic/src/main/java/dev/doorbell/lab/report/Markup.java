package dev.doorbell.lab.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;

/// HTML that is XML as well: elements that are all closed, texts and attributes that are all
/// escaped.
final class Markup {
    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /// Opens an element.
    ///
    /// @param attributes names and values in turn
    Markup open(String element, Object... attributes) {
        start(element, attributes);
        text.append('>');
        open.push(element);
        return this;
    }

    /// An element without content.
    Markup empty(String element, Object... attributes) {
        start(element, attributes);
        text.append("/>");
        return this;
    }

    /// An element with nothing but words in it.
    Markup words(String element, String words, Object... attributes) {
        return open(element, attributes).words(words).close();
    }

    Markup words(String words) {
        text.append(escaped(words));
        return this;
    }

    /// What is known to be markup: our own style, a doctype.
    Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    /// Closes the innermost element.
    Markup close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    Markup newLine() {
        text.append('\n');
        return this;
    }

    private void start(String element, Object... attributes) {
        text.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            String shown = value instanceof Double number ? coordinate(number) : String.valueOf(value);
            text.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(shown))
                    .append('"');
        }
    }

    @Override
    public String toString() {
        assert open.isEmpty() : "left open: " + open;
        return text.toString();
    }

    /// A tenth of a pixel is enough.
    static String coordinate(double value) {
        return new BigDecimal(value)
                .setScale(1, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /// What XML 1.0 cannot hold at all becomes U+FFFD.
    static String escaped(String words) {
        StringBuilder escaped = new StringBuilder();
        words.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isXml(c) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    private static boolean isXml(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= ' ' && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }
}
