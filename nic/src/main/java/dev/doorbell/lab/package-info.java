/// Experiments: a card, a driver and a world around them, measured. In virtual time a run is a
/// pure function of its values and its seed; in real time the same experiment runs across a
/// socket or in a stock guest.
///
/// Front class: [dev.doorbell.lab.Experiment]; `Experiments` lists them all.
@NullMarked
package dev.doorbell.lab;

import org.jspecify.annotations.NullMarked;
