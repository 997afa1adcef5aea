package dev.doorbell.lab;

import java.util.List;
import java.util.Set;

/// A question, what can be varied about it, and how it is answered with a table. Small on
/// purpose: worlds are built by `lab.world`, costs by `lab.model`, pages by `lab.report`.
///
/// An experiment has no state: it may run several times at once, on different threads (a sweep
/// does that).
public interface Experiment {
    /// One word, lower case, dashes inside: the name on the command line and of the result's
    /// files.
    String name();

    /// What it answers, one sentence that ends in a question mark.
    String question();

    /// What can be varied, in the order that help shows.
    List<Parameter> parameters();

    /// Where it can run.
    Set<Venue> venues();

    /// Runs once. In [Venue#VIRTUAL] the result is a pure function of `values` and `seed`: no
    /// clock, no machine, no random but of the seed.
    ///
    /// @param values one for each of [#parameters], checked
    /// @param watcher is told of progress, and says when to give up
    /// @throws ExperimentException when it could not be run: what is wrong and what to do, in one
    /// line
    Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException;
}
