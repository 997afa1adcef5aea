package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.*;
import static dev.doorbell.register.IgbRegister.*;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.FramePool;
import dev.doorbell.driver.chip.Registers;
import dev.doorbell.driver.ring.TransmitDoorbell;
import dev.doorbell.frame.FrameBatch;

/// The way out: a ring and a doorbell per queue, and the unit that they feed. 82576 DS 4.5.10
final class IgbTransmitUnit {
    private static final int TCTL_CT = 0x0F << 4;
    private static final int TCTL_COLD = 0x40 << 12; // full duplex
    private static final int TCTL_RTLC = 1 << 24;

    private final Registers registers;
    private final Delay delay;
    private final IgbTransmitRing[] rings;
    private final TransmitDoorbell[] doorbells;

    IgbTransmitUnit(Registers registers, DriverMemory memory, IgbDriverOptions options, Delay delay) {
        this.registers = registers;
        this.delay = delay;
        rings = new IgbTransmitRing[options.transmitQueues()];
        doorbells = new TransmitDoorbell[rings.length];
        for (int i = 0; i < rings.length; i++) {
            int queue = i;
            rings[i] = new IgbTransmitRing(
                    memory,
                    options.ringEntries(),
                    options.bufferBytes(),
                    options.ownBuffers(),
                    options.headWriteBack());
            doorbells[i] = new TransmitDoorbell(rings[i], tail -> registers.write(TDT, queue, tail));
        }
    }

    /// The card has forgotten everything.
    void reset() {
        for (IgbTransmitRing ring : rings) ring.empty();
        for (TransmitDoorbell doorbell : doorbells) doorbell.reset();
    }

    /// Each queue, then the unit.
    void initialize() {
        for (int queue = 0; queue < rings.length; queue++) initialize(queue);
        registers.write(TCTL, TCTL_EN | TCTL_PSP | TCTL_CT | TCTL_COLD | TCTL_RTLC);
    }

    private void initialize(int queue) {
        IgbTransmitRing ring = rings[queue];
        registers.write(TXDCTL, queue, 0);
        registers.write(TDBAL, queue, (int) ring.baseIova());
        registers.write(TDBAH, queue, (int) (ring.baseIova() >>> 32));
        registers.write(TDLEN, queue, ring.sizeBytes());
        registers.write(TDH, queue, 0);
        registers.write(TDT, queue, 0);
        long head = ring.headIova();
        registers.write(TDWBAH, queue, (int) (head >>> 32));
        registers.write(TDWBAL, queue, head == 0 ? 0 : (int) head | TDWBAL_HEAD_WB_EN);
        registers.write(TXDCTL, queue, TXDCTL_ENABLE | IgbQueues.THRESHOLDS);
        IgbQueues.await(registers, delay, TXDCTL, queue, TXDCTL_ENABLE);
    }

    void usePool(FramePool pool) {
        for (IgbTransmitRing ring : rings) ring.usePool(pool);
    }

    /// Gives the card's buffers back to the pool; the card has stopped.
    void release() {
        for (IgbTransmitRing ring : rings) ring.release();
    }

    int queues() {
        return rings.length;
    }

    /// @throws IllegalArgumentException for a queue that is not in use
    int check(int queue) {
        if (queue < 0 || queue >= rings.length)
            throw new IllegalArgumentException("transmit queue " + queue + " of " + rings.length);
        return queue;
    }

    int transmit(int queue, FrameBatch batch, int from) {
        return doorbells[check(queue)].transmit(batch, from);
    }

    boolean idle() {
        int waiting = 0;
        for (IgbTransmitRing ring : rings) {
            ring.clean();
            waiting += ring.waiting();
        }
        return waiting == 0;
    }

    IgbTransmitRing ring(int queue) {
        return rings[check(queue)];
    }

    /// Gives the card what was put into the ring of a queue.
    void ringDoorbell(int queue) {
        doorbells[check(queue)].flush();
    }

    /// The transmit interrupt of a queue, or one that could be.
    void interrupt(int queue) {
        doorbells[queue].interrupt();
    }

    long doorbells() {
        long count = 0;
        for (TransmitDoorbell doorbell : doorbells) count += doorbell.count();
        return count;
    }

    void doorbells(DoorbellPolicy policy) {
        for (TransmitDoorbell doorbell : doorbells) doorbell.policy(policy);
    }

    DoorbellPolicy doorbellPolicy() {
        return doorbells[0].policy();
    }
}
