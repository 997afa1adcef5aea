package dev.doorbell.device.igb.transmit;

import static dev.doorbell.register.IgbRegister.TDBAH;
import static dev.doorbell.register.IgbRegister.TDBAL;
import static dev.doorbell.register.IgbRegister.TDH;
import static dev.doorbell.register.IgbRegister.TDLEN;
import static dev.doorbell.register.IgbRegister.TDT;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.DescriptorRing;

/// What belongs to one of the 16 queues: its ring, its contexts, the packet it is in the midst of, what it still has to
/// tell the guest.
final class TransmitQueue {
    /// Descriptors fetched ahead.
    static final int FETCH_DESCRIPTORS = 128;

    /// With as many at hand no more are fetched until the next doorbell: each frame of a paced queue would fetch one.
    private static final int ENOUGH_DESCRIPTORS = FETCH_DESCRIPTORS / 2;

    private static final int POOL_MASK = 7;

    final int number;
    final DescriptorRing ring = new DescriptorRing(FETCH_DESCRIPTORS);
    final TransmitContexts contexts = new TransmitContexts();
    final TransmitPacket packet = new TransmitPacket();
    final TransmitCompletion completion;

    private final RegisterFile registers;
    private final DmaMemory memory;
    private boolean ringWritten = true; // TDBAL, TDBAH, TDLEN or TDH, since the ring was set up
    private boolean headWritten = true;
    private boolean tailWritten;

    /// Frames that went out of the segmented packet at the ring's head.
    int segmentsSent;

    TransmitQueue(
            int number,
            RegisterFile registers,
            DmaMemory memory,
            Interrupts interrupts,
            CounterTable<IgbCounter> counters) {
        this.number = number;
        this.registers = registers;
        this.memory = memory;
        completion = new TransmitCompletion(number, registers, memory, ring, interrupts, counters);
    }

    /// Pool that the queue belongs to.
    int pool() {
        return number & POOL_MASK;
    }

    /// Forgets everything. The registers hold their new values already.
    void reset() {
        ring.configure(0, 0, 0);
        ring.forget();
        contexts.clear();
        packet.clear();
        completion.reset();
        segmentsSent = 0;
        ringWritten = true;
        headWritten = true;
    }

    /// The guest wrote a register of the ring's geometry.
    void ringWritten() {
        ringWritten = true;
        completion.forget();
    }

    /// The guest wrote TDH.
    void headWritten() {
        ringWritten();
        headWritten = true;
    }

    /// The guest wrote TDT.
    void tailWritten() {
        tailWritten = true;
    }

    int tail() {
        return registers.get(TDT, number);
    }

    /// Whether head and tail differ.
    boolean hasWork() {
        return (headWritten ? registers.get(TDH, number) : ring.head()) != tail();
    }

    /// Whether nothing is left of the work, after a step.
    boolean isEmpty() {
        return ring.head() == tail();
    }

    /// Whether part of a packet has left: a queue that is turned off finishes it.
    boolean isMidPacket() {
        return segmentsSent > 0 || packet.isCarried();
    }

    /// Takes over ring registers that were written: what was fetched and begun belongs to nothing then.
    ///
    /// @return whether that happened
    boolean setUp() {
        if (!ringWritten) return false;
        long base = (long) registers.get(TDBAH, number) << 32 | Integer.toUnsignedLong(registers.get(TDBAL, number));
        int head = headWritten ? registers.get(TDH, number) : ring.head();
        ring.configure(base, registers.get(TDLEN, number), head);
        ring.forget();
        packet.clear();
        segmentsSent = 0;
        if (headWritten) completion.headMoved();
        ringWritten = false;
        headWritten = false;
        tailWritten = true;
        return true;
    }

    /// Whether head and tail lie in the ring: a guest may have written anything.
    boolean isSound() {
        return ring.headInside() && tail() < ring.entries();
    }

    /// Fetches descriptors as far as they may be wanted now; as [DescriptorRing#fetch].
    int fetch() {
        if (!tailWritten && ring.fetched() >= ENOUGH_DESCRIPTORS) return DmaMemory.OK;
        int answer = ring.fetch(memory, tail());
        if (answer == DmaMemory.OK) tailWritten = false;
        return answer;
    }
}
