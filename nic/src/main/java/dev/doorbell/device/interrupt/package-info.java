/// How causes become interrupts: cause and mask registers, and the throttle that keeps assertions apart.
///
/// Front classes: [dev.doorbell.device.interrupt.InterruptCauses], [dev.doorbell.device.interrupt.InterruptThrottle].
/// One thread, the card's loop; [dev.doorbell.device.interrupt.InterruptGaps] may be read from any.
@NullMarked
package dev.doorbell.device.interrupt;

import org.jspecify.annotations.NullMarked;
