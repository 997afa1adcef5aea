package dev.doorbell.lab.report;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Venue;
import java.util.List;
import java.util.Map;

/// A report as one page that needs nothing else: no script, no font, no network. It is XML as
/// well.
public final class HtmlReport {
    private static final double WIDE = 720;
    private static final double NARROW = 360;
    private static final char DIGIT_SPACE = '\u2007';
    private static final char POINT_SPACE = '\u2008';
    private static final int SHORT_CHARS = 16; // not worth a break
    private static final int MOST_ROWS = 5000; // a browser's patience; the CSV has them all

    private final Report report;
    private final Markup page = new Markup();
    private int plots;

    private HtmlReport(Report report) {
        this.report = report;
    }

    public static String of(Report report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        page.raw("<!DOCTYPE html>\n").open("html", "lang", "en").newLine();
        page.open("head").empty("meta", "charset", "utf-8");
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.empty(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; style-src 'unsafe-inline'");
        page.words("title", report.name() + " - Doorbell lab").newLine();
        page.open("style").newLine().raw(PageStyle.CSS).close().close().newLine();
        page.open("body").open("main").newLine();
        head();
        for (Report.Finding finding : report.findings()) finding(finding);
        values();
        machine();
        return page.close().close().close().newLine().toString();
    }

    private void head() {
        page.open("header").words("p", "Doorbell lab", "class", "kicker");
        page.words("h1", report.name());
        page.words("p", report.question(), "class", "question");
        page.open("pre").words("code", report.command()).close().close().newLine();
    }

    private void finding(Report.Finding finding) {
        page.open("section").words("h2", heading(finding.venue())).newLine();
        for (Plot plot : finding.result().plots()) plot(plot);
        for (ResultTable table : finding.result().tables()) table(table);
        notes(finding.result().notes());
        page.close().newLine();
    }

    private static String heading(Venue venue) {
        return switch (venue) {
            case VIRTUAL -> "In virtual time";
            case SOCKET -> "In real time, across a socket";
            case GUEST -> "In real time, in a guest";
        };
    }

    private void plot(Plot plot) {
        String id = "plot" + ++plots;
        page.open("figure").words("figcaption", plot.title()).newLine();
        page.raw(Drawing.of(plot, id + "w", "wide", WIDE));
        page.raw(Drawing.of(plot, id + "n", "narrow", NARROW));
        page.close().newLine();
    }

    private void table(ResultTable table) {
        List<ColumnText> columns = ColumnText.of(table);
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", table.title());
        page.open("table").words("caption", table.title()).open("thead").open("tr");
        for (int i = 0; i < columns.size(); i++)
            title(table.columns().get(i), columns.get(i).words());
        page.close().close().newLine().open("tbody").newLine();
        int rows = Math.min(table.rows().size(), MOST_ROWS);
        for (int row = 0; row < rows; row++) {
            page.open("tr");
            for (int i = 0; i < columns.size(); i++)
                cell(
                        columns.get(i).cells().get(row),
                        i == 0 && table.rows().get(row).get(i) instanceof Cell.Text,
                        columns.get(i).words());
            page.close().newLine();
        }
        page.close().close().close().newLine();
        if (rows < table.rows().size())
            page.words(
                    "p", "Here are the first " + rows + " of " + table.rows().size() + " rows; the CSV has them all.");
        notes(table.notes());
    }

    private void title(Column column, boolean words) {
        if (words) page.open("th", "scope", "col");
        else page.open("th", "scope", "col", "class", "number");
        page.words(column.title());
        if (!column.unit().isEmpty()) page.words("span", column.unit(), "class", "unit");
        page.close();
    }

    private void cell(String text, boolean head, boolean words) {
        if (head) page.words("th", text, "scope", "row", "class", text.length() <= SHORT_CHARS ? "short" : "long");
        else if (words) page.words("td", text);
        else page.words("td", pointsAligned(text), "class", "number");
    }

    /// Blanks that are as wide as what they stand for.
    private static String pointsAligned(String number) {
        String bare = number.stripTrailing();
        int blanks = number.length() - bare.length();
        if (blanks == 0) return bare;
        String point = bare.indexOf('.') < 0 ? String.valueOf(POINT_SPACE) : "";
        return bare + point + String.valueOf(DIGIT_SPACE).repeat(blanks - point.length());
    }

    private void notes(List<String> notes) {
        if (notes.isEmpty()) return;
        page.open("ul", "class", "notes");
        for (String note : notes) page.words("li", note);
        page.close().newLine();
    }

    private void values() {
        if (report.values().asMap().isEmpty()) return;
        page.open("section").words("h2", "Parameters").open("dl");
        for (Map.Entry<String, String> value : report.values().asMap().entrySet())
            fact(value.getKey(), value.getValue());
        fact("seed", String.valueOf(report.seed()));
        page.close().close().newLine();
    }

    private void machine() {
        Machine machine = report.machine();
        page.open("section").words("h2", "Made with").open("dl");
        fact("Doorbell", machine.doorbell());
        fact("processor", machine.cpu() + ", " + machine.cores() + (machine.cores() == 1 ? " core" : " cores"));
        fact("kernel", machine.kernel());
        fact("JDK", machine.jdk());
        if (!machine.made().isEmpty()) fact("when", machine.made() + " UTC");
        page.close().close().newLine();
    }

    private void fact(String name, String value) {
        page.words("dt", name).words("dd", value);
    }
}
