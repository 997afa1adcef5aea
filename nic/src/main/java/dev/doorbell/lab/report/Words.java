package dev.doorbell.lab.report;

import java.util.ArrayList;
import java.util.List;

/// Text broken into lines.
final class Words {
    private Words() {}

    /// Lines of at most `chars`, broken at blanks; a longer word has a line of its own.
    static List<String> wrapped(String text, int chars) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : oneLine(text).split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > chars) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (!line.isEmpty()) line.append(' ');
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /// What would break a line made a blank.
    static String oneLine(String text) {
        return text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
    }
}
