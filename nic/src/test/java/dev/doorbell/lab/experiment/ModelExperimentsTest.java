package dev.doorbell.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import dev.doorbell.option.OptionException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the experiments on the modelled guest find.
class ModelExperimentsTest {
    private static Result run(Experiment experiment, Map<String, String> asked)
            throws ExperimentException, OptionException {
        Values values = Values.of(experiment.parameters(), asked);
        return experiment.run(Venue.VIRTUAL, values, 1, Watcher.NONE);
    }

    private static double number(ResultTable table, int row, String column) {
        for (int i = 0; i < table.columns().size(); i++)
            if (table.columns().get(i).title().equals(column))
                return ((Cell.Amount) table.rows().get(row).get(i)).value();
        throw new AssertionError("no column " + column + " in " + table.columns());
    }

    /// Published: 1 : 1.85 : 10 and 1 : 4.44 : 5.40.
    @Test
    void decembersOrderAndRoughFactorsComeOutOfJulysFigures() throws Exception {
        Result result = run(new Deferral(), Map.of());
        ResultTable hardware = result.tables().get(0);
        ResultTable emulation = result.tables().get(1);
        for (ResultTable table : List.of(hardware, emulation)) {
            for (int row = 1; row <= 2; row++)
                assertTrue(number(table, row, "sent") > 1.2 * number(table, row - 1, "sent"), table + " row " + row);
            // Nobody published the page and shared doorbells, and which of the two is ahead rests on
            // which card's interrupts the guest takes: both only have to beat what they replace.
            for (int row = 3; row <= 4; row++)
                assertTrue(number(table, row, "sent") > 1.2 * number(table, 2, "sent"), table + " row " + row);
            for (int row = 0; row < table.rows().size(); row++) assertEquals(0, number(table, row, "lost"));
        }
        assertEquals(1.85, number(hardware, 1, "ratio"), 0.5);
        assertEquals(10, number(hardware, 2, "ratio"), 3.5);
        assertEquals(4.44, number(emulation, 1, "ratio"), 0.5);
        assertEquals(5.40, number(emulation, 2, "ratio"), 1);
        // Deferral cuts doorbells per packet by at least 10 at full load.
        assertTrue(number(hardware, 1, "doorbells") >= 10 * number(hardware, 2, "doorbells"));
        assertTrue(number(emulation, 1, "doorbells") >= 9.5 * number(emulation, 2, "doorbells"));
    }

    @Test
    void mitigationMeetsJulyWithinTwoPercentAndEveryPacketIsAccountedFor() throws Exception {
        Result result = run(new Mitigation(), Map.of("itr-per-s", "3000", "for-ms", "100"));
        ResultTable july = result.tables().get(2);
        for (int row = 0; row < 4; row++) {
            assertEquals(0, number(july, row, "error"), 2);
            assertEquals(0, number(july, row, "lost"));
        }
        for (ResultTable table : result.tables().subList(0, 2)) {
            for (int row = 0; row < table.rows().size(); row++) {
                assertEquals(0, number(table, row, "lost"));
            }
            int last = table.rows().size() - 1;
            assertEquals(Cell.of("as asked"), table.rows().get(last).get(0));
            assertEquals(3000, number(table, last, "interrupts"), 60);
            for (String preset : List.of("hardware", "emulation"))
                assertTrue(number(table, last, preset) > number(table, 0, preset), table.toString());
        }
    }

    @Test
    void whoeverGivesUpIsObeyedAtTheNextStep() throws Exception {
        for (Experiment experiment : List.of(new Deferral(), new Mitigation())) {
            Watcher impatient = new Watcher() {
                private int steps;

                @Override
                public void step(int done, int total, String what) {
                    steps++;
                }

                @Override
                public boolean stopped() {
                    return steps == 2;
                }
            };
            Values values = Values.of(experiment.parameters(), Map.of("for-ms", "10"));
            ExperimentException stopped =
                    assertThrows(ExperimentException.class, () -> experiment.run(Venue.VIRTUAL, values, 1, impatient));
            assertTrue(String.valueOf(stopped.getMessage()).startsWith("stopped after 2 of "), stopped::toString);
        }
    }

    @Test
    void valuesOutOfBoundsAreRefusedBeforeAnythingRuns() {
        for (Map<String, String> wrong : List.of(
                Map.of("itr-per-s", "-1"), Map.of("frame-bytes", "1515"), Map.of("for-ms", "9"), Map.of("itr", "1"))) {
            for (Experiment experiment : List.of(new Deferral(), new Mitigation())) {
                OptionException refused =
                        assertThrows(OptionException.class, () -> Values.of(experiment.parameters(), wrong));
                assertFalse(String.valueOf(refused.getMessage()).contains("\n"));
            }
        }
    }
}
