package dev.doorbell.lab.report;

import dev.doorbell.lab.ResultTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A result as text: what the terminal shows, and what is checked in. Says nothing of the
/// machine, so that the same result is the same text everywhere.
public final class TextReport {
    private static final int LINE_CHARS = 100;

    private TextReport() {}

    /// One venue's result, lines that end in `\n`.
    public static String of(Report report, Report.Finding finding) {
        List<String> lines = new ArrayList<>();
        lines.addAll(Words.wrapped(report.name() + ": " + report.question(), LINE_CHARS));
        StringBuilder values = new StringBuilder("venue " + finding.venue().word() + ", seed " + report.seed());
        for (Map.Entry<String, String> value : report.values().asMap().entrySet())
            values.append(", ").append(value.getKey()).append('=').append(value.getValue());
        lines.addAll(Words.wrapped(values.toString(), LINE_CHARS));
        lines.add("again: " + report.command(finding.venue()));
        for (ResultTable table : finding.result().tables()) {
            lines.add("");
            lines.add(Words.oneLine(table.title()));
            lines.add("");
            lines.addAll(TextTable.lines(table));
            paragraphs(table.notes(), lines);
        }
        paragraphs(finding.result().notes(), lines);
        return String.join("\n", lines) + "\n";
    }

    private static void paragraphs(List<String> notes, List<String> lines) {
        if (!notes.isEmpty()) lines.add("");
        for (String note : notes) {
            String sign = "- ";
            for (String line : Words.wrapped(note, LINE_CHARS - 2)) {
                lines.add(sign + line);
                sign = "  ";
            }
        }
    }
}
