package dev.doorbell.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Timeout;

/// Experiments across the socket, briefly: what was counted, not how fast it was.
@Timeout(240)
class RealTimeTest {
    private static Result run(Experiment experiment, Map<String, String> asked)
            throws OptionException, ExperimentException {
        return experiment.run(Venue.SOCKET, Values.of(experiment.parameters(), asked), 1, Watcher.NONE);
    }

    private static double amount(ResultTable table, List<Cell> row, String title) {
        for (int i = 0; i < row.size(); i++)
            if (table.columns().get(i).title().equals(title)) return ((Cell.Amount) row.get(i)).value();
        throw new AssertionError("no column " + title);
    }

    @Test
    void deferralLosesNothingAndBothSidesAgree() throws OptionException, ExperimentException {
        Result result = run(new Deferral(), Map.of("for-ms", "20", "rounds", "2"));
        ResultTable answer = result.tables().getFirst();
        for (List<Cell> row : answer.rows()) {
            assertThat(amount(answer, row, "lost")).as(row.toString()).isZero();
            assertThat(amount(answer, row, "sent")).as(row.toString()).isPositive();
            assertThat(amount(answer, row, "arrived")).isEqualTo(amount(answer, row, "sent"));
        }
        ResultTable counts = result.tables().get(1);
        for (List<Cell> row : counts.rows()) {
            assertThat(row.get(1)).as(row.toString()).isEqualTo(row.get(2)); // accesses
            assertThat(row.get(5)).as(row.toString()).isEqualTo(row.get(6)); // interrupts
        }
    }

    @Test
    void deferredDoorbellsAreFewer() throws OptionException, ExperimentException {
        Result result = run(new Deferral(), Map.of("for-ms", "100", "rounds", "1", "itr-per-s", "1000"));
        ResultTable answer = result.tables().getFirst();
        List<Cell> immediate = answer.rows().get(1);
        List<Cell> deferring = answer.rows().get(2);
        assertThat(amount(answer, immediate, "doorbells")).isEqualTo(1);
        assertThat(amount(answer, deferring, "doorbells")).isLessThan(0.1);
    }

    @Test
    void mitigationLosesNothing() throws OptionException, ExperimentException {
        Result result = run(new Mitigation(), Map.of("for-ms", "20", "rounds", "1"));
        ResultTable answer = result.tables().getFirst();
        assertThat(answer.notes().toString()).contains("Frames lost: 0 of ").contains(" sent, 0 of ");
        for (List<Cell> row : answer.rows())
            assertThat(amount(answer, row, "transmit")).as(row.toString()).isPositive();
    }

    @Test
    void roundTripsAreAllThere() throws OptionException, ExperimentException {
        Result result = run(new Latency(), Map.of("for-ms", "30", "rounds", "1"));
        ResultTable answer = result.tables().getFirst();
        for (List<Cell> row : answer.rows()) {
            assertThat(amount(answer, row, "round trips")).as(row.toString()).isPositive();
            assertThat(amount(answer, row, "min")).isLessThanOrEqualTo(amount(answer, row, "50.0 %"));
            assertThat(amount(answer, row, "50.0 %")).isLessThanOrEqualTo(amount(answer, row, "max"));
        }
        assertThat(answer.notes().get(1)).matches("Frames: ([0-9]+) sent, \\1 at the plug, \\1 received, .*");
    }

    @Test
    void watcherThatGivesUpEndsARun() {
        Watcher impatient = new Watcher() {
            @Override
            public void step(int done, int total, String what) {}

            @Override
            public boolean stopped() {
                return true;
            }
        };
        for (Experiment experiment : List.of(new Deferral(), new Mitigation(), new Latency()))
            assertThatThrownBy(
                            () -> experiment.run(Venue.SOCKET, Values.defaults(experiment.parameters()), 1, impatient))
                    .isInstanceOf(ExperimentException.class)
                    .hasMessageStartingWith("stopped before the first step");
    }
}
