package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `lab` from its words to its files.
class LabTest {
    private static final List<Experiment> TINY = List.of(new TinyExperiment());

    private static CommandRun lab(String line) {
        return CommandRun.lab(TINY, ("lab " + line).split(" ", -1));
    }

    @Test
    void listNamesWhatCanBeVaried() {
        CommandRun run = lab("list");

        assertEquals(0, run.status());
        assertEquals(List.of(), run.err());
        assertThat(run.out())
                .contains(
                        "fall: How far does a ball fall?",
                        "  runs in  virtual, socket",
                        "  for-s    3     how long it falls (1 to 1000 s)",
                        "  ball     lead  what it is made of (lead or wood or none)");
    }

    @Test
    void listIsOneJsonObject() {
        CommandRun run = lab("list --json");

        assertEquals(0, run.status());
        assertEquals(1, run.out().size());
        assertThat(run.out().getFirst())
                .startsWith("{\"experiments\":[{\"name\":\"fall\"")
                .contains(
                        "{\"name\":\"for-s\",\"help\":\"how long it falls\",\"default\":\"3\",\"unit\":\"s\",\"least\":1,\"most\":1000}")
                .contains("\"words\":[\"lead\",\"wood\",\"none\"]");
    }

    @Test
    void runShowsEachVenuesTables() {
        CommandRun run = lab("run fall --set for-s=2");

        assertEquals(0, run.status(), run.err()::toString);
        assertEquals(List.of(), run.err());
        assertThat(run.out())
                .containsSubsequence(
                        "fall: How far does a ball fall?",
                        "venue virtual, seed 1, for-s=2, gravity=9810, ball=lead",
                        "again: ./doorbell lab run fall --set for-s=2 --seed 1 --venue virtual",
                        "Fallen in vacuum",
                        "      after  fallen so far  published",
                        "ball      s              m          m",
                        "lead      1           5.91       4.90",
                        "lead      2          20.6        -",
                        "venue socket, seed 1, for-s=2, gravity=9810, ball=lead");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                 | lab: list or run?",
                "run                              | NAME",
                "run fal                          | no experiment fal; did you mean fall?",
                "run climb                        | no experiment climb; there are fall and sweep",
                "run fall --set for=3             | --set for: no such parameter; did you mean for-s?",
                "run fall --set for-s             | --set for-s: write NAME=VALUE",
                "run fall --set for-s=1 --set for-s=2 | --set for-s is given twice",
                "run fall --set for-s=0           | --set for-s=0: expected a whole number, 1 to 1000 s",
                "run fall --set for-s=2k          | --set for-s=2k: expected a whole number, 1 to 1000 s",
                "run fall --set for-s=-1          | --set for-s=-1: expected a whole number, 1 to 1000 s",
                "run fall --set ball=wod          | --set ball=wod: did you mean wood?",
                "run fall --seed x                | --seed=x: expected a number",
                "run fall --venue moon            | --venue moon: no such venue",
                "run fall --venue guest           | fall does not run in guest; it runs in virtual, socket",
                "run fall --guest                 | fall does not run in guest; it runs in virtual, socket",
                "run fall --ot x                  | did you mean --out or --of?",
                "run fall --out /dev/null/x       | --out /dev/null/x: ",
                "run sweep                        | sweep: --of EXPERIMENT says of what; there are [fall]",
                "run sweep fall                   | sweep runs alone",
                "run sweep --of fal               | --of fal: no such experiment; did you mean fall?",
                "run sweep --of fall              | sweep: --grid NAME=VALUE,VALUE... says what to vary",
                "run sweep --of fall --grid for   | --grid for: write NAME=VALUE,VALUE...",
                "run sweep --of fall --grid bal=wood | --grid bal: no such parameter; did you mean ball?",
                "run sweep --of fall --grid ball=wood,iron | --grid ball=iron: there are lead, wood and none",
                "run sweep --of fall --grid for-s=1,,2 | --grid for-s='': expected a whole number, 1 to 1000 s",
                "run sweep --of fall --grid for-s=1,01 | --grid for-s: 01 is given twice",
                "run sweep --of fall --grid for-s=1 --grid for-s=2 | --grid for-s is given twice: put all",
                "run sweep --of fall --grid for-s=1 --set for-s=2 | --set for-s: --grid varies it already",
                "run sweep --of fall --grid for-s=1 --jobs 0 | --jobs=0: expected 1 to 256",
                "run fall --grid for-s=1          | --of, --grid, --jobs and --anew belong to lab run sweep",
                "run fall --anew                  | belong to lab run sweep",
                "run fall --tables /dev/null      | --tables /dev/null: there is a file of that name; name a folder",
            })
    void wrongWordsAreOneLineAndExitCode2(String line, String says) {
        CommandRun run = line == null ? CommandRun.lab(TINY, "lab") : lab(line);

        assertEquals(2, run.status());
        assertEquals(List.of(), run.out());
        assertEquals(1, run.err().size(), () -> String.join("\n", run.err()));
        assertThat(run.err().getFirst()).startsWith("doorbell: ").contains(says);
    }

    @Test
    void gridOfTooManyPointsIsRefused() {
        String hundred = IntStream.rangeClosed(1, 101).mapToObj(String::valueOf).collect(Collectors.joining(","));
        CommandRun run = lab("run sweep --of fall --grid for-s=" + hundred + " --grid gravity=" + hundred);

        assertEquals(2, run.status());
        assertEquals(
                List.of(
                        "doorbell: --grid: these are 10201 points, at most 10000 are one sweep; leave out some values, or"
                                + " sweep twice"),
                run.err());
    }

    @Test
    void sweepIsOneRowPerPoint(@TempDir Path folder) throws IOException {
        CommandRun run =
                lab("run sweep --of fall --grid ball=lead,wood --grid for-s=1,2 --venue virtual --out " + folder);

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out())
                .contains(
                        "sweep-fall: How far does a ball fall?",
                        "again: ./doorbell lab run sweep --of fall --grid ball=lead,wood --grid for-s=1,2 --seed 1"
                                + " --venue virtual");
        assertThat(Files.readAllLines(folder.resolve("sweep-fall.csv")))
                .hasSize(1 + 2 * (1 + 2))
                .first()
                .isEqualTo("ball,for-s,for-s ball,after (s),fallen so far (m),published (m),seed");
        assertThat(names(folder.resolve("sweep-fall.points/virtual")))
                .containsExactly(
                        "lock",
                        "point-00000.txt",
                        "point-00001.txt",
                        "point-00002.txt",
                        "point-00003.txt",
                        "sweep.txt");
        assertThat(Files.readString(folder.resolve("sweep-fall.html"))).contains("fallen so far over for-s");

        CommandRun other = lab("run sweep --of fall --grid ball=lead --venue virtual --out " + folder);

        assertEquals(1, other.status());
        assertThat(other.err().getLast())
                .contains("holds the points of another sweep (it has grid ball=lead,wood, this one grid ball=lead)")
                .endsWith("take another --out, or --anew to begin again there");
        assertEquals(
                0,
                lab("run sweep --of fall --grid ball=lead --venue virtual --anew --out " + folder)
                        .status());
    }

    @Test
    void experimentThatCannotRunIsALineAndExitCode1AndTheOthersRun() {
        CommandRun run = CommandRun.lab(
                List.of(new TinyExperiment(), new TinyExperiment("other")), "lab", "run", "all", "--set", "ball=none");

        assertEquals(1, run.status());
        assertEquals(
                List.of(
                        "doorbell: fall virtual: there is no ball: set ball=lead",
                        "doorbell: fall socket: there is no ball: set ball=lead",
                        "doorbell: other virtual: there is no ball: set ball=lead",
                        "doorbell: other socket: there is no ball: set ball=lead"),
                run.err());
        assertEquals(List.of(), run.out());
    }

    @Test
    void filesAreWrittenWhole(@TempDir Path folder) throws IOException {
        Path out = folder.resolve("a/b");
        CommandRun run = lab("run fall --json --out " + out + " --tables " + folder);

        assertEquals(0, run.status(), run.err()::toString);
        assertEquals(1, run.out().size());
        assertThat(names(out))
                .containsExactly(
                        "fall-energy-socket.csv",
                        "fall-energy.csv",
                        "fall-fall-socket.csv",
                        "fall.csv",
                        "fall.html",
                        "fall.json");
        assertThat(names(folder)).containsExactly("a", "fall.txt");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
