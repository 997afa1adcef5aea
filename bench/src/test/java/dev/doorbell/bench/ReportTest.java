package dev.doorbell.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final String BUDGETS = "{\"slow\": {\"median\": 10, \"bytesPerOp\": 8}}";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    private static Budgets budgets(String json) throws IOException {
        return Budgets.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Figure cost(String name, double median, double bytesPerOp) {
        return Figure.cost(name, "ns/op", new double[] {median}, bytesPerOp);
    }

    @Test
    void aSlowMachineIsShownAndIsNoFailure() throws IOException {
        Report report = new Report(budgets(BUDGETS), false);
        report.add(cost("slow", 25, 0.5), out);
        assertTrue(printed.toString(StandardCharsets.UTF_8).endsWith("2.50x\n"));
        assertFalse(report.allocatesTooMuch());
    }

    @Test
    void allocationOverItsBudgetIsAFailureUnlessTheRunWasTooShortForTheCompiler() throws IOException {
        Report report = new Report(budgets(BUDGETS), false);
        report.add(cost("slow", 5, 16), out);
        assertTrue(report.allocatesTooMuch());
        Report quick = new Report(budgets(BUDGETS), true);
        quick.add(cost("slow", 5, 16), out);
        assertFalse(quick.allocatesTooMuch());
    }

    @Test
    void aPeerOfTheSameRunCountsBeforeABudget() throws IOException {
        Report report = new Report(budgets(BUDGETS), false);
        report.add(cost("slow", 30, 0).withGoal(15), out);
        assertTrue(printed.toString(StandardCharsets.UTF_8).endsWith("2.00x\n"));
    }

    @Test
    void jsonHoldsTheFiguresAndWhatWasSkipped(@TempDir Path folder) throws IOException {
        Report report = new Report(budgets(BUDGETS), false);
        report.add(cost("slow", 20, 1), out);
        report.skip("tap", "no \"tap\" here");
        Path file = folder.resolve("figures.json");
        report.writeJson(file);
        String json = Files.readString(file);
        assertTrue(json.contains("\"ratio\" : 2.0"), json);
        assertTrue(json.contains("\"bytesPerOp\" : 1.0"), json);
        assertTrue(json.contains("tap: no \\\"tap\\\" here"), json);
    }

    @Test
    void numbersHaveThreeDigitsThatCount() {
        assertEquals("123457", Report.number(123_456.7));
        assertEquals("12.3", Report.number(12.34));
        assertEquals("1.23", Report.number(1.234));
        assertEquals("0.012", Report.number(0.0123));
        assertEquals("0", Report.number(0.0001));
    }

    @Test
    void theBudgetsOfTheJarCanBeReadAndAnUnknownKeyIsRefused() throws IOException {
        Budgets budgets = Budgets.load();
        for (int bytes : FrameBenchmark.FRAME_BYTES)
            for (int perDoorbell : FrameBenchmark.PER_DOORBELL)
                for (Sink sink : Sink.values())
                    assertEquals(
                            8.0,
                            budgets.of(cost(FrameBenchmark.name(sink, bytes, perDoorbell), 1, 0))
                                    .bytesPerOp());
        assertThrows(IOException.class, () -> budgets("{\"slow\": {\"medium\": 1}}"));
        assertThrows(IOException.class, () -> budgets("[]"));
    }
}
