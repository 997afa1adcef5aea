/// Descriptor rings as a driver sees them, whatever the chip: [dev.doorbell.driver.ring.TransmitRing],
/// [dev.doorbell.driver.ring.ReceiveRing], and when the card is told:
/// [dev.doorbell.driver.ring.TransmitDoorbell]. The parts that a driver is put together from; not for its
/// users.
@NullMarked
package dev.doorbell.driver.ring;

import org.jspecify.annotations.NullMarked;
