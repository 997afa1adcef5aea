/// AF_XDP sockets: the memory that is shared with the kernel, its four rings, and the socket itself;
/// documented in the kernel's `networking/af_xdp.rst` and linux/if_xdp.h. Front class:
/// [dev.doorbell.linux.xdp.XdpSocket]. What a queue does with them is `backend.afxdp`'s. One thread per
/// socket.
@NullMarked
package dev.doorbell.linux.xdp;

import org.jspecify.annotations.NullMarked;
