package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import dev.doorbell.lab.experiment.Mitigation;
import dev.doorbell.option.OptionException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// An experiment in a stock guest, with this card and with QEMU's own.
@NeedsGuest(network = true)
@Timeout(600)
class LabGuestTest {
    @Test
    void mitigationMeasuresBothCards() throws OptionException, ExperimentException {
        Mitigation mitigation = new Mitigation();
        Map<String, String> asked = Map.of("throttle-rate", "8000", "for-ms", "1000", "rounds", "1");
        Result result = mitigation.run(Venue.GUEST, Values.of(mitigation.parameters(), asked), 1, Watcher.NONE);
        ResultTable transmit = result.tables().getFirst();
        assertThat(transmit.rows()).hasSize(1);
        List<Cell> row = transmit.rows().getFirst();
        for (int i = 1; i < row.size(); i++) // rates, exits and interrupts, and the ratio
        assertThat(((Cell.Amount) row.get(i)).value())
                    .as(transmit.columns().get(i).title())
                    .isPositive();
    }
}
