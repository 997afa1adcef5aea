package dev.doorbell.device.igb;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.CardTotal;
import dev.doorbell.device.NetworkCard;
import dev.doorbell.device.igb.doorbell.SharedDoorbells;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciIdentity;
import dev.doorbell.pci.PciPort;
import dev.doorbell.pci.SharedPages;
import dev.doorbell.time.Timeline;
import org.jspecify.annotations.Nullable;

/// An Intel 82576: the front of this package.
///
/// Register accesses, guest memory, frames and time come in; values, DMA, frames and interrupts go out. The card owns
/// no thread and reads no clock but its timeline. One thread, the card's loop, calls everything except [#counters()]
/// and [#interruptGaps()]. Nothing a guest does throws.
public final class Igb implements NetworkCard {
    private final IgbOptions options;
    private final Timeline time;
    private final FrameBackend backend;
    private final @Nullable SharedPages pages;
    private final PciIdentity identity;
    private final CounterTable<IgbCounter> counters = new CounterTable<>(IgbCounter.class);
    private final InterruptGaps interruptGaps = new InterruptGaps();
    private @Nullable Controller controller; // from attach on

    /// A card whose every register access is a message.
    ///
    /// @param backend where frames go; belongs to the caller, who closes it
    public Igb(IgbOptions options, Timeline time, FrameBackend backend) {
        this(options, time, backend, null);
    }

    /// A card whose clients may map the pages of its queue registers.
    ///
    /// @param pages memory of BAR0's size, this card's alone; null where there are none
    public Igb(IgbOptions options, Timeline time, FrameBackend backend, @Nullable SharedPages pages) {
        this.pages = pages;
        this.options = options;
        this.time = time;
        this.backend = backend;
        identity = IgbIdentity.of(options);
    }

    @Override
    public PciIdentity identity() {
        return identity;
    }

    @Override
    public void attach(PciPort port) {
        controller = new Controller(options, time, backend, port, pages, counters, interruptGaps);
    }

    @Override
    public MappableAreas mappableAreas(int bar) {
        return pages != null && pages.fd() >= 0 && bar == IgbIdentity.REGISTERS
                ? SharedDoorbells.areas(pages.fd())
                : MappableAreas.NONE;
    }

    @Override
    public boolean pollsSharedPages() {
        return controller().pollsSharedPages();
    }

    @Override
    public boolean sharedPagesChanged() {
        return controller().sharedPagesChanged();
    }

    private Controller controller() {
        Controller attached = controller;
        if (attached == null) throw new IllegalStateException("the card is in no slot");
        return attached;
    }

    /// Registers are 32 bits wide. A smaller read reads the whole register, with its side effects, and answers with
    /// the bytes asked for; 8 bytes are two reads, the lower register first.
    @Override
    public long readBar(int bar, long offset, int sizeBytes) {
        int word = readWord(bar, (int) offset & ~3);
        if (sizeBytes == 4) return Integer.toUnsignedLong(word);
        if (sizeBytes == 8) return ((long) readWord(bar, (int) offset + 4) << 32) | Integer.toUnsignedLong(word);
        return (word >>> (8 * ((int) offset & 3))) & ((1L << (8 * sizeBytes)) - 1);
    }

    /// Writes of less than 32 bits change nothing and are counted; 8 bytes are two writes, the lower register first.
    @Override
    public void writeBar(int bar, long offset, int sizeBytes, long value) {
        if (sizeBytes < 4) {
            counters.increment(IgbCounter.REGISTER_PARTIAL);
            return;
        }
        writeWord(bar, (int) offset, (int) value);
        if (sizeBytes == 8) writeWord(bar, (int) offset + 4, (int) (value >>> 32));
    }

    private int readWord(int bar, int offset) {
        return switch (bar) {
            case IgbIdentity.REGISTERS -> controller().read(offset);
            case IgbIdentity.IO_WINDOW -> controller().ioWindow().read(offset);
            default -> -1; // no flash is fitted: an erased part's bytes
        };
    }

    private void writeWord(int bar, int offset, int value) {
        switch (bar) {
            case IgbIdentity.REGISTERS -> controller().write(offset, value);
            case IgbIdentity.IO_WINDOW -> controller().ioWindow().write(offset, value);
            default -> counters.increment(IgbCounter.REGISTER_UNKNOWN);
        }
    }

    @Override
    public void reset() {
        controller().powerOn();
    }

    @Override
    public void connectCable(boolean plugged) {
        controller().connectCable(plugged);
    }

    /// Limits a transmit queue from now on, whatever the guest programs or resets; with a limit of the
    /// guest's as well the stricter one holds. On the card's loop.
    ///
    /// @param queue         0 to 15
    /// @param bitsPerSecond of Layer-2 bytes without FCS; 0 leaves the queue to the guest
    /// @throws IllegalArgumentException for other values
    public void setTransmitRate(int queue, long bitsPerSecond) {
        controller().setTransmitRate(queue, bitsPerSecond);
    }

    @Override
    public CounterTable<IgbCounter> counters() {
        return counters;
    }

    @Override
    public long total(CardTotal which) {
        return switch (which) {
            case TRANSMIT_FRAMES -> counters.get(IgbCounter.TRANSMIT_FRAMES);
            case TRANSMIT_BYTES -> counters.get(IgbCounter.TRANSMIT_BYTES);
            case RECEIVE_FRAMES -> counters.get(IgbCounter.RECEIVE_FRAMES);
            case RECEIVE_BYTES -> counters.get(IgbCounter.RECEIVE_BYTES);
            case DOORBELLS -> counters.get(IgbCounter.TRANSMIT_DOORBELLS) + counters.get(IgbCounter.RECEIVE_DOORBELLS);
            case REGISTER_ACCESSES ->
                counters.get(IgbCounter.REGISTER_READS) + counters.get(IgbCounter.REGISTER_WRITES);
            case INTERRUPTS -> counters.get(IgbCounter.INTERRUPTS);
            case BACKPRESSURE -> counters.get(IgbCounter.TRANSMIT_BACKPRESSURE);
        };
    }

    @Override
    public InterruptGaps interruptGaps() {
        return interruptGaps;
    }

    @Override
    public String roleName() {
        return "igb";
    }

    @Override
    public int doWork() {
        return controller().doWork();
    }

    /// The backend belongs to the caller; nothing else is held.
    @Override
    public void close() {}
}
