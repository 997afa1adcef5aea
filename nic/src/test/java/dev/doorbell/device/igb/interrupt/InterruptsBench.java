package dev.doorbell.device.igb.interrupt;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.story.GuestMemory;
import dev.doorbell.time.VirtualTimeline;
import java.util.ArrayList;
import java.util.List;

/// The interrupts of a card alone: the test is its units, its guest and its clock.
final class InterruptsBench {
    static final int MESSAGES = 10;

    final VirtualTimeline time = new VirtualTimeline(1_000_000_000);
    final RegisterFile registers = new RegisterFile(IgbRegister.values(), IgbRegister.SPACE_BYTES);
    final CounterTable<IgbCounter> counters = new CounterTable<>(IgbCounter.class);
    /// What left, in order: a vector's number, or "up" and "down" of the line.
    final List<String> sent = new ArrayList<>();

    long sentAtNs;

    final Interrupts interrupts =
            new Interrupts(registers, time, new Slot(), counters, new InterruptGaps(), MESSAGES, 0);

    int read(IgbRegister register) {
        return registers.read(register.spec().offset());
    }

    int read(IgbRegister register, int index) {
        return registers.read(register.spec().offset(index));
    }

    void write(IgbRegister register, int value) {
        registers.write(register.spec().offset(), value);
    }

    void write(IgbRegister register, int index, int value) {
        registers.write(register.spec().offset(index), value);
    }

    /// What left since the last call.
    List<String> take() {
        List<String> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    private final class Slot implements PciPort {
        private final DmaMemory memory = new GuestMemory(4096);

        @Override
        public DmaMemory memory() {
            return memory;
        }

        @Override
        public void setInterruptLine(boolean asserted) {
            sent.add(asserted ? "up" : "down");
            sentAtNs = time.nowNs();
        }

        @Override
        public void sendMessage(int vector) {
            if (vector < 0 || vector >= MESSAGES) throw new AssertionError("vector " + vector);
            sent.add(Integer.toString(vector));
            sentAtNs = time.nowNs();
        }

        @Override
        public boolean busMaster() {
            return true;
        }
    }
}
