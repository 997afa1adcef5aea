/// Linux VFIO, as numbers and calls: linux/vfio.h. What the answers mean is the business of the room
/// `vfio`.
@NullMarked
package dev.doorbell.linux.vfio;

import org.jspecify.annotations.NullMarked;
