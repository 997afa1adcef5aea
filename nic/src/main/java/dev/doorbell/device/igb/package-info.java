/// The 82576, "igb": 16 transmit and 16 receive queues, MSI-X, and the transmit rate limiter.
///
/// Front class: [dev.doorbell.device.igb.Igb]. A folder per concern; one thread, the card's loop.
@NullMarked
package dev.doorbell.device.igb;

import org.jspecify.annotations.NullMarked;
