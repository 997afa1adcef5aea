package dev.doorbell.bench;

import static dev.doorbell.register.E1000Register.TDBAH;
import static dev.doorbell.register.E1000Register.TDBAL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDLEN;
import static dev.doorbell.register.E1000Register.TDT;

import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.E1000Driver;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.E1000Register;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import dev.doorbell.time.WallTimeline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A card in this process whose transmit ring lies full of frames of one length: a doorbell is all it
/// takes to send some of them. What a driver does for a frame is left out on purpose. One thread.
final class LocalCard implements AutoCloseable {
    static final int RING_ENTRIES = 256;

    private static final long MAC = 0x5254_0012_3456L;
    private static final int BUFFER_BYTES = 2048;
    private static final long MEMORY_BYTES = 4 << 20;
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    final WallTimeline time;
    final E1000 card;
    final PciEndpoint slot;
    final DriverMemory memory = DriverMemory.local(MEMORY_BYTES);
    private final FrameBackend backend;
    private int tail;

    /// @param backend belongs to this object from now on
    /// @param frameBytes without FCS, at most [#BUFFER_BYTES]
    LocalCard(WallTimeline time, FrameBackend backend, int frameBytes) {
        this.time = time;
        this.backend = backend;
        card = new E1000(new E1000Options(E1000Model.I82540EM, MAC).withAutoNegotiationNs(0), time, backend);
        slot = new PciEndpoint(card);
        new E1000Driver(slot, memory, DriverOptions.DEFAULT, this::pass).start(); // the link, and bus mastering
        fillRing(frameBytes);
    }

    private void pass(long ns) {
        long untilNs = time.nowNs() + ns;
        do step();
        while (time.nowNs() < untilNs);
    }

    private void fillRing(int frameBytes) {
        long ring = memory.take((long) RING_ENTRIES * DescriptorRing.DESCRIPTOR_BYTES, 4096);
        long buffers = memory.take((long) RING_ENTRIES * BUFFER_BYTES, 4096);
        MemorySegment segment = memory.segment();
        long command = TransmitDescriptor.EOP | TransmitDescriptor.IFCS | TransmitDescriptor.RS;
        for (int i = 0; i < RING_ENTRIES; i++) {
            long buffer = buffers + (long) i * BUFFER_BYTES;
            segment.asSlice(buffer, 12).fill((byte) 0xFF); // to all; what it says does not matter
            segment.set(LE64, ring + 16L * i, DriverMemory.iovaOf(buffer));
            segment.set(LE64, ring + 16L * i + 8, LegacyTransmitDescriptor.word1(frameBytes, 0, 0, command, 0));
        }
        long iova = DriverMemory.iovaOf(ring);
        write(TDBAL, (int) iova);
        write(TDBAH, (int) (iova >>> 32));
        write(TDLEN, RING_ENTRIES * DescriptorRing.DESCRIPTOR_BYTES);
        write(TDH, 0);
        write(TDT, 0);
    }

    /// A register write as a guest's, through the slot.
    void write(E1000Register register, int value) {
        slot.write(PciFunction.REGION_BAR0, register.spec().offset(), 4, value & 0xFFFF_FFFFL);
    }

    int read(E1000Register register) {
        return (int) slot.read(PciFunction.REGION_BAR0, register.spec().offset(), 4);
    }

    /// Rings the doorbell for the next `frames` frames and lets the card work until all have left.
    void send(int frames) {
        tail = DescriptorRing.add(tail, frames, RING_ENTRIES);
        write(TDT, tail);
        do step();
        while (read(TDH) != tail);
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
