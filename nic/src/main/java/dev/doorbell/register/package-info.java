/// Registers as tables of facts: where each lies, how it may be accessed, what it holds after reset.
///
/// Front classes: [dev.doorbell.register.Register] with one enum per chip, [dev.doorbell.register.RegisterFile] for the
/// values. What an access *does* is attached by the device.
@NullMarked
package dev.doorbell.register;

import org.jspecify.annotations.NullMarked;
