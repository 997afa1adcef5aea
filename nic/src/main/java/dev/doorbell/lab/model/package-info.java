/// A guest as a list of costs: what its work, its exits and its interrupts take on a processor, and what the host's
/// work takes. Driver and card are the real ones; only time is modelled.
///
/// Front classes: [dev.doorbell.lab.model.ModelledGuest] and [dev.doorbell.lab.model.Costs], which
/// [dev.doorbell.lab.model.Calibration] derives from published figures. One thread a guest, virtual time, no
/// chance: the same calls give the same nanoseconds on any machine.
@NullMarked
package dev.doorbell.lab.model;

import org.jspecify.annotations.NullMarked;
