/// The Intel 82540EM and 82545EM. Front class: `E1000`.
@NullMarked
package dev.doorbell.device.e1000;

import org.jspecify.annotations.NullMarked;
