package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.RAH_AV;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.filter.TransmitSwitch;
import dev.doorbell.device.igb.filter.Verdict;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.story.GuestMemory;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The 82576's filters by themselves: registers and frames in, verdicts, statistics and counters out.
final class FilterBench {
    static final int WIRE = ReceiveFilters.WIRE;

    final VirtualTimeline time = new VirtualTimeline(1_000_000_000);
    final Verdict verdict = new Verdict();
    private final RegisterFile registers = new RegisterFile(IgbRegister.values(), IgbRegister.SPACE_BYTES);
    private final CounterTable<IgbCounter> counters = new CounterTable<>(IgbCounter.class);
    private final Statistics statistics;
    private final ReceiveFilters filters;
    private final TransmitSwitch pools;
    private final FrameHeaders headers = new FrameHeaders();
    private final FrameBatch batch = new FrameBatch(1, 16, 0);
    private final MemorySegment memory = Arena.ofAuto().allocate(16384);

    FilterBench() {
        Interrupts interrupts = new Interrupts(registers, time, new Slot(), counters, new InterruptGaps(), 10, 0);
        statistics = new Statistics(registers);
        filters = new ReceiveFilters(registers, statistics, new SystemClock(registers, time, interrupts), counters);
        pools = new TransmitSwitch(registers, filters, interrupts, statistics, counters);
    }

    /// A bench whose card has the station's address, and takes broadcasts.
    static FilterBench station() {
        FilterBench bench = new FilterBench();
        bench.address(0, "52:54:00:12:34:56", 0);
        bench.write(IgbRegister.RCTL, 1 << 15);
        return bench;
    }

    void write(IgbRegister register, int value) {
        write(register, 0, value);
    }

    void write(IgbRegister register, int index, int value) {
        registers.write(register.spec().offset(index), value);
    }

    void set(IgbRegister register, int bits) {
        write(register, registers.get(register) | bits);
    }

    int read(IgbRegister register) {
        statistics.settle(); // as the card does before a read
        return registers.read(register.spec().offset());
    }

    long counter(IgbCounter counter) {
        return counters.get(counter);
    }

    /// Exact address `entry` (0 to 23), matched against destinations, with a pool bitmap.
    void address(int entry, String address, int poolBits) {
        long value = EthernetAddress.parse(address);
        boolean first = entry < 16;
        int index = first ? entry : entry - 16;
        write(first ? IgbRegister.RAL : IgbRegister.RAL2, index, (int) value);
        write(first ? IgbRegister.RAH : IgbRegister.RAH2, index, (int) (value >>> 32) | poolBits << 18 | RAH_AV);
    }

    void resetAll() {
        registers.resetAll();
        filters.reset();
    }

    /// Judges a frame of the wire, padded as there.
    ///
    /// @return queues that get it
    int judge(byte[] frame) {
        return judge(frame, Math.max(64, frame.length + 4), WIRE);
    }

    /// Judges a frame that came by a queue of the host's card.
    int judgeBy(int arrivalQueue, byte[] frame) {
        return judge(frame, Math.max(64, frame.length + 4), WIRE, arrivalQueue);
    }

    int judge(byte[] frame, int wireBytes, int originPool) {
        return judge(frame, wireBytes, originPool, FrameBatch.ANY_QUEUE);
    }

    private int judge(byte[] frame, int wireBytes, int originPool, int arrivalQueue) {
        load(frame);
        filters.parse(headers, batch, 0);
        boolean wanted = filters.judge(headers, wireBytes, originPool, arrivalQueue, verdict);
        if (wanted != (verdict.queues != 0))
            throw new AssertionError("wanted " + wanted + ", queues " + verdict.queues);
        return verdict.queues;
    }

    boolean accepts(byte[] frame) {
        return judge(frame) != 0;
    }

    boolean stripsTag(int queue) {
        return filters.stripsTag(queue, verdict);
    }

    boolean stripsFcs(int queue) {
        return filters.stripsFcs(queue, verdict);
    }

    boolean switches() {
        return pools.active();
    }

    int destinations(byte[] frame, int queue) {
        load(frame);
        return pools.destinations(batch, 0, queue);
    }

    private void load(byte[] frame) {
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, 0, frame.length);
        batch.clear();
        batch.beginFrame();
        batch.addSlice(memory, 0, frame.length);
        batch.endFrame();
    }

    private static final class Slot implements PciPort {
        private final GuestMemory guest = new GuestMemory(4096);

        @Override
        public DmaMemory memory() {
            return guest;
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
