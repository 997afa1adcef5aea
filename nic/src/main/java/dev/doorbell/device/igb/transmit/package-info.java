/// Transmit queues: descriptors become frames, frames leave, descriptors are written back.
@NullMarked
package dev.doorbell.device.igb.transmit;

import org.jspecify.annotations.NullMarked;
