package dev.doorbell.lab.report;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.output.Json;
import java.util.List;
import java.util.Map;

/// A report as one JSON object.
public final class JsonReport {
    private JsonReport() {}

    public static String of(Report report) {
        Json json = new Json().beginObject();
        write(report, json);
        return json.end().toString();
    }

    /// Writes the fields into an object that is open.
    public static void write(Report report, Json json) {
        json.field("experiment", report.name())
                .field("question", report.question())
                .field("command", report.command())
                .field("seed", report.seed());
        json.beginObject("values");
        for (Map.Entry<String, String> value : report.values().asMap().entrySet())
            json.field(value.getKey(), value.getValue());
        json.end();
        machine(report.machine(), json);
        json.beginArray("tables");
        for (Report.NamedTable table : report.tables()) table(table, json);
        json.end().beginArray("notes");
        for (Report.Finding finding : report.findings())
            for (String note : finding.result().notes())
                json.beginObject()
                        .field("venue", finding.venue().word())
                        .field("text", note)
                        .end();
        json.end();
    }

    private static void machine(Machine machine, Json json) {
        json.beginObject("machine")
                .field("doorbell", machine.version())
                .field("commit", machine.commit())
                .field("jdk", machine.jdk())
                .field("kernel", machine.kernel())
                .field("cpu", machine.cpu())
                .field("cores", machine.cores())
                .field("made", machine.made())
                .end();
    }

    private static void table(Report.NamedTable named, Json json) {
        json.beginObject()
                .field("name", named.name())
                .field("venue", named.venue().word())
                .field("title", named.table().title());
        json.beginArray("columns");
        List<Column> columns = named.table().columns();
        List<String> titles = ColumnTitles.unique(columns);
        for (int i = 0; i < columns.size(); i++)
            json.beginObject()
                    .field("title", titles.get(i))
                    .field("unit", columns.get(i).unit())
                    .end();
        json.end().beginArray("rows");
        for (List<Cell> row : named.table().rows()) {
            json.beginArray();
            for (Cell cell : row) {
                switch (cell) {
                    case Cell.Text text -> json.value(text.text());
                    case Cell.Amount amount -> json.value(amount.value());
                }
            }
            json.end();
        }
        json.end().beginArray("notes");
        for (String note : named.table().notes()) json.value(note);
        json.end().end();
    }
}
