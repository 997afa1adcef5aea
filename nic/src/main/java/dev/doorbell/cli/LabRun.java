package dev.doorbell.cli;

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

/// Experiments one after the other, each at its venues; what is found is told and written as soon as it is there.
final class LabRun {
    /// An experiment, what it is told, and where it runs.
    record Part(Experiment experiment, String words, Values values, List<Venue> venues) {
        Part {
            venues = List.copyOf(venues);
        }

        Part(Experiment experiment, Values values, List<Venue> venues) {
            this(experiment, experiment.name(), values, venues);
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
        machine = Machine.here(Main.Version.version(), Sources.commit(), made);
    }

    void writeReportsTo(ReportFolder folder) {
        reportFolder = Optional.of(folder);
    }

    void writeTextsTo(ReportFolder folder) {
        textFolder = Optional.of(folder);
    }

    /// @return whether all were done: not when somebody gave up
    boolean run(List<Part> parts) throws IOException, ExperimentException {
        int all = parts.stream().mapToInt(part -> part.venues().size()).sum();
        int done = 0;
        boolean stopped = false;
        try {
            for (Part part : parts) {
                Report report = new Report(
                        part.experiment().name(),
                        part.experiment().question(),
                        part.words(),
                        part.values(),
                        seed,
                        machine,
                        List.of());
                for (Venue venue : part.venues()) {
                    if (Shutdown.signalled()) return false;
                    report = report.with(new Report.Finding(venue, at(venue, part)));
                    tell(report);
                    done++;
                }
                reports.add(report);
            }
        } catch (ExperimentException e) {
            if (!Shutdown.signalled()) throw e;
            stopped = true;
        } finally {
            if (json) streams.out().println(asJson());
            if (stopped || done < all) streams.notice("gave up: " + done + " of " + all + " parts were done");
        }
        return done == all;
    }

    private Result at(Venue venue, Part part) throws ExperimentException {
        String title = part.experiment().name() + " " + venue.word();
        LabProgress progress = new LabProgress(streams.err(), title);
        try {
            return part.experiment().run(venue, part.values(), seed, progress);
        } catch (ExperimentException e) {
            throw new ExperimentException(title + ": " + e.getMessage(), e);
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
