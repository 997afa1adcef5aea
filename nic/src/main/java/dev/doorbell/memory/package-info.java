/// Guest memory as a card sees it: bus addresses (IOVA), mapped ranges, and what happens where nothing is
/// mapped.
///
/// Front classes: [dev.doorbell.memory.DmaMemory], which cards use, and [dev.doorbell.memory.DmaTable],
/// which holds what a client mapped. Everything here belongs to one card's loop thread.
@NullMarked
package dev.doorbell.memory;

import org.jspecify.annotations.NullMarked;
