/// Transmit queues: descriptors become frames, frames leave, descriptors are written back.
///
/// Front class: [dev.doorbell.device.igb.transmit.Transmitter], which knows the queues that have work. A step of one
/// queue is a `TransmitStep`: the `TransmitAssembler` makes frames of fetched descriptors with the help of
/// `TransmitFraming`, the `TransmitExit` sends them, the queue's `TransmitCompletion` tells the guest. The card's loop
/// thread calls everything, timers included.
@NullMarked
package dev.doorbell.device.igb.transmit;

import org.jspecify.annotations.NullMarked;
