package dev.doorbell.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ResultTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Text, CSV and JSON of a report.
class TextReportTest {
    private final Report report = SampleReport.report();
    private final List<String> lines =
            TextReport.of(report, report.findings().getFirst()).lines().toList();

    @Test
    void wordsStandLeftAndNumbersUnderTheirPoints() {
        assertThat(lines)
                .containsSubsequence(
                        "Transmit at full load, hardware virtualisation",
                        "",
                        "                                  measured  published  exits per  interrupts",
                        "set-up                                kpps       kpps     packet          /s",
                        "--------------------------------  --------  ---------  ---------  ----------",
                        "standard card, standard driver        20.0         20      2.05        41000");
    }

    @Test
    void wideTableGoesOnBelowAndALongOneRepeatsItsTitles() {
        assertThat(lines).allMatch(line -> line.length() <= 112);
        assertThat(lines.stream().filter(line -> line.startsWith("row, \"49\"")).count())
                .isGreaterThan(1);
        long rules =
                lines.stream().filter(line -> line.startsWith("---------  ")).count();
        assertThat(rules)
                .isEqualTo(2
                        * lines.stream()
                                .filter(line -> line.startsWith("row, \"49\""))
                                .count());
        assertThat(lines).noneMatch(line -> line.endsWith(" ")).noneMatch(line -> line.contains("\u0000"));
    }

    @Test
    void localeMakesNoDifference() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            assertEquals(
                    lines,
                    TextReport.of(report, report.findings().getFirst()).lines().toList());
            assertEquals(HtmlReport.of(report), HtmlReport.of(SampleReport.report()));
            Locale.setDefault(Locale.GERMANY);
            assertEquals(
                    lines,
                    TextReport.of(report, report.findings().getFirst()).lines().toList());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void csvQuotesWhatNeedsIt() {
        ResultTable table = new ResultTable(
                "t",
                "T",
                List.of(Column.of("a,b"), Column.of("c", "us")),
                List.of(
                        List.of(Cell.of("say \"x\"\nand y"), Cell.of(1e-7)),
                        List.of(Cell.of("plain"), Cell.NONE),
                        List.of(Cell.of(" blank "), Cell.of(123_456_789_012.0)),
                        List.of(Cell.of(""), Cell.of(0.1))),
                List.of());

        assertEquals(
                "\"a,b\",c (us)\r\n\"say \"\"x\"\"\nand y\",0.0000001\r\nplain,\r\n\" blank \",123456789012\r\n,0.1\r\n",
                CsvReport.of(table));
    }

    @Test
    void jsonHoldsEverything() throws Exception {
        String json = JsonReport.of(report);
        List<String> names = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null)
                if (parser.currentName() != null
                        && parser.getParsingContext().getParent().inRoot())
                    if (!names.contains(parser.currentName())) names.add(parser.currentName());
        }

        assertThat(names)
                .containsExactly("experiment", "question", "command", "seed", "values", "machine", "tables", "notes");
        assertThat(json)
                .contains("\"cpu\":\"A <processor>\"", "\"commit\":\"0123456789ab\"", "\"name\":\"policies-socket\"")
                .contains("[\"paravirtual page\",161.0,null,0.0,7813.0]")
                .contains("\"command\":\"./doorbell lab run deferral --seed 1 --venue virtual --venue socket\"");
    }
}
