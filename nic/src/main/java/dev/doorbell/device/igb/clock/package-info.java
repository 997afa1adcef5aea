/// SYSTIM, the clock of IEEE 1588, and the time stamps taken from it.
@NullMarked
package dev.doorbell.device.igb.clock;

import org.jspecify.annotations.NullMarked;
