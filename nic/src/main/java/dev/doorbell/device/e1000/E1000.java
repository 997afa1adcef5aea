package dev.doorbell.device.e1000;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.CardTotal;
import dev.doorbell.device.NetworkCard;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.PciIdentity;
import dev.doorbell.pci.PciPort;
import dev.doorbell.time.Timeline;
import org.jspecify.annotations.Nullable;

/// An Intel 82540EM or 82545EM: the front of this package.
///
/// Register accesses, guest memory, frames and time come in; values, DMA, frames and interrupts go out. The card owns
/// no thread and reads no clock but its timeline. One thread, the card's loop, calls everything except [#counters()]
/// and [#interruptGaps()]. Nothing a guest does throws.
public final class E1000 implements NetworkCard {
    private final E1000Options options;
    private final Timeline time;
    private final FrameBackend backend;
    private final PciIdentity identity;
    private final CounterTable<E1000Counter> counters = new CounterTable<>(E1000Counter.class);
    private final InterruptGaps interruptGaps = new InterruptGaps();
    private @Nullable Controller controller; // from attach on

    /// @param backend where frames go; belongs to the caller, who closes it
    public E1000(E1000Options options, Timeline time, FrameBackend backend) {
        this.options = options;
        this.time = time;
        this.backend = backend;
        identity = options.model().identity(options.subsystemId());
    }

    @Override
    public PciIdentity identity() {
        return identity;
    }

    @Override
    public void attach(PciPort port) {
        controller = new Controller(options, time, backend, port, counters, interruptGaps);
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
    /// // 317453, 13.2.1 and 13.2.2
    @Override
    public void writeBar(int bar, long offset, int sizeBytes, long value) {
        if (sizeBytes < 4) {
            counters.increment(E1000Counter.REGISTER_PARTIAL);
            return;
        }
        writeWord(bar, (int) offset, (int) value);
        if (sizeBytes == 8) writeWord(bar, (int) offset + 4, (int) (value >>> 32));
    }

    private int readWord(int bar, int offset) {
        return bar == 0 ? controller().read(offset) : controller().ioWindow().read(offset);
    }

    private void writeWord(int bar, int offset, int value) {
        if (bar == 0) controller().write(offset, value);
        else controller().ioWindow().write(offset, value);
    }

    @Override
    public void reset() {
        controller().powerOn();
    }

    @Override
    public void connectCable(boolean plugged) {
        controller().connectCable(plugged);
    }

    @Override
    public CounterTable<E1000Counter> counters() {
        return counters;
    }

    @Override
    public long total(CardTotal which) {
        return switch (which) {
            case TRANSMIT_FRAMES -> counters.get(E1000Counter.TRANSMIT_FRAMES);
            case TRANSMIT_BYTES -> counters.get(E1000Counter.TRANSMIT_BYTES);
            case RECEIVE_FRAMES -> counters.get(E1000Counter.RECEIVE_FRAMES);
            case RECEIVE_BYTES -> counters.get(E1000Counter.RECEIVE_BYTES);
            case DOORBELLS ->
                counters.get(E1000Counter.TRANSMIT_DOORBELLS) + counters.get(E1000Counter.RECEIVE_DOORBELLS);
            case REGISTER_ACCESSES ->
                counters.get(E1000Counter.REGISTER_READS) + counters.get(E1000Counter.REGISTER_WRITES);
            case INTERRUPTS -> counters.get(E1000Counter.INTERRUPTS);
            case BACKPRESSURE -> counters.get(E1000Counter.TRANSMIT_BACKPRESSURE);
        };
    }

    @Override
    public InterruptGaps interruptGaps() {
        return interruptGaps;
    }

    @Override
    public String roleName() {
        return "e1000";
    }

    @Override
    public int doWork() {
        return controller().doWork();
    }

    /// The backend belongs to the caller; nothing else is held.
    @Override
    public void close() {}
}
