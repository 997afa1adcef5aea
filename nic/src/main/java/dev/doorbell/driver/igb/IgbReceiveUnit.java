package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.*;
import static dev.doorbell.register.IgbRegister.*;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.FramePool;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.ReceivedChecksum;
import dev.doorbell.driver.chip.Registers;
import dev.doorbell.frame.FrameBatch;

/// The way in: a ring per queue, the unit that fills them, and how it spreads frames over them.
/// 82576 DS 4.5.9
final class IgbReceiveUnit {
    private static final int RCTL_PMCF = 1 << 23; // PAUSE frames too: what looks like one may be data
    private static final int RETA_ENTRIES_PER_REGISTER = 4;
    private static final int HASH_KEY_SEED = 0x9E37_79B9; // any key does that is not all zeros

    private final Registers registers;
    private final IgbDriverOptions options;
    private final Delay delay;
    private final IgbReceiveRing[] rings;
    private final int giveBackAt; // descriptors that are worth a write of RDT
    private int first; // queue that is asked first, in turn, so that none starves
    private long doorbells;

    IgbReceiveUnit(Registers registers, DriverMemory memory, IgbDriverOptions options, Delay delay) {
        this.registers = registers;
        this.options = options;
        this.delay = delay;
        rings = new IgbReceiveRing[options.receiveQueues()];
        for (int i = 0; i < rings.length; i++)
            rings[i] = new IgbReceiveRing(memory, options.ringEntries(), options.bufferBytes(), options.ownBuffers());
        giveBackAt = options.ringEntries() / 4;
    }

    /// The card has forgotten everything.
    void reset() {
        for (IgbReceiveRing ring : rings) ring.fill();
    }

    /// Addresses, rings, spreading; each queue is on before it gets its descriptors.
    void initialize() {
        registers.write(RLPML, IgbDriver.MAX_WIRE_BYTES);
        for (int queue = 0; queue < rings.length; queue++) initialize(queue);
        spread();
        registers.write(RCTL, control());
        for (int queue = 0; queue < rings.length; queue++) registers.write(RDT, queue, rings[queue].tail());
    }

    private void initialize(int queue) {
        IgbReceiveRing ring = rings[queue];
        registers.write(RXDCTL, queue, 0);
        registers.write(RDBAL, queue, (int) ring.baseIova());
        registers.write(RDBAH, queue, (int) (ring.baseIova() >>> 32));
        registers.write(RDLEN, queue, ring.sizeBytes());
        registers.write(SRRCTL, queue, DESCTYPE_ONE_BUFFER << SRRCTL_DESCTYPE_SHIFT | options.bufferBytes() / 1024);
        registers.write(RDH, queue, 0);
        registers.write(RDT, queue, 0);
        registers.write(RXDCTL, queue, RXDCTL_ENABLE | IgbQueues.THRESHOLDS);
        IgbQueues.await(registers, delay, RXDCTL, queue, RXDCTL_ENABLE);
    }

    /// Several queues share IP traffic by the hash of its addresses and ports; everything else goes to
    /// the first. Descriptors report the hash, with one queue as well: the other choice is a sum over each
    /// frame, which the card would make for nobody.
    private void spread() {
        registers.setBits(RXCSUM, RXCSUM_PCSD);
        if (rings.length == 1) {
            registers.write(MRQC, 0);
            return;
        }
        for (int i = 0; i < RSSRK.spec().count(); i++) registers.write(RSSRK, i, HASH_KEY_SEED * (i + 1));
        for (int i = 0; i < RETA.spec().count(); i++) {
            int entries = 0;
            for (int entry = 0; entry < RETA_ENTRIES_PER_REGISTER; entry++)
                entries |= (RETA_ENTRIES_PER_REGISTER * i + entry) % rings.length << (8 * entry);
            registers.write(RETA, i, entries);
        }
        registers.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4 | MRQC_IPV4_TCP | MRQC_IPV6 | MRQC_IPV6_TCP);
    }

    private int control() {
        int control = RCTL_EN | RCTL_BAM | RCTL_LPE | RCTL_SECRC;
        if (options.promiscuous()) control |= RCTL_UPE | RCTL_MPE | RCTL_PMCF;
        if (options.loopback() == Loopback.MAC) control |= LBM_MAC << RCTL_LBM_SHIFT;
        return control;
    }

    void usePool(FramePool pool) {
        for (IgbReceiveRing ring : rings) ring.usePool(pool);
    }

    /// Gives the card's buffers back to the pool; the card has stopped.
    void release() {
        for (IgbReceiveRing ring : rings) ring.release();
    }

    /// Of a frame of the last batch.
    ReceivedChecksum checksumOf(FrameBatch batch, int frame) {
        return ring(rings.length > 1 ? batch.queue(frame) : 0).checksumOf(frame);
    }

    int queues() {
        return rings.length;
    }

    /// Frames of all queues, each queue's in their order; which queue comes first changes every time.
    int receive(FrameBatch batch) {
        if (rings.length == 1) return receive(0, batch);
        int frames = 0;
        int queue = first;
        first = next(first);
        for (int i = 0; i < rings.length; i++) {
            frames += receive(queue, batch);
            queue = next(queue);
        }
        return frames;
    }

    private int next(int queue) {
        return queue + 1 == rings.length ? 0 : queue + 1;
    }

    /// Frames of one queue; where there are several the batch names it.
    int receive(int queue, FrameBatch batch) {
        IgbReceiveRing ring = ring(queue);
        if (ring.heldBySoftware() >= giveBackAt && ring.giveBack() > 0) ringDoorbell(queue);
        int before = batch.size();
        int frames = ring.receive(batch);
        if (rings.length > 1) for (int i = before; i < before + frames; i++) batch.queue(i, queue);
        return frames;
    }

    /// @throws IllegalArgumentException for a queue that is not in use
    IgbReceiveRing ring(int queue) {
        if (queue < 0 || queue >= rings.length)
            throw new IllegalArgumentException("receive queue " + queue + " of " + rings.length);
        return rings[queue];
    }

    /// Gives the card what was given back to the ring of a queue.
    void ringDoorbell(int queue) {
        registers.write(RDT, queue, ring(queue).tail());
        doorbells++;
    }

    long doorbells() {
        return doorbells;
    }
}
