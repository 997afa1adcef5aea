/// Measurements: what a register write, a descriptor, a frame, a start and an idle card cost.
///
/// Front class: [dev.doorbell.bench.Bench], run by `./doorbell bench`. Small costs are measured by JMH in
/// a JVM of their own, with the bytes allocated per operation; whole processes (`serve` and a driver at
/// its socket) by the clock and `/proc`. Figures are compared with `budgets.json` as ratios.
@NullMarked
package dev.doorbell.bench;

import org.jspecify.annotations.NullMarked;
