package dev.doorbell.driver;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.LoopbackBackend;
import dev.doorbell.device.NetworkCard;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.driver.e1000.E1000Driver;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.VirtualTimeline;

/// A driver on a card of this process whose frames come back, under virtual time, and a slot that the
/// card can be pulled out of. Nothing is started.
final class LibraryRig {
    /// What every promise of the library is tried on.
    enum Chip {
        E1000,
        IGB_LINE,
        IGB_MESSAGES
    }

    private static final long MAC = 0x5254_0012_3456L;
    private static final int CARD_STEPS = 100_000;

    final VirtualTimeline time = new VirtualTimeline();
    final DriverMemory memory = DriverMemory.local(8 << 20);
    final NetworkCard card;
    final Slot slot;
    final NetworkDriver driver;

    /// @param options of which the 82576 has the throttle only
    LibraryRig(Chip chip, DriverOptions options) {
        this(chip, options, 1);
    }

    LibraryRig(Chip chip, DriverOptions options, int receiveQueues) {
        card = chip == Chip.E1000
                ? new E1000(new E1000Options(E1000Model.I82540EM, MAC), time, new LoopbackBackend())
                : new Igb(new IgbOptions(MAC).withMsix(chip == Chip.IGB_MESSAGES), time, new LoopbackBackend());
        slot = new Slot(new PciEndpoint(card));
        driver = chip == Chip.E1000
                ? new E1000Driver(slot, memory, options, this::pass)
                : new IgbDriver(slot, memory, IgbDriverOptions.of(options).withQueues(1, receiveQueues), this::pass);
    }

    /// Time passes, from deadline to deadline; the card works.
    void pass(long ns) {
        long untilNs = time.nowNs() + ns;
        settle();
        while (time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) {
            time.advanceTo(Math.max(time.nowNs(), time.nextDeadlineNs()), 1_000_000);
            settle();
        }
        time.advanceTo(untilNs, 1);
    }

    /// The card does all it can do now.
    void settle() {
        int steps = 0;
        while (card.doWork() > 0) assertTrue(++steps < CARD_STEPS, "the card does not come to rest");
    }

    /// A PCI slot: after [#pullOutAfter] accesses nothing is in it, reads are all ones and writes are lost.
    static final class Slot implements PciFunction {
        private final PciFunction card;
        private long left = Long.MAX_VALUE;
        private long accesses;

        Slot(PciFunction card) {
            this.card = card;
        }

        void pullOutAfter(long more) {
            left = more;
        }

        long accesses() {
            return accesses;
        }

        private boolean isGone() {
            accesses++;
            return left-- <= 0;
        }

        @Override
        public long read(int region, long offset, int sizeBytes) {
            return isGone() ? -1L >>> (64 - 8 * sizeBytes) : card.read(region, offset, sizeBytes);
        }

        @Override
        public void write(int region, long offset, int sizeBytes, long value) {
            if (!isGone()) card.write(region, offset, sizeBytes, value);
        }

        @Override
        public long regionSizeBytes(int region) {
            return card.regionSizeBytes(region);
        }

        @Override
        public int vectorCount(InterruptKind kind) {
            return card.vectorCount(kind);
        }

        @Override
        public void connect(DmaMemory dma, InterruptSink interrupts) {
            card.connect(dma, interrupts);
        }

        @Override
        public void reset() {
            card.reset();
        }
    }
}
