/// Flow control by PAUSE frames, as both cards have it.
@NullMarked
package dev.doorbell.device.flow;

import org.jspecify.annotations.NullMarked;
