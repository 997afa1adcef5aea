package dev.doorbell.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.doorbell.lab.report.Machine;
import dev.doorbell.lab.report.Report;
import dev.doorbell.lab.report.TextReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What virtual time gives with defaults and seed 1 is checked in: a change of behaviour shows as
/// a difference.
class CheckedInTablesTest {
    private static final Path FOLDER = Path.of("../docs/lab");
    private static final String REWRITE = "./doorbell lab run all --venue virtual --tables docs/lab";

    private static List<Experiment> virtual() {
        return Experiments.all().stream()
                .filter(experiment -> experiment.venues().contains(Venue.VIRTUAL))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> experimentGivesWhatIsCheckedIn() {
        return virtual().stream()
                .map(experiment -> DynamicTest.dynamicTest(experiment.name(), () -> compare(experiment)));
    }

    private static void compare(Experiment experiment) throws IOException, ExperimentException {
        Path file = FOLDER.resolve(experiment.name() + ".txt");
        String there = Files.exists(file) ? Files.readString(file) : "";
        String now = text(experiment);
        if (!now.equals(there))
            fail("docs/lab/" + experiment.name() + ".txt is not what the experiment gives: " + difference(there, now)
                    + "\nIf that is meant, in the folder of the sources: " + REWRITE);
    }

    private static String text(Experiment experiment) throws ExperimentException {
        Values values = Values.defaults(experiment.parameters());
        Result result = experiment.run(Venue.VIRTUAL, values, 1, Watcher.NONE);
        Machine machine = new Machine("", "", "", "", "", 0, "");
        Report.Finding finding = new Report.Finding(Venue.VIRTUAL, result);
        Report report = new Report(
                experiment.name(), experiment.question(), experiment.name(), values, 1, machine, List.of(finding));
        return TextReport.of(report, finding);
    }

    private static String difference(String there, String now) {
        if (there.isEmpty()) return "it is not there";
        List<String> old = there.lines().toList();
        List<String> lines = now.lines().toList();
        for (int i = 0; i < Math.min(old.size(), lines.size()); i++)
            if (!old.get(i).equals(lines.get(i)))
                return "line " + (i + 1) + "\nwas    " + old.get(i) + "\nis now " + lines.get(i);
        return "it had " + old.size() + " lines and has " + lines.size();
    }

    @Test
    void nothingElseIsCheckedIn() throws IOException {
        if (!Files.exists(FOLDER)) return;
        List<String> names =
                virtual().stream().map(experiment -> experiment.name() + ".txt").toList();
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf(names);
        }
    }
}
