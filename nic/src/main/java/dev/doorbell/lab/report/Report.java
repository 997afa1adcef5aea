package dev.doorbell.lab.report;

import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All there is to tell about one run of an experiment, at one venue after the other.
///
/// @param name     of the experiment, and of the files
/// @param words    of the command line that came between `lab run` and the settings: the name,
/// and what it needs
/// @param seed     of everything random
/// @param findings a result per venue, in the order that they ran
public record Report(
        String name, String question, String words, Values values, long seed, Machine machine, List<Finding> findings) {
    public Report {
        findings = List.copyOf(findings);
    }

    /// What was found at one venue.
    public record Finding(Venue venue, Result result) {}

    /// A table with the name that is its own among all of the report.
    ///
    /// @param first whether it is the report's first, the answer
    public record NamedTable(String name, boolean first, Venue venue, ResultTable table) {}

    /// The same with one more venue's result.
    public Report with(Finding finding) {
        List<Finding> more = new ArrayList<>(findings);
        more.add(finding);
        return new Report(name, question, words, values, seed, machine, more);
    }

    /// The command that makes it again.
    public String command() {
        StringBuilder command = new StringBuilder(command(null));
        for (Finding finding : findings)
            command.append(" --venue ").append(finding.venue().word());
        return command.toString();
    }

    /// The command that makes the result of one venue again, or of those to be added.
    String command(@org.jspecify.annotations.Nullable Venue venue) {
        StringBuilder command = new StringBuilder("./doorbell lab run ").append(words);
        for (Map.Entry<String, String> value : values.changed().entrySet())
            command.append(" --set ").append(value.getKey()).append('=').append(value.getValue());
        command.append(" --seed ").append(seed);
        if (venue != null) command.append(" --venue ").append(venue.word());
        return command.toString();
    }

    /// Every table, each with a name of its own: a name that is taken gets its venue as well.
    public List<NamedTable> tables() {
        List<NamedTable> tables = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Finding finding : findings) {
            for (ResultTable table : finding.result().tables()) {
                String name = table.name();
                if (!taken.add(name)) {
                    name += "-" + finding.venue().word();
                    for (int i = 2; !taken.add(name); i++)
                        name = table.name() + "-" + finding.venue().word() + "-" + i;
                }
                tables.add(new NamedTable(name, tables.isEmpty(), finding.venue(), table));
            }
        }
        return tables;
    }
}
