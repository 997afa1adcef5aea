package dev.doorbell.device.igb.receive;

import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.RXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.IgbBits.SRRCTL_BSIZEHEADER_SHIFT;
import static dev.doorbell.register.IgbBits.SRRCTL_BSIZEPACKET_MASK;
import static dev.doorbell.register.IgbBits.SRRCTL_DESCTYPE_SHIFT;
import static dev.doorbell.register.IgbBits.SRRCTL_DROP_EN;
import static dev.doorbell.register.IgbBits.SRRCTL_RDMTS_SHIFT;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.ReceiveWriteBacks;

/// One receive queue: its descriptors, and what the guest does not see yet.
///
/// A frame may spread over many descriptors and stop in the midst of them, when they run out or when
/// the memory is busy; it goes on where it stopped. Payload first, then the descriptor, then head and
/// cause, and those only when the guest can see what was written.
final class ReceiveQueue {
    /// The copy is in guest memory.
    static final int STORED = 0;

    /// The copy was dropped for a fault of the guest's.
    static final int FAULTY = 1;

    /// The ring has no descriptor left.
    static final int NO_DESCRIPTOR = 2;

    /// The memory is busy.
    static final int BUSY = 3;

    private static final int FETCH_DESCRIPTORS = 64;
    private static final int LIMIT_WRITE_BACKS = 256;
    /// Descriptors that one call passes at most, and that wait to be shown at most.
    private static final int LIMIT_DESCRIPTORS = 256;

    private static final int LIMIT_HIDDEN = 1024;
    private static final int DROPPED_LIMIT = 0xFFF; // RQDPC has 12 bits

    private final int index;
    private final RegisterFile registers;
    private final DmaMemory memory;
    private final Interrupts interrupts;
    private final CounterTable<IgbCounter> counters;
    private final ReceiveSettings settings;
    private final DescriptorRing ring = new DescriptorRing(FETCH_DESCRIPTORS);
    private final ReceiveWriteBacks writeBacks = new ReceiveWriteBacks(LIMIT_WRITE_BACKS);

    // What the queue's registers say.
    private boolean on;
    private boolean stale = true;
    private boolean headWritten = true;
    private boolean restarted; // the ring is another one, or its head elsewhere
    private boolean usable;
    private int tail;
    private int descriptorType;
    private int ownBufferBytes; // 0: RCTL.BSIZE
    private int headerBufferBytes;
    private int lowThreshold; // 0: never low
    private int writeBackThreshold;
    private boolean dropEnabled;

    // What the guest does not see yet.
    private boolean flushing;
    private boolean moved; // the head
    private int hidden; // descriptors given back
    private boolean received;
    private boolean immediate;
    private boolean low;
    private int uncountedFrames;
    private long uncountedBytes;
    private boolean waiting; // a read of descriptors has not arrived

    ReceiveQueue(
            int index,
            RegisterFile registers,
            DmaMemory memory,
            Interrupts interrupts,
            CounterTable<IgbCounter> counters,
            ReceiveSettings settings) {
        this.index = index;
        this.registers = registers;
        this.memory = memory;
        this.interrupts = interrupts;
        this.counters = counters;
        this.settings = settings;
    }

    /// Forgets the ring. The registers hold their new values already.
    void reset() {
        forget();
        writeBacks.clear();
        on = (registers.get(IgbRegister.RXDCTL, index) & RXDCTL_ENABLE) != 0;
        registersChanged();
        headWritten = true;
    }

    private void forget() {
        ring.forget();
        flushing = false;
        moved = false;
        hidden = 0;
        received = false;
        immediate = false;
        low = false;
        waiting = false;
    }

    /// RXDCTL.QUEUE_ENABLE was set: the queue starts with an empty ring, head and tail at its first
    /// descriptor (82576 DS 8.10.10), or where the guest has put the head since the queue went off.
    void start() {
        int head = headWritten ? registers.get(IgbRegister.RDH, index) : 0;
        registers.set(IgbRegister.RDH, index, head);
        registers.set(IgbRegister.RDT, index, head);
        reset();
    }

    /// RXDCTL.QUEUE_ENABLE was cleared, or the receiver turned off: buffers already filled are given
    /// back now, then nothing more is written.
    void stop() {
        if (writeBacks.flush(memory) && memory.writesVisible()) reveal();
        count();
        writeBacks.clear();
        if (moved) registers.set(IgbRegister.RDH, index, ring.head());
        headWritten = false;
        on = (registers.get(IgbRegister.RXDCTL, index) & RXDCTL_ENABLE) != 0;
        forget();
    }

    /// The guest wrote a register of the queue.
    void registersChanged() {
        stale = true;
    }

    /// The guest wrote RDH: the card goes on there.
    void headWritten() {
        stale = true;
        headWritten = true;
    }

    /// RXDCTL.SWFLUSH: what was collected for WTHRESH is written back now.
    void flush() {
        flushing = true;
    }

    boolean isOn() {
        return on;
    }

    /// Whether a read of descriptors is kept or under way in the memory: it must not be released.
    boolean isWaiting() {
        return waiting;
    }

    int descriptorType() {
        if (stale) refresh();
        return descriptorType;
    }

    int headerBufferBytes() {
        if (stale) refresh();
        return headerBufferBytes;
    }

    /// Free descriptors, as far as the ring registers make sense and the card may use the bus.
    int free() {
        if (stale) refresh();
        return usable && settings.busMaster() ? ring.pending(tail) : 0;
    }

    /// Whether frames that find no descriptors are dropped rather than wait for some.
    boolean drops() {
        if (stale) refresh();
        return dropEnabled || settings.drops(index);
    }

    /// Whether the free descriptors' buffers hold a frame of this length.
    boolean fits(int lengthBytes) {
        int free = free();
        if (free == 0) return false;
        if (bufferBytes() >= lengthBytes) return true; // nearly always
        int header = descriptorType > 1 ? headerBufferBytes : 0;
        return (long) free * bufferBytes() + header >= lengthBytes;
    }

    /// A frame was dropped for want of descriptors: RQDPC.
    void countDrop() {
        counters.increment(IgbCounter.RECEIVE_NO_DESCRIPTORS);
        int dropped = registers.get(IgbRegister.RQDPC, index);
        if (dropped < DROPPED_LIMIT) registers.set(IgbRegister.RQDPC, index, dropped + 1);
    }

    private int bufferBytes() {
        return ownBufferBytes == 0 ? settings.bufferBytes() : ownBufferBytes;
    }

    /// Takes over the queue's registers.
    private void refresh() {
        stale = false;
        int control = registers.get(IgbRegister.SRRCTL, index);
        descriptorType = control >>> SRRCTL_DESCTYPE_SHIFT & 7;
        ownBufferBytes = (control & SRRCTL_BSIZEPACKET_MASK) << 10;
        headerBufferBytes = (control >>> SRRCTL_BSIZEHEADER_SHIFT & 0xF) << 6;
        lowThreshold = (control >>> SRRCTL_RDMTS_SHIFT & 0x1F) << 4;
        dropEnabled = (control & SRRCTL_DROP_EN) != 0;
        writeBackThreshold = Math.max(1, registers.get(IgbRegister.RXDCTL, index) >>> RXDCTL_WTHRESH_SHIFT & 0x1F);
        tail = registers.get(IgbRegister.RDT, index);
        int head = headWritten ? registers.get(IgbRegister.RDH, index) : ring.head();
        long base = (long) registers.get(IgbRegister.RDBAH, index) << 32
                | Integer.toUnsignedLong(registers.get(IgbRegister.RDBAL, index));
        if (ring.configure(base, registers.get(IgbRegister.RDLEN, index), head)) restarted = true;
        headWritten = false;
        usable = ring.headInside() && tail < ring.entries();
        if (!usable && head != tail) counters.increment(IgbCounter.RECEIVE_BAD_RING);
    }

    /// Writes on with a copy for this queue.
    int advance(ReceiveCopy copy) {
        for (int passed = 0; passed < LIMIT_DESCRIPTORS; passed++) {
            if (stale) refresh();
            if (restarted) copy.restart();
            restarted = false;
            int free = free();
            if (free == 0) {
                waiting = false;
                ring.forget(); // a descriptor that the guest took back is read anew when it is given again
                copy.leaveBuffer();
                return NO_DESCRIPTOR;
            }
            if (writeBacks.free() == 0 || hidden >= LIMIT_HIDDEN) return full();
            if (ring.fetched() == 0) {
                int answer = ring.fetch(memory, tail);
                waiting = ring.fetched() == 0 && answer == DmaMemory.NOT_YET;
                if (waiting) return BUSY;
                if (answer == DmaMemory.FAULT && ring.fetched() == 0) {
                    counters.increment(IgbCounter.RECEIVE_DMA_FAULTS);
                    ring.skipUnreadable();
                    moved = true;
                    continue;
                }
            }
            long packet = ring.word0(0);
            long header = copy.needsHeaderBuffer() ? ring.word1(0) & ~1L : 1;
            if (packet == 0 || header == 0) { // skipped, without losing data
                copy.giveBackEmpty(writeBacks, ring.iova(0));
                passed(free);
                continue;
            }
            int answer = copy.fill(memory, header, packet, bufferBytes());
            if (answer == DmaMemory.NOT_YET) return BUSY;
            if (answer == DmaMemory.FAULT) {
                counters.increment(IgbCounter.RECEIVE_DMA_FAULTS);
                copy.giveBackFaulty(writeBacks, ring.iova(0), bufferBytes());
                passed(free);
                return FAULTY;
            }
            boolean complete = copy.isComplete();
            copy.giveBack(writeBacks, ring.iova(0));
            passed(free);
            if (complete) return finish(copy);
        }
        return BUSY;
    }

    /// The queue of write-backs is full: that ends every collecting.
    private int full() {
        flushing = true;
        return BUSY;
    }

    private void passed(int freeBefore) {
        ring.advance(1);
        moved = true;
        hidden++;
        if (freeBefore - 1 == lowThreshold && lowThreshold > 0) low = true; // the step onto it
    }

    private int finish(ReceiveCopy copy) {
        received = true;
        immediate |= copy.immediate();
        uncountedFrames++;
        uncountedBytes += copy.frameBytes();
        if (immediate || writeBacks.size() >= writeBackThreshold) flushing = !writeBacks.flush(memory);
        return STORED;
    }

    /// Whether descriptors were given back that the guest was not shown yet.
    boolean hasNews() {
        return moved;
    }

    /// Shows what can be shown by now.
    ///
    /// @param flushNow no frame follows soon: descriptors collected for WTHRESH are written back
    /// @return whether nothing is left to show
    boolean show(boolean flushNow) {
        if (flushNow || flushing) flushing = !writeBacks.flush(memory);
        count();
        if (writeBacks.size() > 0) return false;
        if (!moved) return true;
        if (!memory.writesVisible()) return false;
        reveal();
        return true;
    }

    /// The guest can see what was written: head and causes follow.
    private void reveal() {
        if (!headWritten) registers.set(IgbRegister.RDH, index, ring.head());
        moved = false;
        hidden = 0;
        boolean raises = received;
        boolean raisesLow = low;
        boolean atOnce = immediate;
        received = false;
        low = false;
        immediate = false;
        if (raises) interrupts.received(index, atOnce); // once for a run of frames: a cause, not a count
        if (raisesLow) interrupts.receiveLow(index);
    }

    /// Counts for the operator, once for many frames.
    private void count() {
        counters.add(IgbCounter.RECEIVE_FRAMES, uncountedFrames);
        counters.add(IgbCounter.RECEIVE_BYTES, uncountedBytes);
        uncountedFrames = 0;
        uncountedBytes = 0;
        int faults = writeBacks.takeFaults();
        if (faults > 0) counters.add(IgbCounter.RECEIVE_DMA_FAULTS, faults);
    }
}
