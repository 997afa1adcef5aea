package dev.doorbell.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Figures as lines for people, columns aligned by tabs, and as one JSON object.
final class Report {
    private static final int TAB = 8;
    private static final int NAME_COLUMNS = 56;
    private static final int NUMBER_COLUMNS = 16;

    private final Budgets budgets;
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> unavailable = new ArrayList<>();
    private final boolean quick; // the JIT compiler was not done: what is allocated says nothing
    private boolean allocatesTooMuch;

    Report(Budgets budgets, boolean quick) {
        this.budgets = budgets;
        this.quick = quick;
    }

    void printHeader(PrintStream out) {
        out.println(row("figure", "minimum", "median", "maximum", "unit", "B/op", "of goal"));
    }

    /// Adds a figure and prints it.
    void add(Figure figure, PrintStream out) {
        figures.add(figure);
        Budgets.Budget budget = budgets.of(figure);
        Double goal = goalOf(figure);
        Double bytes = figure.bytesPerOp();
        boolean over = !quick && bytes != null && budget.bytesPerOp() != null && bytes > budget.bytesPerOp();
        allocatesTooMuch |= over;
        out.println(row(
                figure.name(),
                number(figure.minimum()),
                number(figure.median()),
                number(figure.maximum()),
                figure.unit(),
                bytes == null ? "-" : number(bytes) + (over ? " OVER" : ""),
                goal == null ? "-" : number(figure.ratioTo(goal)) + "x"));
    }

    /// A peer's result in this run counts before a budget made on another machine.
    private @Nullable Double goalOf(Figure figure) {
        return figure.goal() != null ? figure.goal() : budgets.of(figure).median();
    }

    /// Notes a benchmark that this machine cannot run.
    void skip(String name, String why) {
        unavailable.add(name + ": " + why);
    }

    /// What was not measured, and why.
    List<String> skipped() {
        return unavailable;
    }

    /// Whether something allocates more than its budget: a mistake on any machine, unlike a time.
    boolean allocatesTooMuch() {
        return allocatesTooMuch;
    }

    private static String row(String name, String... cells) {
        StringBuilder line = new StringBuilder(name);
        tabTo(line, NAME_COLUMNS);
        for (int i = 0; i < cells.length; i++) {
            line.append(cells[i]);
            if (i + 1 < cells.length) tabTo(line, NAME_COLUMNS + (i + 1) * NUMBER_COLUMNS);
        }
        return line.toString();
    }

    /// Tabs up to a column, at least one. Counts the columns that earlier tabs took.
    private static void tabTo(StringBuilder line, int column) {
        int at = 0;
        for (int i = 0; i < line.length(); i++) at = line.charAt(i) == '\t' ? (at / TAB + 1) * TAB : at + 1;
        do {
            line.append('\t');
            at = (at / TAB + 1) * TAB;
        } while (at < column);
    }

    /// Three digits that count, thousands whole.
    static String number(double value) {
        double size = Math.abs(value);
        int places = size >= 100 || size < 0.0005 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + places + "f", value);
    }

    void writeJson(Path file) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeNumberField("processors", Runtime.getRuntime().availableProcessors());
            json.writeStringField("java", Runtime.version().toString());
            json.writeBooleanField("quick", quick);
            json.writeArrayFieldStart("figures");
            for (Figure figure : figures) write(json, figure);
            json.writeEndArray();
            json.writeArrayFieldStart("skipped");
            for (String line : unavailable) json.writeString(line);
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void write(JsonGenerator json, Figure figure) throws IOException {
        Double goal = goalOf(figure);
        json.writeStartObject();
        json.writeStringField("name", figure.name());
        json.writeStringField("unit", figure.unit());
        json.writeNumberField("minimum", figure.minimum());
        json.writeNumberField("median", figure.median());
        json.writeNumberField("maximum", figure.maximum());
        writeIfKnown(json, "bytesPerOp", figure.bytesPerOp());
        writeIfKnown(json, "goal", goal);
        writeIfKnown(json, "ratio", goal == null ? null : figure.ratioTo(goal));
        json.writeEndObject();
    }

    private static void writeIfKnown(JsonGenerator json, String name, @Nullable Double value) throws IOException {
        if (value != null) json.writeNumberField(name, value);
    }
}
