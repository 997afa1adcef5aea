/// The Intel 82540EM and 82545EM, register by register.
///
/// Front class: [dev.doorbell.device.e1000.E1000]. `Controller` wires the units and says what every register access
/// does; `TransmitUnit` and `ReceiveUnit` move frames; `Phy`, `EepromPort`, `FlowControl` and the delays are the rest
/// of the chip. Everything belongs to the card's one loop thread, which steps it through `doWork` and its timeline.
/// Citations `317453` are the 8254x Software Developer's Manual, rev 4.0.
@NullMarked
package dev.doorbell.device.e1000;

import org.jspecify.annotations.NullMarked;
