package dev.doorbell.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Steady traffic: an hour's own test is `lab run steady --set for-s=3600`; here are shorter spans of the same.
class SteadyTest {
    private final Steady steady = new Steady();

    private List<Cell> run(Map<String, String> asked) throws Exception {
        Result result = steady.run(Venue.VIRTUAL, Values.of(steady.parameters(), asked), 1, Watcher.NONE);
        for (Plot plot : result.plots())
            assertEquals(60, plot.series().get(0).y().size());
        return result.tables().get(0).rows().get(0);
    }

    private static double number(Cell cell) {
        return ((Cell.Amount) cell).value();
    }

    private static void assertWhole(List<Cell> row, long seconds, long perSecond) {
        long packets = seconds * perSecond;
        assertEquals((double) seconds, number(row.get(0)), 0.001);
        assertEquals((double) packets, number(row.get(1)));
        assertEquals(perSecond / 1e3, number(row.get(2)), 0.1);
        assertEquals(60.0 * packets, number(row.get(6)));
        assertEquals(0, number(row.get(7)));
    }

    @Test
    void everyPacketOfASecondIsSentAndADoorbellServesAnInterrupt() throws Exception {
        List<Cell> row = run(Map.of("for-s", "1"));
        assertWhole(row, 1, 100_000);
        assertEquals(5580, number(row.get(5)), 10);
        assertEquals(number(row.get(5)), number(row.get(4)), 2);
    }

    @Test
    @Tag("soak")
    void everyPacketOfAMinuteIsSent() throws Exception {
        assertWhole(run(Map.of("for-s", "60")), 60, 100_000);
    }

    @Test
    void itRunsInVirtualTimeOnly() {
        assertThrows(
                ExperimentException.class,
                () -> steady.run(Venue.SOCKET, Values.defaults(steady.parameters()), 1, Watcher.NONE));
    }
}
