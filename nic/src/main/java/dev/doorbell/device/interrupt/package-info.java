/// Interrupt causes, masks, throttling and delay timers shared by the cards.
@NullMarked
package dev.doorbell.device.interrupt;

import org.jspecify.annotations.NullMarked;
