package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.DESCTYPE_LEGACY;
import static dev.doorbell.register.IgbBits.DESCTYPE_ONE_BUFFER;
import static dev.doorbell.register.IgbBits.RCTL_EN;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.SRRCTL_DESCTYPE_SHIFT;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RDBAH;
import static dev.doorbell.register.IgbRegister.RDBAL;
import static dev.doorbell.register.IgbRegister.RDH;
import static dev.doorbell.register.IgbRegister.RDLEN;
import static dev.doorbell.register.IgbRegister.RDT;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.SRRCTL;

import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// A guest's receive queue in a few lines: a ring, a packet buffer and a header buffer for every slot,
/// at fixed places of the bench's memory (its lower half). Tests that care about a register write it
/// themselves, before or after.
public final class ReceiveRing {
    public static final int ENTRIES = 64;
    /// Bytes from one packet buffer to the next, and the size that [#start()] gives in SRRCTL.
    public static final int PACKET_BYTES = 2048;

    /// Bytes from one header buffer to the next; SRRCTL may give less.
    public static final int HEADER_BYTES = 1024;

    /// Receiver on, broadcasts too, FCS stripped.
    public static final int RECEIVER_ON = RCTL_EN | 1 << 15 | 1 << 26;

    /// SRRCTL: 2 KiB packet buffers in one piece.
    public static final int ONE_BUFFER = DESCTYPE_ONE_BUFFER << SRRCTL_DESCTYPE_SHIFT | PACKET_BYTES >> 10;

    /// SRRCTL: the same with legacy descriptors.
    public static final int LEGACY = DESCTYPE_LEGACY << SRRCTL_DESCTYPE_SHIFT | PACKET_BYTES >> 10;

    private static final long RINGS = 0x10_0000;
    private static final long PACKETS = 0x20_0000;
    private static final long HEADERS = 0x40_0000;
    private static final int DESCRIPTOR_BYTES = 16;

    private final IgbBench bench;
    private final int queue;
    private int entries = ENTRIES;
    private int next; // the descriptor that the driver looks at next
    private boolean legacy;

    public ReceiveRing(IgbBench bench, int queue) {
        this.bench = bench;
        this.queue = queue;
    }

    /// A card with its link up, receiving into queue 0, all slots but one given to the card.
    public static ReceiveRing running() {
        ReceiveRing ring = new ReceiveRing(IgbBench.withLink(), 0).start();
        ring.bench.write(RCTL, RECEIVER_ON);
        return ring;
    }

    /// As [#running()], but every register access is a message, whether or not stories share pages:
    /// for what a shared page cannot do (read-only, masked and read-clear registers, changes that
    /// nobody is told of).
    public static ReceiveRing exact() {
        ReceiveRing ring = new ReceiveRing(IgbBench.byMessages().awaitLink(), 0).start();
        ring.bench.write(RCTL, RECEIVER_ON);
        return ring;
    }

    /// As [#running()] with other bits in SRRCTL.
    public static ReceiveRing running(int control) {
        ReceiveRing ring = new ReceiveRing(IgbBench.withLink(), 0).start(control);
        ring.bench.write(RCTL, RECEIVER_ON);
        return ring;
    }

    public IgbBench bench() {
        return bench;
    }

    /// Sets the queue up with a buffer in every slot, turns it on and gives all slots but one to the
    /// card.
    public ReceiveRing start() {
        return start(ONE_BUFFER);
    }

    /// As [#start()] with other bits in SRRCTL.
    public ReceiveRing start(int control) {
        return start(control, ENTRIES);
    }

    /// As [#start(int)] with another number of slots; at most 4096, where from the 65th on buffers are
    /// shared.
    public ReceiveRing start(int control, int slots) {
        entries = slots;
        next = 0;
        legacy = control >>> SRRCTL_DESCTYPE_SHIFT == 0;
        for (int i = 0; i < entries; i++) put(i);
        bench.write(RXDCTL, queue, 0);
        bench.write(RDBAL, queue, (int) ringIova());
        bench.write(RDBAH, queue, 0);
        bench.write(RDLEN, queue, entries * DESCRIPTOR_BYTES);
        bench.write(SRRCTL, queue, control);
        bench.write(RXDCTL, queue, RXDCTL_ENABLE);
        bench.write(RDH, queue, 0);
        return tail(entries - 1);
    }

    /// The doorbell.
    public ReceiveRing tail(int index) {
        bench.write(RDT, queue, index);
        return this;
    }

    /// RDH.
    public int head() {
        return bench.read(RDH, queue);
    }

    public int entries() {
        return entries;
    }

    public long ringIova() {
        return RINGS + queue * 0x1_0000L;
    }

    public long packetIova(int index) {
        return PACKETS + ((long) queue * ENTRIES + index % ENTRIES) * PACKET_BYTES;
    }

    public long headerIova(int index) {
        return HEADERS + ((long) queue * ENTRIES + index % ENTRIES) * HEADER_BYTES;
    }

    /// Writes a slot with the addresses of its own buffers.
    public void put(int index) {
        put(index, packetIova(index), legacy ? 0 : headerIova(index));
    }

    public void put(int index, long word0, long word1) {
        bench.memory.putLong(ringIova() + (long) index * DESCRIPTOR_BYTES, word0);
        bench.memory.putLong(ringIova() + (long) index * DESCRIPTOR_BYTES + 8, word1);
    }

    /// Bytes 0 to 7 of a slot as they stand in memory.
    public long word0(int index) {
        return bench.memory.getLong(ringIova() + (long) index * DESCRIPTOR_BYTES);
    }

    /// Bytes 8 to 15 of a slot as they stand in memory.
    public long word1(int index) {
        return bench.memory.getLong(ringIova() + (long) index * DESCRIPTOR_BYTES + 8);
    }

    /// Extended status and errors of a slot in the advanced format.
    public int status(int index) {
        return AdvancedReceiveDescriptor.status(word1(index));
    }

    /// PKT_LEN, or the legacy format's length.
    public int length(int index) {
        return legacy
                ? LegacyReceiveDescriptor.lengthBytes(word1(index))
                : AdvancedReceiveDescriptor.lengthBytes(word1(index));
    }

    public boolean done(int index) {
        return legacy ? LegacyReceiveDescriptor.done(word1(index)) : AdvancedReceiveDescriptor.done(word1(index));
    }

    public boolean endOfPacket(int index) {
        return legacy
                ? LegacyReceiveDescriptor.endOfPacket(word1(index))
                : AdvancedReceiveDescriptor.endOfPacket(word1(index));
    }

    /// The first bytes of a packet buffer.
    public byte[] packet(int index, int lengthBytes) {
        return bench.memory.get(packetIova(index), lengthBytes);
    }

    /// The first bytes of a header buffer.
    public byte[] header(int index, int lengthBytes) {
        return bench.memory.get(headerIova(index), lengthBytes);
    }

    /// The bytes in the packet buffers of the frame whose first descriptor is `index`.
    public byte[] frameAt(int index) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (int i = index; ; i = (i + 1) % entries) {
            if (!done(i)) throw new AssertionError("descriptor " + i + " is not done");
            frame.writeBytes(packet(i, length(i)));
            if (endOfPacket(i)) return frame.toByteArray();
        }
    }

    /// Takes every whole frame that has come since the last call and gives the slots back, as a
    /// driver's poll does.
    public List<byte[]> takeAll() {
        List<byte[]> frames = new ArrayList<>();
        for (int last = next; done(last); last = (last + 1) % entries) {
            if (!endOfPacket(last)) continue;
            frames.add(frameAt(next));
            int end = (last + 1) % entries;
            for (int i = next; i != end; i = (i + 1) % entries) put(i);
            next = end;
        }
        if (!frames.isEmpty()) tail((next + entries - 1) % entries);
        return frames;
    }

    /// Lets frames arrive from the wire and the card run.
    public ReceiveRing arrive(byte[]... frames) {
        for (byte[] frame : frames) bench.wire.arrive(frame);
        bench.runUntilIdle();
        return this;
    }
}
