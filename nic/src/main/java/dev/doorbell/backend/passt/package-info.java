/// User-mode networking for a card of an unprivileged user: a passt(1) as the peer of a stream.
///
/// Front class: [dev.doorbell.backend.passt.PasstProcess], which starts it, watches it and starts
/// it again.
@NullMarked
package dev.doorbell.backend.passt;

import org.jspecify.annotations.NullMarked;
