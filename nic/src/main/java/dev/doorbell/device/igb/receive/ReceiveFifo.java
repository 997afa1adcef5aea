package dev.doorbell.device.igb.receive;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.link.FlowControl;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.register.RegisterFile;

/// Frames that wait in the card for a descriptor: from the wire, and from our own transmitter (loopback, pools).
public final class ReceiveFifo {
    public ReceiveFifo(
            RegisterFile registers,
            Interrupts interrupts,
            Statistics statistics,
            FlowControl flow,
            CounterTable<IgbCounter> counters) {}

    /// Whether a looped frame of `lengthBytes` can be taken now without loss. False while frames wait that the receiver
    /// can still store: the transmitter then holds its queue, as the chip's internal path would.
    public boolean takesLooped(int lengthBytes) {
        return true;
    }

    /// Takes a copy of a frame of our own transmitter. A frame that finds no room is dropped and counted (MPC).
    ///
    /// @param originPool pool of the queue that sent it
    public void loop(FrameBatch batch, int frame, int originPool) {}
}
