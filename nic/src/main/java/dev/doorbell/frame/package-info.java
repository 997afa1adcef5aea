/// Packing: batches of Ethernet frames on their way between a card and a backend, their headers, checksums,
/// FCS and segmentation. Works on slices of memory that belongs to others; what must change is copied into
/// a batch's scratch memory first.
///
/// Front class: [dev.doorbell.frame.FrameBatch]; where frames go is a [dev.doorbell.frame.FrameBackend]. A
/// batch belongs to one loop thread at a time.
@NullMarked
package dev.doorbell.frame;

import org.jspecify.annotations.NullMarked;
