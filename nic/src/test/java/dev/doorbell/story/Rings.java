package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Bits.TCTL_PSP;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDBAL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDLEN;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDBAL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDLEN;
import static dev.doorbell.register.E1000Register.TDT;

import dev.doorbell.ring.LegacyTransmitDescriptor;

/// A guest's driver in a few lines: a transmit ring, a receive ring and their buffers, at fixed places of
/// the bench's memory. Tests that care about a register write it themselves, before or after.
public final class Rings {
    public static final int ENTRIES = 64;
    public static final long TRANSMIT_RING = 0x1_0000;
    public static final long RECEIVE_RING = 0x2_0000;
    /// Transmit buffers, one after the other as tests put them there.
    public static final long TRANSMIT_BUFFERS = 0x10_0000;
    /// Receive buffer `i` lies at this address plus 16 KiB times `i`.
    public static final long RECEIVE_BUFFERS = 0x40_0000;

    public static final int RECEIVE_STRIDE = 0x4000;
    private static final int DESCRIPTOR_BYTES = 16;

    private final Bench bench;
    private long nextBuffer = TRANSMIT_BUFFERS;
    private int transmitTail;
    private int transmitEntries = ENTRIES;

    public Rings(Bench bench) {
        this.bench = bench;
    }

    /// A bench with link, both rings set up, transmitter on, receiver on with 2 KiB buffers in every slot
    /// but one.
    public static Rings running() {
        return new Rings(Bench.withLink()).startTransmit().startReceive();
    }

    public Bench bench() {
        return bench;
    }

    /// Sets up the transmit ring and turns the transmitter on.
    public Rings startTransmit() {
        return startTransmit(ENTRIES);
    }

    public Rings startTransmit(int entries) {
        transmitEntries = entries;
        transmitTail = 0;
        bench.write(TDBAL, (int) TRANSMIT_RING);
        bench.write(TDLEN, entries * DESCRIPTOR_BYTES);
        bench.write(TDH, 0);
        bench.write(TDT, 0);
        bench.write(TCTL, TCTL_EN | TCTL_PSP);
        return this;
    }

    /// Sets up the receive ring with a buffer in every slot, gives all but one to the card and turns the
    /// receiver on.
    public Rings startReceive() {
        return startReceive(RCTL_EN | RCTL_BAM | RCTL_SECRC);
    }

    public Rings startReceive(int control) {
        for (int i = 0; i < ENTRIES; i++) putReceive(i, receiveBuffer(i));
        bench.write(RDBAL, (int) RECEIVE_RING);
        bench.write(RDLEN, ENTRIES * DESCRIPTOR_BYTES);
        bench.write(RDH, 0);
        bench.write(RDT, ENTRIES - 1);
        bench.write(RCTL, control);
        return this;
    }

    /// Writes a descriptor into a slot of the transmit ring.
    public void putTransmit(int index, long word0, long word1) {
        bench.memory.putLong(TRANSMIT_RING + (long) index * DESCRIPTOR_BYTES, word0);
        bench.memory.putLong(TRANSMIT_RING + (long) index * DESCRIPTOR_BYTES + 8, word1);
    }

    /// Appends a descriptor behind the last one appended; the doorbell is [#ring()].
    public Rings append(long word0, long word1) {
        putTransmit(transmitTail, word0, word1);
        transmitTail = (transmitTail + 1) % transmitEntries;
        return this;
    }

    /// Appends a legacy descriptor with these bytes in a buffer of its own.
    public Rings append(byte[] content, long command) {
        return append(content, command, 0);
    }

    public Rings append(byte[] content, long command, int vlanTag) {
        return append(buffer(content), LegacyTransmitDescriptor.word1(content.length, 0, 0, command, vlanTag));
    }

    /// Puts bytes into the next free transmit buffer.
    public long buffer(byte[] content) {
        long at = nextBuffer;
        bench.memory.put(at, content);
        nextBuffer += content.length + 3; // no alignment to lean on
        return at;
    }

    /// Writes TDT behind the last descriptor appended, and lets the card run.
    public Rings ring() {
        doorbell();
        bench.runUntilIdle();
        return this;
    }

    /// Only the register write.
    public Rings doorbell() {
        bench.write(TDT, transmitTail);
        return this;
    }

    public int transmitTail() {
        return transmitTail;
    }

    /// Word 1 of a transmit descriptor as it stands in memory.
    public long transmitWord1(int index) {
        return bench.memory.getLong(TRANSMIT_RING + (long) index * DESCRIPTOR_BYTES + 8);
    }

    public void putReceive(int index, long buffer) {
        bench.memory.putLong(RECEIVE_RING + (long) index * DESCRIPTOR_BYTES, buffer);
        bench.memory.putLong(RECEIVE_RING + (long) index * DESCRIPTOR_BYTES + 8, 0);
    }

    public static long receiveBuffer(int index) {
        return RECEIVE_BUFFERS + (long) index * RECEIVE_STRIDE;
    }

    /// Word 1 of a receive descriptor as it stands in memory.
    public long receiveWord1(int index) {
        return bench.memory.getLong(RECEIVE_RING + (long) index * DESCRIPTOR_BYTES + 8);
    }

    /// The first bytes of a receive buffer.
    public byte[] received(int index, int lengthBytes) {
        return bench.memory.get(receiveBuffer(index), lengthBytes);
    }
}
