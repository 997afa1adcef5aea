package dev.doorbell.story;

import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.E1000Register;
import dev.doorbell.time.VirtualTimeline;

/// An 82540EM in a slot of the bench: the test is its guest, its network and its clock.
public final class Bench {
    /// 52:54:00:12:34:56.
    public static final long MAC = 0x5254_0012_3456L;

    /// More duty cycles than any story needs.
    private static final int CYCLE_LIMIT = 100_000;

    public final VirtualTimeline time = new VirtualTimeline(1_000_000_000);
    public final GuestMemory memory = new GuestMemory(8 << 20);
    public final Wire wire;
    public final E1000 card;
    private boolean busMaster = true;
    private boolean line;
    private int interrupts;
    private long interruptAtNs;

    /// A card after power-on; auto-negotiation has just begun.
    public Bench() {
        this(new E1000Options(E1000Model.I82540EM, MAC), new Wire());
    }

    public Bench(E1000Options options, Wire wire) {
        this.wire = wire;
        card = new E1000(options, time, wire);
        card.attach(new Slot());
        card.reset();
    }

    /// A card with its link up and no cause pending.
    public static Bench withLink() {
        return new Bench().awaitLink();
    }

    /// Lets auto-negotiation finish and takes back the cause it raised.
    public Bench awaitLink() {
        advance(E1000Options.AUTO_NEGOTIATION_NS);
        read(E1000Register.ICR);
        return this;
    }

    public int read(E1000Register register) {
        return readAt(register.spec().offset());
    }

    public int read(E1000Register register, int index) {
        return readAt(register.spec().offset(index));
    }

    public int readAt(int offset) {
        return (int) card.readBar(0, offset, 4);
    }

    public void write(E1000Register register, int value) {
        writeAt(register.spec().offset(), value);
    }

    public void write(E1000Register register, int index, int value) {
        writeAt(register.spec().offset(index), value);
    }

    public void writeAt(int offset, int value) {
        card.writeBar(0, offset, 4, Integer.toUnsignedLong(value));
    }

    /// Duty cycles until the card has nothing to do at this instant.
    public void runUntilIdle() {
        for (int cycle = 0; cycle < CYCLE_LIMIT; cycle++) if (card.doWork() == 0) return;
        throw new AssertionError("the card is still busy after " + CYCLE_LIMIT + " duty cycles");
    }

    /// Moves time on, runs the timers on the way and then the card.
    public void advance(long ns) {
        time.advance(ns);
        runUntilIdle();
    }

    /// The guest turns bus mastering on or off: the slot's memory then opens or refuses.
    public void busMaster(boolean enabled) {
        busMaster = enabled;
        memory.open(enabled);
        card.busMasterChanged(enabled);
    }

    /// Level of the interrupt line.
    public boolean line() {
        return line;
    }

    /// Assertions of the interrupt line so far.
    public int interruptCount() {
        return interrupts;
    }

    /// When the line was asserted last.
    public long interruptAtNs() {
        return interruptAtNs;
    }

    public long counter(E1000Counter counter) {
        return card.counters().get(counter);
    }

    private final class Slot implements PciPort {
        @Override
        public DmaMemory memory() {
            return memory;
        }

        @Override
        public void setInterruptLine(boolean asserted) {
            if (asserted == line) throw new AssertionError("the line is already " + asserted);
            line = asserted;
            if (!asserted) return;
            interrupts++;
            interruptAtNs = time.nowNs();
        }

        @Override
        public void sendMessage(int vector) {
            throw new AssertionError("this chip has no MSI-X");
        }

        @Override
        public boolean busMaster() {
            return busMaster;
        }
    }
}
