/// When a transmit queue may send its next frame: the transmit rate limiter, the line rate and the
/// arbiter.
@NullMarked
package dev.doorbell.device.igb.rate;

import org.jspecify.annotations.NullMarked;
