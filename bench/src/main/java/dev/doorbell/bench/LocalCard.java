package dev.doorbell.bench;

import dev.doorbell.device.NetworkCard;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.Register;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.time.WallTimeline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A card in this process whose transmit ring lies full of frames of one length: a doorbell is all it
/// takes to send some of them. What a driver does for a frame is left out on purpose. One thread.
abstract sealed class LocalCard implements AutoCloseable permits LocalE1000, LocalIgb {
    static final int RING_ENTRIES = 256;
    static final long MAC = 0x5254_0012_3456L;

    private static final int BUFFER_BYTES = 2048;
    private static final long MEMORY_BYTES = 4 << 20;
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    final WallTimeline time;
    final NetworkCard card;
    final PciEndpoint slot;
    final DriverMemory memory = DriverMemory.local(MEMORY_BYTES);
    private final FrameBackend backend;
    private int tail;

    /// @param card    in no slot yet
    /// @param backend the card's; both belong to this object from now on
    LocalCard(WallTimeline time, NetworkCard card, FrameBackend backend) {
        this.time = time;
        this.card = card;
        this.backend = backend;
        slot = new PciEndpoint(card);
    }

    /// A card of a chip, with its link up and its ring full.
    ///
    /// @param backend    belongs to the card from now on
    /// @param frameBytes without FCS, at most 2048
    static LocalCard open(Chip chip, WallTimeline time, FrameBackend backend, int frameBytes) {
        return switch (chip) {
            case E1000 -> new LocalE1000(time, backend, frameBytes);
            case IGB -> new LocalIgb(time, backend, frameBytes);
        };
    }

    /// How a driver waits for this card.
    final void pass(long ns) {
        long untilNs = time.nowNs() + ns;
        do step();
        while (time.nowNs() < untilNs);
    }

    /// Makes a ring of descriptors that all look alike.
    ///
    /// @param word1 of each of them
    /// @return bus address of the ring
    final long fillRing(long word1) {
        long ring = memory.take((long) RING_ENTRIES * DescriptorRing.DESCRIPTOR_BYTES, 4096);
        long buffers = memory.take((long) RING_ENTRIES * BUFFER_BYTES, 4096);
        MemorySegment segment = memory.segment();
        for (int i = 0; i < RING_ENTRIES; i++) {
            long buffer = buffers + (long) i * BUFFER_BYTES;
            segment.asSlice(buffer, 12).fill((byte) 0xFF); // to all; what it says does not matter
            segment.set(LE64, ring + 16L * i, DriverMemory.iovaOf(buffer));
            segment.set(LE64, ring + 16L * i + 8, word1);
        }
        return DriverMemory.iovaOf(ring);
    }

    /// A register write as a guest's, through the slot.
    final void write(Register register, int value) {
        slot.write(PciFunction.REGION_BAR0, register.spec().offset(), 4, value & 0xFFFF_FFFFL);
    }

    final int read(Register register) {
        return (int) slot.read(PciFunction.REGION_BAR0, register.spec().offset(), 4);
    }

    /// The tail register of the ring: the doorbell.
    abstract Register tailRegister();

    abstract Register headRegister();

    /// Rings the doorbell for the next `frames` frames and lets the card work until all have left.
    final void send(int frames) {
        tail = DescriptorRing.add(tail, frames, RING_ENTRIES);
        write(tailRegister(), tail);
        do step();
        while (read(headRegister()) != tail);
    }

    private void step() {
        time.runDue();
        card.doWork();
    }

    @Override
    public void close() {
        slot.reset();
        backend.close();
        memory.close();
    }
}
