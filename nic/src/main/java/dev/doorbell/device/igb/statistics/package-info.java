/// What the card counts: for the guest in its statistics registers, for the operator in a table.
@NullMarked
package dev.doorbell.device.igb.statistics;

import org.jspecify.annotations.NullMarked;
