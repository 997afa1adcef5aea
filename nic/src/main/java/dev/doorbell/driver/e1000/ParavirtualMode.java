package dev.doorbell.driver.e1000;

import static dev.doorbell.register.ParavirtualRegister.CSBAH;
import static dev.doorbell.register.ParavirtualRegister.CSBAL;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.chip.Registers;
import dev.doorbell.driver.ring.ReceiveRing;
import dev.doorbell.driver.ring.TransmitDoorbell;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.register.CommunicationBlock;
import org.jspecify.annotations.Nullable;

/// Whether driver and card share a page just now, and how they begin and end that. The driver's thread.
final class ParavirtualMode {
    private final Registers registers;
    private final DriverMemory memory;
    private @Nullable ParavirtualPage page; // taken when first needed
    private @Nullable ParavirtualPage shared; // while it counts
    private boolean interrupts; // whether any are wanted at all

    ParavirtualMode(Registers registers, DriverMemory memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /// Gives the card the page. Both tails are in the registers.
    ///
    /// @throws IllegalArgumentException when the card has none, or does not take ours
    void begin(int transmitTail, int receiveTail) {
        if (!offered())
            throw new IllegalArgumentException(
                    "doorbells: this card shares no page: paravirtual needs an e1000 with paravirt=on");
        ParavirtualPage ours = page;
        if (ours == null) {
            try {
                ours = new ParavirtualPage(memory);
            } catch (IllegalStateException full) {
                throw new IllegalArgumentException("doorbells: paravirtual needs a page of driver memory", full);
            }
            page = ours;
        }
        ours.prepare(transmitTail, receiveTail, interrupts);
        registers.write(CSBAH, (int) (ours.iova() >>> 32));
        registers.write(CSBAL, (int) ours.iova()); // moves the page
        if (registers.read(CSBAL) != (int) ours.iova()) {
            end();
            throw new IllegalArgumentException("doorbells: the card does not take the page: its memory must be mapped");
        }
        shared = ours;
    }

    private boolean offered() {
        return registers.subsystemId() == CommunicationBlock.SUBSYSTEM_ID;
    }

    /// Takes the page away, also one that another driver left: no software reset does. Kicks that are on
    /// their way come before; the tails belong into the registers then.
    void end() {
        shared = null;
        if (!offered()) return;
        registers.write(CSBAH, 0);
        registers.write(CSBAL, 0);
    }

    /// Interrupts were enabled or disabled.
    void interrupts(boolean enabled) {
        interrupts = enabled;
        ParavirtualPage now = shared;
        if (now == null) return;
        now.noInterrupts(true);
        if (enabled) now.askForInterrupt(false);
        else now.noInterrupts(false);
    }

    /// @return whether TDT must be written
    boolean announceTransmit(int tail) {
        return shared == null || shared.announceTransmit(tail);
    }

    /// @return whether RDT must be written
    boolean announceReceive(int tail) {
        return shared == null || shared.announceReceive(tail);
    }

    /// Sends; while frames find no room, what gets free interrupts.
    int transmit(TransmitDoorbell doorbell, FrameBatch batch, int from) {
        int taken = doorbell.transmit(batch, from);
        ParavirtualPage now = shared;
        if (now == null || !interrupts) return taken;
        if (from + taken == batch.size()) {
            if (now.wantsInterrupts(true)) now.noInterrupts(true);
            return taken;
        }
        now.askForInterrupt(true);
        return taken + doorbell.transmit(batch, from + taken); // what got free just before is seen here
    }

    /// Receives; while there is nothing, what comes interrupts.
    int receive(ReceiveRing ring, FrameBatch batch) {
        int frames = ring.receive(batch);
        ParavirtualPage now = shared;
        if (now == null || !interrupts) return frames;
        if (frames == 0 && !now.wantsInterrupts(false)) {
            now.askForInterrupt(false);
            frames = ring.receive(batch); // what came just before is seen here
        }
        if (frames > 0 && now.wantsInterrupts(false)) now.noInterrupts(false);
        return frames;
    }
}
