/// Lost wake-ups, looked for with jcstress: the real classes of both sides of a shared page, and beside
/// each handshake the same one without its fence, whose failure shows that the search can find one.
@NullMarked
package dev.doorbell.stress;

import org.jspecify.annotations.NullMarked;
