/// The gate: tap, sockets, hub, passt, captures, loopback, null, and decorators that stack on any of them.
///
/// Front class: [dev.doorbell.backend.Backends], which opens what [dev.doorbell.backend.BackendOptions] and
/// [dev.doorbell.backend.FilterOptions] name. A backend belongs to the loop of its card and is called by
/// that one thread only; the ports of a hub share a loop. Other threads may read the counters. Nothing here
/// blocks, except a capture that is written or read and the look-up of a host name when a backend
/// opens. What a backend waits for may change from call to call: ask for its descriptors before every poll.
@NullMarked
package dev.doorbell.backend;

import org.jspecify.annotations.NullMarked;
