/// Option strings in QEMU's manner (`kind,key=value,...`), read strictly and typed by the caller. A room of
/// the cellar: imports nothing of ours.
///
/// Front class: [dev.doorbell.option.OptionString].
@NullMarked
package dev.doorbell.option;

import org.jspecify.annotations.NullMarked;
