package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.TCTL_EN;
import static dev.doorbell.register.IgbBits.TCTL_PSP;
import static dev.doorbell.register.IgbBits.TXDCTL_ENABLE;
import static dev.doorbell.register.IgbRegister.TCTL;
import static dev.doorbell.register.IgbRegister.TDBAH;
import static dev.doorbell.register.IgbRegister.TDBAL;
import static dev.doorbell.register.IgbRegister.TDH;
import static dev.doorbell.register.IgbRegister.TDLEN;
import static dev.doorbell.register.IgbRegister.TDT;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.EOP;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IFCS;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.RS;

import dev.doorbell.ring.AdvancedTransmitContext;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.story.Packet;

/// A guest's driver of one transmit queue in a few lines. Ring and buffers of queue n lie at fixed places of the
/// bench's
/// memory. Tests that care about a register write it themselves, before or after.
public final class TransmitRing {
    public static final int ENTRIES = 64;

    /// What a driver says at a packet's last descriptor.
    public static final long SEND = EOP | IFCS | RS;

    private static final long FIRST_RING = 0x80_0000;
    private static final long RING_STRIDE = 0x2_0000;
    private static final long FIRST_BUFFERS = 0xA0_0000;
    private static final long BUFFERS_STRIDE = 0x6_0000;
    private static final int DESCRIPTOR_BYTES = 16;

    private final IgbBench bench;
    private final int queue;
    private int entries = ENTRIES;
    private int tail;
    private long nextBuffer;

    private TransmitRing(IgbBench bench, int queue) {
        this.bench = bench;
        this.queue = queue;
        nextBuffer = buffers();
    }

    /// Sets up a queue with [#ENTRIES] descriptors and turns it and the transmitter on.
    public static TransmitRing start(IgbBench bench, int queue) {
        return start(bench, queue, ENTRIES);
    }

    /// @param entries a multiple of 8, at most 8192
    public static TransmitRing start(IgbBench bench, int queue, int entries) {
        TransmitRing ring = new TransmitRing(bench, queue);
        ring.restart(entries);
        return ring;
    }

    /// Sets the queue up anew, as a driver does that comes back: everything from the start, its control last.
    public void restart(int newEntries) {
        entries = newEntries;
        tail = 0;
        nextBuffer = buffers();
        bench.write(TXDCTL, queue, 0);
        bench.write(TDLEN, queue, entries * DESCRIPTOR_BYTES);
        bench.write(TDBAL, queue, (int) base());
        bench.write(TDBAH, queue, 0);
        bench.write(TDH, queue, 0);
        bench.write(TDT, queue, 0);
        bench.write(TXDCTL, queue, TXDCTL_ENABLE);
        bench.write(TCTL, bench.read(TCTL) | TCTL_EN | TCTL_PSP);
    }

    public IgbBench bench() {
        return bench;
    }

    public int queue() {
        return queue;
    }

    /// Guest address of the ring.
    public long base() {
        return FIRST_RING + queue * RING_STRIDE;
    }

    private long buffers() {
        return FIRST_BUFFERS + queue * BUFFERS_STRIDE;
    }

    public int tail() {
        return tail;
    }

    public int head() {
        return bench.read(TDH, queue);
    }

    /// Writes a descriptor into a slot.
    public void put(int index, long word0, long word1) {
        bench.memory.putLong(base() + (long) index * DESCRIPTOR_BYTES, word0);
        bench.memory.putLong(base() + (long) index * DESCRIPTOR_BYTES + 8, word1);
    }

    /// Appends a descriptor behind the last one appended; the doorbell is [#ring()].
    public TransmitRing append(long word0, long word1) {
        put(tail, word0, word1);
        tail = (tail + 1) % entries;
        return this;
    }

    /// Appends a frame in a buffer of its own, as it is.
    public TransmitRing append(byte[] frame) {
        return append(frame, SEND);
    }

    /// Appends one data descriptor with these bytes in a buffer of its own; context slot 0.
    ///
    /// @param command bits of [AdvancedTransmitDescriptor]
    public TransmitRing append(byte[] content, long command) {
        return append(buffer(content), AdvancedTransmitDescriptor.word1(content.length, command, 0, content.length));
    }

    /// Appends a context.
    ///
    /// @param type bits of [AdvancedTransmitContext]
    public TransmitRing appendContext(int slot, long type, int macBytes, int ipBytes, int layer4Bytes, int mss) {
        return append(
                AdvancedTransmitContext.word0(macBytes, ipBytes, 0),
                AdvancedTransmitContext.word1(type, slot, layer4Bytes, mss));
    }

    /// Appends a context that only holds a VLAN tag.
    public TransmitRing appendTagContext(int slot, int tag) {
        return append(AdvancedTransmitContext.word0(14, 0, tag), AdvancedTransmitContext.word1(0, slot, 0, 0));
    }

    /// Appends the context of a packet's headers.
    public TransmitRing appendContext(Packet packet, int mss) {
        return appendContext(0, typeOf(packet), 14, packet.layer4Start() - 14, layer4Bytes(packet), mss);
    }

    private static long typeOf(Packet packet) {
        return (packet.isIpv4() ? AdvancedTransmitContext.IPV4 : 0)
                | (packet.isTcp() ? AdvancedTransmitContext.TCP : AdvancedTransmitContext.UDP);
    }

    private static int layer4Bytes(Packet packet) {
        return packet.headerBytes() - packet.layer4Start();
    }

    /// Appends a context and one data descriptor that has the packet cut after every `mss` bytes of payload.
    public TransmitRing appendSegmented(Packet packet, int mss) {
        appendContext(packet, mss);
        byte[] frame = packet.prototype();
        return append(
                buffer(frame),
                AdvancedTransmitDescriptor.word1(frame.length, SEND | segmentation(packet), 0, packet.payloadBytes()));
    }

    /// What the first data descriptor of a packet to be segmented asks for.
    public static long segmentation(Packet packet) {
        return AdvancedTransmitDescriptor.TSE
                | AdvancedTransmitDescriptor.TXSM
                | (packet.isIpv4() ? AdvancedTransmitDescriptor.IXSM : 0);
    }

    /// Puts bytes into the next free buffer.
    public long buffer(byte[] content) {
        long at = nextBuffer;
        bench.memory.put(at, content);
        nextBuffer += content.length + 3; // no alignment to lean on
        return at;
    }

    /// Writes TDT behind the last descriptor appended, and lets the card run.
    public TransmitRing ring() {
        doorbell();
        bench.runUntilIdle();
        return this;
    }

    /// Only the register write.
    public TransmitRing doorbell() {
        bench.write(TDT, queue, tail);
        return this;
    }

    /// Word 1 of a descriptor as it stands in memory.
    public long word1(int index) {
        return bench.memory.getLong(base() + (long) index * DESCRIPTOR_BYTES + 8);
    }

    /// Whether a descriptor was written back.
    public boolean done(int index) {
        return AdvancedTransmitDescriptor.done(word1(index));
    }
}
