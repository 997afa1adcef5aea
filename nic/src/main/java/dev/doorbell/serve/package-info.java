/// Cards on their sockets: what the command line says of them ([dev.doorbell.serve.Wiring]), the loop that runs each
/// one, and all of them together ([dev.doorbell.serve.Service]).
@NullMarked
package dev.doorbell.serve;

import org.jspecify.annotations.NullMarked;
