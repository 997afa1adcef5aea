/// The gate: tap, sockets, hub, loopback, null, and decorators that stack on any of them.
///
/// Front class: `Backends`, which opens a backend from its options.
@NullMarked
package dev.doorbell.backend;

import org.jspecify.annotations.NullMarked;
