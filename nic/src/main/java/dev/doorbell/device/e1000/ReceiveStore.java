package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_RXDMT0;
import static dev.doorbell.register.E1000Bits.RCTL_BSEX;
import static dev.doorbell.register.E1000Bits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_RDMTS_SHIFT;
import static dev.doorbell.register.E1000Bits.RXDCTL_GRAN;
import static dev.doorbell.register.E1000Bits.RXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDBAH;
import static dev.doorbell.register.E1000Register.RDBAL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDLEN;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.RDTR;
import static dev.doorbell.register.E1000Register.RXDCTL;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import dev.doorbell.ring.WriteBackQueue;

/// Writes one frame at a time into the guest's receive buffers and tells the guest.
///
/// A frame may spread over many descriptors and stop in the midst of them, when they run out or when the
/// memory is busy; it goes on where it stopped. Payload first, then the descriptor, then head and causes,
/// and those only when the guest can see what was written. // 317453, 3.2.3 and 3.2.4
final class ReceiveStore {
    /// The frame is in guest memory, or was dropped for a fault of the guest's.
    static final int DONE = 0;

    /// The ring has no descriptor left.
    static final int NO_DESCRIPTOR = 1;

    /// The memory is busy.
    static final int BUSY = 2;

    private static final int FETCH_DESCRIPTORS = 64;
    private static final int LIMIT_WRITE_BACKS = 512;
    /// Write-backs that are due are stored when there are so many or the step ends: head, timers and causes move once.
    private static final int SHOWN_TOGETHER = 32;
    /// Descriptors that one call passes at most.
    private static final int LIMIT_DESCRIPTORS = 256;

    private static final int DESCRIPTORS_PER_LINE = 4;
    private static final int THRESHOLD_MASK = 0x3F;
    private static final long EOP_DD = LegacyReceiveDescriptor.EOP | LegacyReceiveDescriptor.DD;
    /// What only the last descriptor of a frame says.
    private static final long STATUS_AND_ERRORS = 0xFFFFL << 32;

    private final RegisterFile registers;
    private final PciPort port;
    private final DmaMemory memory;
    private final CauseSink causes;
    private final ReceiveDelay delay;
    private final CounterTable<E1000Counter> counters;
    private final DescriptorRing ring = new DescriptorRing(FETCH_DESCRIPTORS);
    private final WriteBackQueue writeBacks = new WriteBackQueue(LIMIT_WRITE_BACKS, true);

    // The frame being stored.
    private FrameBatch source = new FrameBatch(1, 1, 0);
    private int frame;
    private long word1;
    private boolean storing;
    private int position; // bytes of the frame in guest memory
    private int slice;
    private int sliceAt;
    private int inBuffer; // bytes in the buffer of the descriptor at the ring's head

    // What the guest does not see yet.
    private boolean flushing;
    private boolean heldSmall; // a frame that interrupts at once
    private boolean heldAfterSmall; // the last frame is none of those
    private int heldCauses;
    private int shownHead;
    private boolean waiting; // a read of descriptors has not arrived
    private boolean refused;

    ReceiveStore(
            RegisterFile registers,
            PciPort port,
            CauseSink causes,
            ReceiveDelay delay,
            CounterTable<E1000Counter> counters) {
        this.registers = registers;
        this.port = port;
        this.causes = causes;
        this.delay = delay;
        this.counters = counters;
        memory = port.memory();
        delay.onExpiry(this::flushNow);
    }

    /// Forgets ring and frame. The registers hold their new values already.
    void reset() {
        ring.configure(0, 0, 0);
        ring.forget();
        writeBacks.clear();
        storing = false;
        inBuffer = 0;
        flushing = false;
        heldSmall = false;
        heldAfterSmall = false;
        heldCauses = 0;
        shownHead = registers.get(RDH);
        waiting = false;
        refused = false;
    }

    /// Whether a read of descriptors is kept or under way in the memory: it must not be released.
    boolean isWaiting() {
        return waiting;
    }

    /// The guest wrote RDT or set up the ring: it may make sense now.
    void ringChanged() {
        refused = false;
    }

    /// The receiver was turned off: buffers already filled are given back now, then nothing more is
    /// written.
    void stop() {
        storing = false;
        inBuffer = 0;
        waiting = false;
        writeBacks.flush(memory);
        writeBacks.clear();
        flushing = false;
    }

    boolean isStoring() {
        return storing;
    }

    /// Starts with a frame; it must stay as it is until [#advance] says [#DONE].
    ///
    /// @param newWord1 what its descriptors say, without length, DD and EOP
    void begin(FrameBatch newSource, int newFrame, long newWord1) {
        assert !storing : "one frame at a time";
        storing = true;
        position = 0;
        moveTo(newSource, newFrame);
        word1 = newWord1;
    }

    /// Goes on with a copy of the same frame.
    void moveTo(FrameBatch newSource, int newFrame) {
        source = newSource;
        frame = newFrame;
        slice = source.firstSlice(frame);
        sliceAt = position;
        while (sliceAt >= source.sliceLengthBytes(slice) && position < source.lengthBytes(frame)) {
            sliceAt -= source.sliceLengthBytes(slice);
            slice++;
        }
    }

    FrameBatch source() {
        return source;
    }

    int frame() {
        return frame;
    }

    long word1() {
        return word1;
    }

    /// Free descriptors, as far as the ring registers make sense and the card may use the bus.
    int free() {
        if (!port.busMaster()) return 0;
        int register = registers.get(RDH);
        int head = register == shownHead ? ring.head() : register;
        int tail = registers.get(RDT);
        if (head == tail) return 0;
        long base = (long) registers.get(RDBAH) << 32 | Integer.toUnsignedLong(registers.get(RDBAL));
        if (ring.configure(base, registers.get(RDLEN), head)) {
            shownHead = register;
            inBuffer = 0;
        }
        if (ring.headInside() && tail < ring.entries()) return ring.pending(tail);
        if (!refused) counters.increment(E1000Counter.RECEIVE_BAD_RING);
        refused = true;
        return 0;
    }

    /// Bytes that one receive buffer takes.
    int bufferBytes() {
        int control = registers.get(RCTL);
        int size = control >>> RCTL_BSIZE_SHIFT & 3;
        // BSIZE 0 with BSEX is reserved: taken as if BSEX were clear
        return (control & RCTL_BSEX) != 0 && size != 0 ? 32768 >>> size : 2048 >>> size;
    }

    /// Writes on.
    ///
    /// @return [#DONE], [#NO_DESCRIPTOR] or [#BUSY]
    int advance() {
        for (int descriptors = 0; descriptors < LIMIT_DESCRIPTORS; descriptors++) {
            int free = free();
            if (free == 0) {
                flushing = true; // no driver waits for a timer with its last descriptor
                waiting = false;
                return NO_DESCRIPTOR;
            }
            if (writeBacks.free() == 0) return BUSY;
            if (ring.fetched() == 0) {
                int answer = ring.fetch(memory, registers.get(RDT));
                waiting = ring.fetched() == 0 && answer == DmaMemory.NOT_YET;
                if (waiting) return BUSY;
                if (answer == DmaMemory.FAULT && ring.fetched() == 0) {
                    counters.increment(E1000Counter.RECEIVE_DMA_FAULTS);
                    ring.skipUnreadable();
                    continue;
                }
            }
            long buffer = ring.word0(0);
            if (buffer == 0) {
                giveBack(LegacyReceiveDescriptor.DD, free); // skipped, without losing data
                continue;
            }
            int answer = fill(buffer, bufferBytes());
            if (answer == DmaMemory.NOT_YET) return BUSY;
            if (answer == DmaMemory.FAULT) {
                counters.increment(E1000Counter.RECEIVE_DMA_FAULTS);
                giveBack(EOP_DD | LegacyReceiveDescriptor.RXE, free);
                return finish();
            }
            boolean last = position == source.lengthBytes(frame);
            giveBack(
                    (last ? word1 | EOP_DD : (word1 & ~STATUS_AND_ERRORS) | LegacyReceiveDescriptor.DD) | inBuffer,
                    free);
            if (!last) continue;
            counters.increment(E1000Counter.RECEIVE_FRAMES);
            counters.add(E1000Counter.RECEIVE_BYTES, position);
            return finish();
        }
        return BUSY;
    }

    /// Writes as much of the frame as the buffer takes.
    private int fill(long buffer, int bufferBytes) {
        int length = source.lengthBytes(frame);
        while (inBuffer < bufferBytes && position < length) { // bounded by the slices
            int sliceBytes = source.sliceLengthBytes(slice);
            int part = Math.min(sliceBytes - sliceAt, bufferBytes - inBuffer);
            int answer = memory.write(
                    buffer + inBuffer, source.sliceSegment(slice), source.sliceOffset(slice) + sliceAt, part);
            if (answer != DmaMemory.OK) return answer;
            inBuffer += part;
            position += part;
            sliceAt += part;
            if (sliceAt == sliceBytes) {
                slice++;
                sliceAt = 0;
            }
        }
        return DmaMemory.OK;
    }

    private void giveBack(long written, int freeBefore) {
        writeBacks.add(ring.iova(0) + LegacyReceiveDescriptor.WORD1_OFFSET, written);
        ring.advance(1);
        inBuffer = 0;
        int threshold = ring.entries() >>> (1 + (registers.get(RCTL) >>> RCTL_RDMTS_SHIFT & 3));
        if (freeBefore - 1 == threshold) heldCauses |= ICR_RXDMT0; // the step onto it // 317453, 13.4.22
    }

    private int finish() {
        storing = false;
        boolean small = delay.isSmall(position);
        heldSmall |= small;
        heldAfterSmall = !small;
        if (small || writeBacks.size() >= threshold()) flushing = true;
        if (flushing && writeBacks.size() >= SHOWN_TOGETHER) show();
        return DONE;
    }

    /// Shows what can be shown by now.
    ///
    /// @return 1 when something changed for the guest
    int show() {
        if (flushing && writeBacks.flush(memory)) flushing = false;
        int faults = writeBacks.takeFaults();
        if (faults > 0) counters.add(E1000Counter.RECEIVE_DMA_FAULTS, faults);
        if (!heldSmall && !heldAfterSmall && heldCauses == 0 && ring.head() == shownHead) return 0;
        if (flushing || !memory.writesVisible()) return 0;
        shownHead = ring.head();
        registers.set(RDH, shownHead);
        if (heldSmall) delay.smallFrameStored();
        if (heldAfterSmall) delay.frameStored();
        heldSmall = false;
        heldAfterSmall = false;
        int raised = heldCauses;
        heldCauses = 0;
        if (raised != 0) causes.raise(raised);
        return 1;
    }

    /// A delay timer ended: everything is written back now.
    ///
    /// @return false while the memory is too busy
    private boolean flushNow() {
        flushing = !writeBacks.flush(memory);
        return !flushing;
    }

    /// Write-backs collected before they are done, while a timer runs that ends the wait. // 317453,
    /// 13.4.46
    private int threshold() {
        if (registers.get(RDTR) == 0) return 1;
        int control = registers.get(RXDCTL);
        int threshold = control >>> RXDCTL_WTHRESH_SHIFT & THRESHOLD_MASK;
        return Math.max(1, (control & RXDCTL_GRAN) != 0 ? threshold : threshold * DESCRIPTORS_PER_LINE);
    }
}
