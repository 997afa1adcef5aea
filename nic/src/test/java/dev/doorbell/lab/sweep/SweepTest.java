package dev.doorbell.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.TinyExperiment;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import dev.doorbell.option.OptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A sweep gives the same result in one go, in pieces, with one thread or four, and whatever was
/// left in its folder.
@Timeout(60)
class SweepTest {
    private static final List<String> GRID = List.of("gravity=0,1000,2000,3000,4000", "ball=lead,wood");

    @TempDir
    private Path folder = Path.of("");

    private final List<String> notices = new ArrayList<>();
    private final Counted experiment = new Counted();

    /// The tiny experiment, and how often it ran.
    private static final class Counted implements Experiment {
        private final TinyExperiment tiny = new TinyExperiment();
        private final List<String> runs = Collections.synchronizedList(new ArrayList<>());
        private volatile int failAtGravity = -1;

        @Override
        public String name() {
            return tiny.name();
        }

        @Override
        public String question() {
            return tiny.question();
        }

        @Override
        public List<Parameter> parameters() {
            return tiny.parameters();
        }

        @Override
        public Set<Venue> venues() {
            return tiny.venues();
        }

        @Override
        public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
            runs.add(values.asMap() + " " + seed);
            if (values.number("gravity") == failAtGravity) throw new ExperimentException("the ball hangs");
            return tiny.run(venue, values, seed, watcher);
        }
    }

    private Sweep sweep(int jobs, Optional<Path> place, boolean anew, String code, List<String> grid) {
        try {
            return new Sweep(
                    experiment, Grid.parse(grid, experiment.parameters()), jobs, code, place, anew, notices::add);
        } catch (OptionException e) {
            throw new AssertionError(e);
        }
    }

    private Sweep kept() {
        return sweep(1, Optional.of(folder), false, "1", GRID);
    }

    private static Result run(Sweep sweep, long seed, Watcher watcher) throws ExperimentException {
        return sweep.run(Venue.VIRTUAL, Values.defaults(sweep.parameters()), seed, watcher);
    }

    private Result inOneGo() throws ExperimentException {
        Result result = run(sweep(1, Optional.empty(), false, "1", GRID), 7, Watcher.NONE);
        experiment.runs.clear();
        return result;
    }

    private Path point(int index) {
        return folder.resolve("virtual/point-0000" + index + ".txt");
    }

    /// Somebody who gives up when so many points are done.
    private static Watcher patientFor(int points) {
        return new Watcher() {
            private int done;

            @Override
            public void step(int done, int total, String what) {
                this.done = done;
            }

            @Override
            public boolean stopped() {
                return done >= points;
            }
        };
    }

    @Test
    void numberOfJobsMakesNoDifference() throws ExperimentException {
        Result one = inOneGo();

        assertEquals(one, run(sweep(4, Optional.empty(), false, "1", GRID), 7, Watcher.NONE));
        assertEquals(10, experiment.runs.size());
        assertEquals(30, one.tables().getFirst().rows().size());
        assertThat(one.plots())
                .extracting(plot -> plot.title() + " " + plot.series().size())
                .containsExactly("after over gravity 2", "fallen so far over gravity 2", "published over gravity 2");
    }

    @Test
    void seedOfAPointComesFromItsValuesAlone() throws ExperimentException {
        inOneGo();
        run(sweep(1, Optional.empty(), false, "1", GRID), 7, Watcher.NONE);
        List<String> all = List.copyOf(experiment.runs);
        experiment.runs.clear();
        run(sweep(1, Optional.empty(), false, "1", List.of("ball=wood", "gravity=3000")), 7, Watcher.NONE);
        run(sweep(1, Optional.empty(), false, "1", List.of("ball=wood", "gravity=3000")), 8, Watcher.NONE);

        assertThat(all).doesNotHaveDuplicates().contains(experiment.runs.get(0));
        assertThat(all).doesNotContain(experiment.runs.get(1));
    }

    @Test
    void interruptedSweepGoesOnWithTheRest() throws Exception {
        Result whole = inOneGo();

        ExperimentException gaveUp = assertThrows(ExperimentException.class, () -> run(kept(), 7, patientFor(4)));
        int before = experiment.runs.size();
        Result resumed = run(kept(), 7, Watcher.NONE);

        assertThat(gaveUp).hasMessageStartingWith("gave up with 4 of 10 points done; they are kept in " + folder);
        assertEquals(whole, resumed);
        assertThat(experiment.runs.size()).isBetween(10, 11); // the one under way when it was interrupted
        assertThat(before).isBetween(4, 10);
        assertThat(notices).hasSize(1);
        assertThat(notices.getFirst()).contains(" of 10 points were there already");

        experiment.runs.clear();
        assertEquals(whole, run(kept(), 7, Watcher.NONE));
        assertEquals(List.of(), experiment.runs);
    }

    @Test
    void tornFileIsSeenAtEveryLength() throws Exception {
        Result whole = run(kept(), 7, Watcher.NONE);
        byte[] bytes = Files.readAllBytes(point(3));
        for (int length = 0; length < bytes.length; length++)
            assertEquals(Optional.empty(), PointFile.decode(headOf(bytes), Arrays.copyOf(bytes, length)), "" + length);

        for (int length : new int[] {0, 1, bytes.length / 2, bytes.length - 1}) {
            Files.write(point(3), Arrays.copyOf(bytes, length));
            Files.write(folder.resolve("virtual/.point-00004.txt.new"), Arrays.copyOf(bytes, length));
            experiment.runs.clear();

            assertEquals(whole, run(kept(), 7, Watcher.NONE));
            assertEquals(1, experiment.runs.size());
            assertThat(notices).contains("sweep-fall: damaged files of points, which run again: 1");
            assertThat(Files.readAllBytes(point(3))).isEqualTo(bytes);
            assertThat(folder.resolve("virtual/.point-00004.txt.new")).doesNotExist();
        }
    }

    private static List<String> headOf(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("head\t"))
                .map(line -> line.substring(5))
                .toList();
    }

    @Test
    void changedOrForeignFileIsNoPoint() throws Exception {
        Result whole = run(kept(), 7, Watcher.NONE);
        byte[] bytes = Files.readAllBytes(point(3));
        assertThat(PointFile.decode(headOf(bytes), bytes)).isPresent();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            assertEquals(Optional.empty(), PointFile.decode(headOf(bytes), bytes), "" + i);
            bytes[i] ^= 1;
        }

        Files.copy(point(5), point(3), java.nio.file.StandardCopyOption.REPLACE_EXISTING); // whole, but another's
        Files.writeString(point(6), "who knows");
        experiment.runs.clear();

        assertEquals(whole, run(kept(), 7, Watcher.NONE));
        assertEquals(2, experiment.runs.size());
        assertThat(Files.readAllBytes(point(3))).isEqualTo(bytes);
    }

    @Test
    void otherSweepsPointsAreNotTouchedUnlessAskedFor() throws Exception {
        Result whole = run(kept(), 7, Watcher.NONE);
        List<String> grid = List.of("gravity=0,1000", "ball=lead,wood");

        assertThat(assertThrows(ExperimentException.class, () -> run(kept(), 8, Watcher.NONE)))
                .hasMessageContaining("(it has seed 7, this one seed 8)")
                .hasMessageContaining("--anew");
        assertThat(assertThrows(
                        ExperimentException.class,
                        () -> run(sweep(1, Optional.of(folder), false, "2", GRID), 7, Watcher.NONE)))
                .hasMessageContaining("(it has doorbell 1, this one doorbell 2)");
        assertThat(assertThrows(
                        ExperimentException.class,
                        () -> run(sweep(1, Optional.of(folder), false, "1", grid), 7, Watcher.NONE)))
                .hasMessageContaining("grid gravity=0,1000");
        Files.writeString(folder.resolve("virtual/sweep.txt"), "");
        assertThat(assertThrows(ExperimentException.class, () -> run(kept(), 7, Watcher.NONE)))
                .hasMessageContaining("it has nothing");

        run(sweep(1, Optional.of(folder), true, "1", grid), 7, Watcher.NONE);
        assertThat(point(4)).doesNotExist();
        assertEquals(whole, run(sweep(1, Optional.of(folder), true, "1", GRID), 7, Watcher.NONE));
    }

    @Test
    void folderServesOneSweepAtATime() throws Exception {
        try (PointFolder open = PointFolder.open(folder.resolve("virtual"), List.of("x"), false)) {
            assertThat(open.path()).exists();
            assertThat(assertThrows(ExperimentException.class, () -> run(kept(), 7, Watcher.NONE)))
                    .hasMessageContaining("another sweep writes there");
        }
    }

    @Test
    void failureNamesItsPointAndKeepsTheOthers() throws Exception {
        Result whole = inOneGo();
        experiment.failAtGravity = 3000;

        assertThat(assertThrows(ExperimentException.class, () -> run(kept(), 7, Watcher.NONE)))
                .hasMessage("at gravity=3000 ball=lead: the ball hangs");
        assertThat(point(5)).exists();
        assertThat(point(6)).doesNotExist();
        experiment.failAtGravity = -1;
        assertEquals(whole, run(kept(), 7, Watcher.NONE));
    }

    @Test
    void folderThatCannotBeMadeIsSaid() throws IOException {
        Files.writeString(folder.resolve("virtual"), "a file");

        assertThat(assertThrows(ExperimentException.class, () -> run(kept(), 7, Watcher.NONE)))
                .hasMessageContaining("cannot keep points there");
    }

    @Test
    void wordsBecomeTheirAxesAgain() throws OptionException {
        Grid grid = Grid.parse(List.of("gravity=1k,20", "ball=wood"), experiment.parameters());

        assertEquals("--grid gravity=1000,20 --grid ball=wood", grid.words());
        assertEquals(2, grid.size());
        assertEquals(
                Map.of("gravity", "20", "ball", "wood"),
                grid.points(experiment.parameters(), Map.of(), 1).get(1).at());
    }
}
