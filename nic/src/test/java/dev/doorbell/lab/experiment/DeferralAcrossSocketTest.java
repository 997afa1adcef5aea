package dev.doorbell.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.lab.Cell;
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

/// `deferral` in real time, briefly: what was counted, not how fast it was.
@Timeout(120)
class DeferralAcrossSocketTest {
    private static final Deferral DEFERRAL = new Deferral();

    private static Result run(Map<String, String> asked) throws OptionException, ExperimentException {
        return DEFERRAL.run(Venue.SOCKET, Values.of(DEFERRAL.parameters(), asked), 1, Watcher.NONE);
    }

    private static double amount(ResultTable table, List<Cell> row, String title) {
        for (int i = 0; i < row.size(); i++)
            if (table.columns().get(i).title().equals(title)) return ((Cell.Amount) row.get(i)).value();
        throw new AssertionError("no column " + title);
    }

    @Test
    void everyFrameArrivesAndBothSidesAgree() throws OptionException, ExperimentException {
        Result result = run(Map.of("for-ms", "20", "rounds", "2"));
        ResultTable answer = result.tables().getFirst();
        for (List<Cell> row : answer.rows()) {
            assertThat(amount(answer, row, "lost")).as(row.toString()).isZero();
            assertThat(amount(answer, row, "sent")).as(row.toString()).isPositive();
            assertThat(amount(answer, row, "arrived")).isEqualTo(amount(answer, row, "sent"));
        }
        ResultTable counts = result.tables().get(1);
        for (List<Cell> row : counts.rows()) {
            assertThat(row.get(1)).as(row.toString()).isEqualTo(row.get(2));
            assertThat(row.get(5)).as(row.toString()).isEqualTo(row.get(6));
        }
    }
}
