package dev.doorbell.device.igb.transmit;

import static dev.doorbell.register.IgbBits.TDWBAL_ADDRESS;
import static dev.doorbell.register.IgbBits.TDWBAL_HEAD_WB_EN;
import static dev.doorbell.register.IgbBits.TXDCTL_WTHRESH_MASK;
import static dev.doorbell.register.IgbBits.TXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.IgbRegister.TDH;
import static dev.doorbell.register.IgbRegister.TDWBAH;
import static dev.doorbell.register.IgbRegister.TDWBAL;
import static dev.doorbell.register.IgbRegister.TXDCTL;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.WriteBackQueue;

/// Tells the guest about descriptors of one queue that are done: DD written back or the head stored in memory, TDH
/// moved,
/// the queue's cause raised.
///
/// Head and cause are shown only when every write-back before them can be seen. Write-backs are collected until there
/// are as many as TXDCTL.WTHRESH says, or the queue runs empty: no timer would end the wait on this chip.
final class TransmitCompletion {
    /// Write-backs that can wait: the largest threshold and a window of descriptors on top.
    private static final int LIMIT_WRITE_BACKS = 256;

    private final int queue;
    private final RegisterFile registers;
    private final DmaMemory memory;
    private final DescriptorRing ring;
    private final Interrupts interrupts;
    private final CounterTable<IgbCounter> counters;
    private final WriteBackQueue writeBacks = new WriteBackQueue(LIMIT_WRITE_BACKS, false);
    private int collected; // descriptors that asked for a report and wait for it
    private boolean headWaits; // some of them are reported by storing the head
    private boolean flushing; // what waits has reached its threshold
    private boolean written; // the cause is raised once the writes can be seen
    private int shownHead;

    TransmitCompletion(
            int queue,
            RegisterFile registers,
            DmaMemory memory,
            DescriptorRing ring,
            Interrupts interrupts,
            CounterTable<IgbCounter> counters) {
        this.queue = queue;
        this.registers = registers;
        this.memory = memory;
        this.ring = ring;
        this.interrupts = interrupts;
        this.counters = counters;
    }

    void reset() {
        forget();
        written = false;
        headMoved();
    }

    /// The guest sets up the ring anew: where its descriptors were there may be anything now.
    void forget() {
        writeBacks.clear();
        collected = 0;
        headWaits = false;
        flushing = false;
    }

    /// The guest wrote the head that it sees.
    void headMoved() {
        shownHead = registers.get(TDH, queue);
    }

    /// Whether `count` more descriptors can be completed.
    boolean hasRoom(int count) {
        return writeBacks.free() >= count;
    }

    /// The `n`-th fetched descriptor is done.
    void done(int n, long word1) {
        if (!AdvancedTransmitDescriptor.reportsStatus(word1)) return;
        collected++;
        if ((registers.get(TDWBAL, queue) & TDWBAL_HEAD_WB_EN) != 0) {
            headWaits = true;
            return;
        }
        writeBacks.add(
                ring.iova(n) + AdvancedTransmitDescriptor.STATUS_OFFSET, AdvancedTransmitDescriptor.doneStatus(word1));
    }

    /// The head moved over all that was reported done; nothing is left if `empty`.
    void stepDone(boolean empty) {
        int threshold = registers.get(TXDCTL, queue) >>> TXDCTL_WTHRESH_SHIFT & TXDCTL_WTHRESH_MASK;
        if (collected > 0 && (empty || collected >= threshold)) flushing = true;
    }

    /// TXDCTL.SWFLUSH, or the end of TXDCTL.ENABLE: what was collected is written now.
    void flush() {
        if (collected > 0) flushing = true;
    }

    /// Whether nothing is left that [#show()] could show.
    boolean isShown() {
        return !flushing && !written && ring.head() == shownHead;
    }

    /// Shows what can be shown by now.
    ///
    /// @return 1 when something changed for the guest
    int show() {
        if (flushing && stored()) {
            flushing = false;
            written = true;
            collected = 0;
        }
        boolean news = written || ring.head() != shownHead;
        if (!news || flushing || !memory.writesVisible()) return 0;
        shownHead = ring.head();
        registers.set(TDH, queue, shownHead);
        if (written) {
            written = false;
            interrupts.transmitted(queue);
        }
        return 1;
    }

    /// @return false while the memory is too busy
    private boolean stored() {
        boolean all = writeBacks.flush(memory);
        int faults = writeBacks.takeFaults();
        if (faults > 0) counters.add(IgbCounter.TRANSMIT_DMA_FAULTS, faults);
        if (!all || !headWaits) return all;
        long at = (long) registers.get(TDWBAH, queue) << 32
                | Integer.toUnsignedLong(registers.get(TDWBAL, queue) & TDWBAL_ADDRESS);
        int answer = memory.storeRelease32(at, ring.head());
        if (answer == DmaMemory.NOT_YET) return false;
        if (answer == DmaMemory.FAULT) counters.increment(IgbCounter.TRANSMIT_DMA_FAULTS);
        headWaits = false;
        return true;
    }
}
