/// `af-xdp`: frames of a host interface through AF_XDP sockets, a socket per queue. Front class:
/// [dev.doorbell.backend.afxdp.AfXdpBackend]. One thread, the card's loop.
@NullMarked
package dev.doorbell.backend.afxdp;

import org.jspecify.annotations.NullMarked;
