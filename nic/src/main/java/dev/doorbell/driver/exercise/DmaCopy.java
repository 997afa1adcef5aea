package dev.doorbell.driver.exercise;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverStatistics;
import dev.doorbell.driver.chip.Registers;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbReceiveRing;
import dev.doorbell.driver.igb.IgbTransmitRing;
import dev.doorbell.pci.PciFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Copies memory by the card alone: an 82576 sends a region as frames, its loopback receives them into
/// another region. After [#kick] the card works without its driver; [#arrived] only looks at memory.
///
/// Frames are the region's bytes as they lie there, as Linux's VFIO selftest does: an "address" may
/// look like anybody's, a type like a VLAN's, a header like IP with a wrong checksum. The card is set
/// up to care for none of it. Each frame carries its number within the bytes, for the check only: with
/// several queues frames arrive in the order in which the card sent them, which keeps the order within
/// a queue; the copy holds them in the order of arrival.
///
/// One thread; nothing is allocated after the constructor.
public final class DmaCopy implements AutoCloseable {
    static final int ALIGNMENT_BYTES = 4096;

    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int NUMBER_AT = 24; // behind what filters look at
    private static final byte POISON = (byte) 0xA5;

    private final CopyPlan plan;
    private final IgbDriver driver;
    private final MemorySegment memory;
    private final long source;
    private final long copy;
    private final long[] nextOfQueue; // least number that each queue may still deliver
    private final long[] endOfQueue;
    private long kick; // of the region, counted from 0
    private int frames; // of the kick
    private int seen; // frames of the kick that have arrived
    private long odd; // arrivals of another length, or in several pieces

    /// Nothing is touched before [#start].
    ///
    /// @param memory has at least [CopyPlan#memoryBytes()] left
    public DmaCopy(PciFunction function, DriverMemory memory, CopyPlan plan, Delay delay) {
        this.plan = plan;
        this.memory = memory.segment();
        driver = new IgbDriver(function, memory, plan.driverOptions(), delay);
        source = memory.take(plan.regionBytes(), ALIGNMENT_BYTES);
        // The card may write a whole buffer, which is larger than the last frame.
        copy = memory.take(plan.regionBytes() + plan.bufferBytes(), ALIGNMENT_BYTES);
        nextOfQueue = new long[plan.queues()];
        endOfQueue = new long[plan.queues()];
    }

    /// Whether the function is a card that can do this.
    public static boolean drives(PciFunction function) {
        return Registers.idOf(function) == IgbDriver.ID_82576;
    }

    /// Brings the card up and fills the region.
    ///
    /// @throws DriverException when the card is no 82576, or not as it should be
    public void start() {
        driver.start();
        for (long frame = 0; frame < plan.regionFrames(); frame++) fill(frame);
    }

    /// Bytes that look like anything, from the frame's number; every fourth frame like something
    /// special.
    private void fill(long frame) {
        long at = source + frame * plan.frameBytes();
        long state = frame * 0x9E37_79B9_7F4A_7C15L + 1;
        for (int i = 0; i < plan.frameBytes(); i++) {
            state ^= state << 13; // xorshift64
            state ^= state >>> 7;
            state ^= state << 17;
            memory.set(ValueLayout.JAVA_BYTE, at + i, (byte) (state >>> 24));
        }
        switch ((int) (frame & 15)) {
            case 0 -> header(at, 0xFFFF_FFFF_FFFFL, 0x0608); // broadcast, ARP
            case 4 -> header(at, 0x0000_FB00_5E01L, 0x0008); // multicast, IPv4 of noise
            case 8 -> header(at, 0x0000_0000_0002L, 0x0081); // a VLAN tag
            case 12 -> header(at, 0x0000_0000_0002L, 0xDD86); // IPv6 of noise
            default -> {}
        }
        memory.set(LE64, at + NUMBER_AT, frame);
    }

    /// @param address, type in the byte order of memory
    private void header(long at, long address, int type) {
        memory.set(LE64, at, address);
        memory.set(ValueLayout.JAVA_BYTE, at + 12, (byte) type);
        memory.set(ValueLayout.JAVA_BYTE, at + 13, (byte) (type >>> 8));
    }

    /// Starts the next kick, the region's first one after its last: limits the queues, puts frames and
    /// places for them into the rings, and rings each doorbell once. The kick before has ended.
    ///
    /// @return frames of the kick
    public int kick() {
        assert done() : "a kick at a time";
        frames = plan.framesOf(kick);
        seen = 0;
        odd = 0;
        long first = kick * plan.kickFrames();
        memory.asSlice(copy + first * plan.frameBytes(), (long) frames * plan.frameBytes())
                .fill(POISON);
        IgbReceiveRing places = driver.receiveRing(0);
        for (long frame = first; frame < first + frames; frame++)
            places.post(DriverMemory.iovaOf(copy + frame * plan.frameBytes()));
        driver.ringReceive(0);
        for (int queue = 0; queue < plan.queues(); queue++) fillQueue(queue, first);
        for (int queue = 0; queue < plan.queues(); queue++)
            if (endOfQueue[queue] > nextOfQueue[queue]) driver.ringTransmit(queue);
        return frames;
    }

    /// An equal share of the kick, in one piece; one report, from its last frame.
    private void fillQueue(int queue, long first) {
        driver.limitRate(queue, plan.bitsPerSecond());
        nextOfQueue[queue] = first + (long) frames * queue / plan.queues();
        endOfQueue[queue] = first + (long) frames * (queue + 1) / plan.queues();
        IgbTransmitRing ring = driver.transmitRing(queue);
        ring.clean();
        for (long frame = nextOfQueue[queue]; frame < endOfQueue[queue]; frame++)
            ring.putFrame(source + frame * plan.frameBytes(), plan.frameBytes());
        if (endOfQueue[queue] > nextOfQueue[queue]) ring.report();
    }

    /// Looks at memory, not at the card: frames of this kick that have arrived so far.
    public int arrived() {
        IgbReceiveRing places = driver.receiveRing(0);
        while (seen < frames) {
            long word = places.takeOne();
            if (word == 0) break;
            if (!places.endOfPacket(word) || places.lengthBytes(word) != plan.frameBytes()) odd++;
            seen++;
        }
        return seen;
    }

    /// Whether every frame of the kick has arrived, and every queue has reported its last one.
    public boolean done() {
        return arrived() == frames && driver.idle();
    }

    /// Compares every byte that arrived with what was sent, once the kick is [#done]; the next kick is
    /// then the next part of the region.
    ///
    /// @return frames that came back damaged, twice, out of their queue's order, or not at all
    public long verify() {
        long wrong = odd;
        long first = kick * plan.kickFrames();
        for (int i = 0; i < frames; i++) if (!arrivedWhole(first + i)) wrong++;
        kick = kick + 1 == plan.regionKicks() ? 0 : kick + 1;
        return wrong;
    }

    private boolean arrivedWhole(long place) {
        long at = copy + place * plan.frameBytes();
        long number = memory.get(LE64, at + NUMBER_AT);
        int queue = 0;
        while (queue < nextOfQueue.length && (number < nextOfQueue[queue] || number >= endOfQueue[queue])) queue++;
        if (queue == nextOfQueue.length) return false;
        nextOfQueue[queue] = number + 1; // a card that loses a frame may well bring the next one whole
        long from = source + number * plan.frameBytes();
        return MemorySegment.mismatch(memory, from, from + plan.frameBytes(), memory, at, at + plan.frameBytes()) < 0;
    }

    /// Doorbells so far: those of set-up, and one per queue and kick each way.
    public long doorbells() {
        return driver.doorbells();
    }

    /// The chip's own counters.
    public DriverStatistics statistics() {
        return driver.statistics();
    }

    /// The region's copy, for tests.
    MemorySegment copy() {
        return memory.asSlice(copy, plan.regionBytes());
    }

    MemorySegment source() {
        return memory.asSlice(source, plan.regionBytes());
    }

    @Override
    public void close() {
        driver.close();
    }
}
