package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_TXD_LOW;
import static dev.doorbell.register.E1000Bits.ICR_TXQE;
import static dev.doorbell.register.E1000Bits.TXDCTL_GRAN;
import static dev.doorbell.register.E1000Bits.TXDCTL_LWTHRESH_SHIFT;
import static dev.doorbell.register.E1000Bits.TXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TIDV;
import static dev.doorbell.register.E1000Register.TXDCTL;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.TransmitDescriptor;
import dev.doorbell.ring.WriteBackQueue;

/// Tells the guest about transmit descriptors that are done: status written back, TDH moved, causes raised.
///
/// Head and causes are shown only when every write-back before them can be seen. With TXDCTL.WTHRESH above
/// 1 write-backs are collected until there are as many, or until TIDV ends. // 317453, 3.4.3
final class TransmitCompletion {
    /// Write-backs that can wait: the largest threshold and a window of descriptors on top.
    private static final int LIMIT_WRITE_BACKS = 512;

    /// A cache line holds this many descriptors, where thresholds count lines.
    private static final int DESCRIPTORS_PER_LINE = 4;

    private static final int THRESHOLD_MASK = 0x3F;

    private final RegisterFile registers;
    private final DmaMemory memory;
    private final DescriptorRing ring;
    private final CauseSink causes;
    private final TransmitDelay delay;
    private final CounterTable<E1000Counter> counters;
    private final WriteBackQueue writeBacks = new WriteBackQueue(LIMIT_WRITE_BACKS, false);
    private boolean flushing; // what waits has reached its threshold
    private boolean immediateWaits; // a write-back without delay is among those that wait
    private int heldCauses; // raised once the writes can be seen
    private boolean immediateWritten; // TXDW at once is due then
    private boolean delayStarts; // the delay timers start then
    private int shownHead;

    TransmitCompletion(
            RegisterFile registers,
            DmaMemory memory,
            DescriptorRing ring,
            CauseSink causes,
            TransmitDelay delay,
            CounterTable<E1000Counter> counters) {
        this.registers = registers;
        this.memory = memory;
        this.ring = ring;
        this.causes = causes;
        this.delay = delay;
        this.counters = counters;
        delay.onExpiry(this::flushNow);
    }

    void reset() {
        writeBacks.clear();
        flushing = false;
        immediateWaits = false;
        heldCauses = 0;
        immediateWritten = false;
        delayStarts = false;
        shownHead = registers.get(TDH);
    }

    /// The head to go on from: ours, or the guest's when it wrote TDH since we showed ours.
    int head() {
        int register = registers.get(TDH);
        return register == shownHead ? ring.head() : register;
    }

    /// The ring was set up anew, with the head that the guest sees.
    void ringMoved() {
        shownHead = registers.get(TDH);
    }

    /// Whether `count` more descriptors can be completed.
    boolean hasRoom(int count) {
        return writeBacks.free() >= count;
    }

    /// The `n`-th fetched descriptor is done.
    void done(int n, int pendingBefore) {
        long word1 = ring.word1(n);
        if (TransmitDescriptor.reportsStatus(word1)) {
            writeBacks.add(ring.iova(n) + TransmitDescriptor.STATUS_OFFSET, TransmitDescriptor.doneStatus(word1));
            if (TransmitDescriptor.delaysInterrupt(word1) && registers.get(TIDV) != 0) {
                delayStarts = true;
            } else {
                immediateWaits = true;
                delayStarts = false; // an interrupt at once stops the timers
            }
        }
        int low = 8 * (registers.get(TXDCTL) >>> TXDCTL_LWTHRESH_SHIFT);
        if (pendingBefore == low + 1) heldCauses |= ICR_TXD_LOW;
    }

    /// The head moved over all that was reported done; nothing is pending if `empty`.
    void stepDone(boolean empty) {
        if (empty) heldCauses |= ICR_TXQE;
        // An empty ring writes back at once what no timer will: the chip would leave it until more work
        // comes.
        if (writeBacks.size() >= threshold() || (empty && immediateWaits)) flushing = true;
        show();
    }

    /// Shows what can be shown by now.
    ///
    /// @return 1 when something changed for the guest
    int show() {
        if (flushing && writeBacks.flush(memory)) {
            flushing = false;
            immediateWritten |= immediateWaits;
            immediateWaits = false;
        }
        int faults = writeBacks.takeFaults();
        if (faults > 0) counters.add(E1000Counter.TRANSMIT_DMA_FAULTS, faults);
        boolean news = heldCauses != 0 || immediateWritten || delayStarts || ring.head() != shownHead;
        if (!news || flushing || !memory.writesVisible()) return 0;
        shownHead = ring.head();
        registers.set(TDH, shownHead);
        if (immediateWritten) delay.writtenBack(false);
        if (delayStarts) delay.writtenBack(true);
        immediateWritten = false;
        delayStarts = false;
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
        immediateWaits = false; // the timer's TXDW is theirs, too
        return !flushing;
    }

    private int threshold() {
        int control = registers.get(TXDCTL);
        int threshold = control >>> TXDCTL_WTHRESH_SHIFT & THRESHOLD_MASK;
        return Math.max(1, (control & TXDCTL_GRAN) != 0 ? threshold : threshold * DESCRIPTORS_PER_LINE);
    }
}
