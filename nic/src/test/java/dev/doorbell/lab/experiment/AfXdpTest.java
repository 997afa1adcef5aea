package dev.doorbell.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import dev.doorbell.option.OptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `af-xdp`, briefly.
@Tag("real")
@Timeout(240)
class AfXdpTest {
    @Test
    void framesMoveInEveryModeAndTheKernelAgrees() throws IOException, OptionException, ExperimentException {
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "a veth pair in a namespace needs root");
        AfXdp experiment = new AfXdp();
        Map<String, String> asked = Map.of("for-ms", "30", "rounds", "1");
        Result result = experiment.run(Venue.SOCKET, Values.of(experiment.parameters(), asked), 1, Watcher.NONE);
        ResultTable answer = result.tables().getFirst();
        assertThat(answer.rows()).hasSize(12);
        for (List<Cell> row : answer.rows().subList(0, 4)) // what a busy machine's sender brings is not promised
        assertThat(((Cell.Amount) row.get(2)).value()).as(row.toString()).isPositive();
        assertThat(answer.notes().getFirst()).matches(".* transmit rows: ([0-9]+), counted by the kernel: \\1\\.");
        String namespace = "doorbell-lab-" + ProcessHandle.current().pid();
        assertThat(Path.of("/run/netns", namespace)).doesNotExist();
    }
}
