/// Causes, masks, vectors and throttles: from ICR and EICR to MSI-X, MSI and the line.
@NullMarked
package dev.doorbell.device.igb.interrupt;

import org.jspecify.annotations.NullMarked;
