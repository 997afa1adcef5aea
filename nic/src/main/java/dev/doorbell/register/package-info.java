/// Registers as tables of facts: where each lies, how it may be accessed, what it holds after reset.
///
/// Front classes: [dev.doorbell.register.Register], [dev.doorbell.register.RegisterFile]. What a write *does* is
/// attached
/// by the device.
@NullMarked
package dev.doorbell.register;

import org.jspecify.annotations.NullMarked;
