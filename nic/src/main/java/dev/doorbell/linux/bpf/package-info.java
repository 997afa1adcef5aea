/// The program that gives an interface's frames to AF_XDP sockets, by bpf(2): loaded, attached as a
/// link that goes with its last descriptor, and its map of sockets. Front class:
/// [dev.doorbell.linux.bpf.XdpProgram]. Not for the data path.
@NullMarked
package dev.doorbell.linux.bpf;

import org.jspecify.annotations.NullMarked;
