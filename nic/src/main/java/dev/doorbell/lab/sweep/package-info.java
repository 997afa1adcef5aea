/// An experiment at every point of a grid over its parameters: in parallel in virtual time, one
/// after the other in real time, each finished point kept in a file so that an interrupted sweep
/// goes on where it was.
///
/// Front class: [dev.doorbell.lab.sweep.Sweep]. Points run on threads of the sweep's own; the
/// caller's waits.
@NullMarked
package dev.doorbell.lab.sweep;

import org.jspecify.annotations.NullMarked;
