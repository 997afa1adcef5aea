/// The desk: what a register write means. [NetworkCard] is any card as its operator sees it; one
/// folder per card; `interrupt/` holds causes, masks and moderation, `phy/` what every gigabit PHY
/// has, `flow/` PAUSE.
///
/// Cards are sans-IO: register accesses, guest memory, frames and time come in; values, DMA, frames
/// and interrupts go out.
@NullMarked
package dev.doorbell.device;

import org.jspecify.annotations.NullMarked;
