package dev.doorbell.lab;

import java.util.List;

/// What an experiment found at one venue.
///
/// @param tables the first is the answer
/// @param notes  sentences about the whole: assumptions, sources, what falls short
public record Result(List<ResultTable> tables, List<Plot> plots, List<String> notes) {
    public Result {
        tables = List.copyOf(tables);
        plots = List.copyOf(plots);
        notes = List.copyOf(notes);
    }
}
