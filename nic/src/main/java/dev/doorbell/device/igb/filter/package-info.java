/// Which queues a frame is for: addresses, VLANs, ethertypes, 5-tuples, RSS and pools.
@NullMarked
package dev.doorbell.device.igb.filter;

import org.jspecify.annotations.NullMarked;
