package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_SLU;
import static dev.doorbell.register.IgbBits.CTRL_VME;
import static dev.doorbell.register.IgbBits.DESCTYPE_LEGACY;
import static dev.doorbell.register.IgbBits.DESCTYPE_ONE_BUFFER;
import static dev.doorbell.register.IgbBits.DESCTYPE_SPLIT_ALWAYS;
import static dev.doorbell.register.IgbBits.RCTL_SECRC;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.SRRCTL_DESCTYPE_SHIFT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.story.Frames;
import dev.doorbell.story.GuestMemory;
import dev.doorbell.story.Packet;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A frame allocates nothing on its way from the backend into the guest's memory, whatever is done to
/// it, nor while it waits in the FIFO.
class ReceiveAllocationStoryTest {
    private static final int WARM = 20_000;
    private static final int MEASURED = 20_000;
    private static final int ENTRIES = 64;
    private static final int FRAMES_PER_ROUND = 8;
    private static final long RING = 0x1_0000;
    private static final long BUFFERS = 0x2_0000;
    private static final int TAIL = IgbRegister.RDT.spec().offset();

    private final GuestMemory memory = new GuestMemory(1 << 20);
    private final Replay wire = new Replay();
    private final VirtualTimeline time = new VirtualTimeline(1_000_000_000);
    private final Igb card = new Igb(new IgbOptions(IgbBench.MAC), time, wire);

    @ParameterizedTest
    @CsvSource({
        "1, true, false",
        "1, false, false",
        "0, true, false",
        "5, true, false",
        "1, true, true",
    })
    void framesOfEveryKindAllocateNothing(int descriptorType, boolean stripsFcs, boolean waits) {
        assertTrue(descriptorType == DESCTYPE_LEGACY
                || descriptorType == DESCTYPE_ONE_BUFFER
                || descriptorType == DESCTYPE_SPLIT_ALWAYS);
        setUp(descriptorType, stripsFcs);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        rounds(WARM, waits);
        long framesBefore = card.counters().get(IgbCounter.RECEIVE_FRAMES);
        long before = threads.getCurrentThreadAllocatedBytes();
        rounds(MEASURED, waits);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertEquals(FRAMES_PER_ROUND * MEASURED, card.counters().get(IgbCounter.RECEIVE_FRAMES) - framesBefore);
        assertTrue(bytes < MEASURED, bytes + " bytes in " + MEASURED + " rounds");
    }

    private void write(IgbRegister register, int value) {
        card.writeBar(0, register.spec().offset(), 4, Integer.toUnsignedLong(value));
    }

    private void setUp(int descriptorType, boolean stripsFcs) {
        card.attach(new Slot());
        card.reset();
        write(IgbRegister.CTRL, CTRL_SLU | CTRL_VME);
        for (int cycle = 0; cycle < 10; cycle++) {
            time.advance(IgbOptions.AUTO_NEGOTIATION_NS);
            card.doWork();
        }
        write(IgbRegister.PSRTYPE, -1);
        write(IgbRegister.RDBAL, (int) RING);
        write(IgbRegister.RDLEN, ENTRIES * 16);
        write(IgbRegister.SRRCTL, descriptorType << SRRCTL_DESCTYPE_SHIFT | 2 << 8 | 2);
        write(IgbRegister.RXDCTL, RXDCTL_ENABLE);
        write(IgbRegister.RCTL, stripsFcs ? ReceiveRing.RECEIVER_ON : ReceiveRing.RECEIVER_ON & ~RCTL_SECRC);
    }

    /// Each round gives eight descriptors and lets eight frames arrive, in the one order or the other.
    private void rounds(int count, boolean framesFirst) {
        for (int round = 0; round < count; round++) {
            int head = (int) card.readBar(0, IgbRegister.RDH.spec().offset(), 4);
            wire.ready = FRAMES_PER_ROUND;
            if (framesFirst) card.doWork();
            for (int i = 0; i < FRAMES_PER_ROUND; i++) {
                long slot = RING + 16L * ((head + i) % ENTRIES);
                memory.putLong(slot, BUFFERS + 4096L * i);
                memory.putLong(slot + 8, BUFFERS + 4096L * i + 2048);
            }
            card.writeBar(0, TAIL, 4, (head + FRAMES_PER_ROUND) % ENTRIES);
            card.doWork();
            card.doWork();
        }
    }

    /// Eight frames, over and over.
    private static final class Replay implements FrameBackend {
        private final MemorySegment[] frames = {
            memory(Packet.tcp4(1400, 1).toStation()),
            memory(Packet.udp6(100, 2).toStation()),
            memory(Frames.toStation(20, 3)),
            memory(Frames.tagged(Packet.tcp4(10, 4).toStation(), 0x8100, 5)),
            memory(Packet.tcp4(600, 5).withOpenChecksum()),
            memory(Frames.toStation(1000, 6)),
            memory(Packet.tcp6(1, 7).toStation()),
            memory(Frames.toStation(60, 8)),
        };
        private int ready;

        private static MemorySegment memory(byte[] frame) {
            System.arraycopy(Frames.STATION, 0, frame, 0, 6);
            MemorySegment copy = Arena.ofAuto().allocate(frame.length);
            MemorySegment.copy(frame, 0, copy, ValueLayout.JAVA_BYTE, 0, frame.length);
            return copy;
        }

        @Override
        public int transmit(FrameBatch batch, int from) {
            return batch.size() - from;
        }

        @Override
        public int receive(FrameBatch batch) {
            int given = 0;
            for (; ready > 0; ready--, given++) {
                MemorySegment frame = frames[ready - 1];
                batch.beginFrame();
                batch.addSlice(frame, 0, (int) frame.byteSize());
                if (ready == 5) batch.openChecksum(batch.openFrame(), 34, 16);
                batch.endFrame();
            }
            return given;
        }

        @Override
        public Capabilities capabilities() {
            return Capabilities.plain(16_384, 64);
        }

        @Override
        public void close() {}
    }

    private final class Slot implements PciPort {
        @Override
        public DmaMemory memory() {
            return memory;
        }

        @Override
        public void setInterruptLine(boolean asserted) {}

        @Override
        public void sendMessage(int vector) {}

        @Override
        public boolean busMaster() {
            return true;
        }
    }
}
