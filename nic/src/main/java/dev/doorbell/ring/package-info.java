/// The belt: descriptor views, head and tail arithmetic, fetch and write-back.
///
/// Front class: [dev.doorbell.ring.DescriptorRing]. The descriptor classes name the fields of fetched words
/// and build such words; card and driver share them. Everything here belongs to one loop thread.
@NullMarked
package dev.doorbell.ring;

import org.jspecify.annotations.NullMarked;
