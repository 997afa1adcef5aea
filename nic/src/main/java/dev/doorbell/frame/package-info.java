/// Packing: batches of Ethernet frames on their way between a card and a backend, their checksums, segmentation and
/// VLAN tags.
///
/// Front class: [dev.doorbell.frame.FrameBatch]. A batch belongs to one loop thread at a time.
@NullMarked
package dev.doorbell.frame;

import org.jspecify.annotations.NullMarked;
