/// Guest memory as a card sees it: bus addresses (IOVA), mapped regions, and what happens where nothing is
/// mapped.
///
/// Front class: [dev.doorbell.memory.DmaMemory]. Everything here belongs to one card's loop thread.
@NullMarked
package dev.doorbell.memory;

import org.jspecify.annotations.NullMarked;
