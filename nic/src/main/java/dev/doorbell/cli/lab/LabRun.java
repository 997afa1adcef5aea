package dev.doorbell.cli.lab;

import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.cli.terminal.Version;
import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.report.JsonReport;
import dev.doorbell.lab.report.Machine;
import dev.doorbell.lab.report.Report;
import dev.doorbell.lab.report.ReportFolder;
import dev.doorbell.lab.report.TextReport;
import dev.doorbell.output.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Experiments one after the other, each at its venues; what is found is told and written as soon
/// as it is there.
final class LabRun {
    /// An experiment, what it is told, and where it runs.
    ///
    /// @param words that ask for it
    record Part(Experiment experiment, String words, Values values, List<Venue> venues) {
        Part {
            venues = List.copyOf(venues);
        }
    }

    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private final Streams streams;
    private final long seed;
    private final boolean json;
    private final Machine machine;
    private final List<Report> reports = new ArrayList<>();
    private Optional<ReportFolder> reportFolder = Optional.empty();
    private Optional<ReportFolder> textFolder = Optional.empty();

    LabRun(Streams streams, long seed, boolean json) {
        this.streams = streams;
        this.seed = seed;
        this.json = json;
        String made = TO_THE_SECOND.format(Instant.now().atOffset(ZoneOffset.UTC));
        machine = Machine.here(Version.version(), Sources.commit(), made);
    }

    void writeReportsTo(ReportFolder folder) {
        reportFolder = Optional.of(folder);
    }

    void writeTextsTo(ReportFolder folder) {
        textFolder = Optional.of(folder);
    }

    /// Runs them all; one that cannot be run does not keep the others from it.
    ///
    /// @return whether all were done
    boolean run(List<Part> parts) throws IOException {
        int all = parts.stream().mapToInt(part -> part.venues().size()).sum();
        int done = 0;
        try {
            for (Part part : parts) done += run(part);
        } finally {
            if (json) streams.out().println(asJson());
            if (Shutdown.signalled() && done < all) streams.notice(gaveUp(done, all));
        }
        return done == all;
    }

    /// @return at how many venues it could be done
    private int run(Part part) throws IOException {
        Report report = new Report(
                part.experiment().name(),
                part.experiment().question(),
                part.words(),
                part.values(),
                seed,
                machine,
                List.of());
        for (Venue venue : part.venues()) {
            if (Shutdown.signalled()) break;
            try {
                report = report.with(new Report.Finding(venue, at(venue, part)));
            } catch (ExperimentException e) {
                streams.complain(report.name() + " " + venue.word() + ": " + e.getMessage(), e);
                continue;
            }
            reports.removeIf(each -> each.name().equals(part.experiment().name()));
            reports.add(report);
            tell(report);
        }
        return report.findings().size();
    }

    private String gaveUp(int done, int all) {
        if (all == 1) return "gave up: nothing is complete";
        return "gave up: " + done + " of " + all + " runs (an experiment at a venue) are complete, and told above";
    }

    private Result at(Venue venue, Part part) throws ExperimentException {
        LabProgress progress = new LabProgress(streams.err(), part.experiment().name() + " " + venue.word());
        try {
            return part.experiment().run(venue, part.values(), seed, progress);
        } finally {
            progress.end();
        }
    }

    /// Shows the newest finding, and writes the files again with it.
    private void tell(Report report) throws IOException {
        Report.Finding newest = report.findings().getLast();
        String text = TextReport.of(report, newest);
        if (!json) {
            streams.out().print(text);
            streams.out().println();
            streams.out().flush();
        }
        if (textFolder.isPresent() && newest.venue() == Venue.VIRTUAL)
            textFolder.get().write(report.name() + ".txt", text);
        if (reportFolder.isPresent()) reportFolder.get().write(report);
    }

    private String asJson() {
        Json all = new Json().beginObject().beginArray("experiments");
        for (Report report : reports) {
            all.beginObject();
            JsonReport.write(report, all);
            all.end();
        }
        return all.end().end().toString();
    }
}
