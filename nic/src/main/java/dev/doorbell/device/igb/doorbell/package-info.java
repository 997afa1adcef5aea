/// Shared doorbells: pages of queue registers that a guest reaches without a message, and how the card
/// finds what the guest stored there. `docs/shared-doorbells.md` says what a guest must know, decision
/// 0010 why it is built this way.
///
/// Front class: [dev.doorbell.device.igb.doorbell.SharedDoorbells]. One thread: the card's loop.
@NullMarked
package dev.doorbell.device.igb.doorbell;

import org.jspecify.annotations.NullMarked;
