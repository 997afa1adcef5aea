/// Receive queues: frames become descriptors and bytes in guest memory.
@NullMarked
package dev.doorbell.device.igb.receive;

import org.jspecify.annotations.NullMarked;
