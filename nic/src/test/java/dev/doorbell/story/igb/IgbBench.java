package dev.doorbell.story.igb;

import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.story.GuestMemory;
import dev.doorbell.story.Wire;
import dev.doorbell.time.VirtualTimeline;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An 82576 in a slot of the bench: the test is its guest, its network and its clock.
///
/// With the system property `story.doorbells=shared` every bench maps the shared pages, so that stories
/// run both ways. Its guest's accesses there are plain loads and stores. Doorbells are that and nothing
/// more; around the others the guest reads STATUS, as drivers do after set-up, so that the card has
/// looked. What only messages can do (the rate limiter, RQDPC that a read clears) is done by messages.
public final class IgbBench {
    private static final boolean SHARED = "shared".equals(System.getProperty("story.doorbells"));

    /// 52:54:00:12:34:56.
    public static final long MAC = 0x5254_0012_3456L;

    public static final int VECTORS = 10;

    /// More duty cycles than any story needs.
    private static final int CYCLE_LIMIT = 100_000;

    public final VirtualTimeline time = new VirtualTimeline(1_000_000_000);
    public final GuestMemory memory = new GuestMemory(16 << 20);
    public final Wire wire;
    public final Igb card;
    private final @Nullable MappedPages pages;
    private final boolean mapped;
    private final boolean flushes; // reads STATUS so that the card looks, as drivers do after set-up
    private boolean busMaster = true;
    private boolean line;
    private int interrupts;
    private long interruptAtNs;
    private final int[] messages = new int[VECTORS];
    private final long[] messageAtNs = new long[VECTORS];

    /// A card after power-on; auto-negotiation has just begun.
    public IgbBench() {
        this(new IgbOptions(MAC), new Wire());
    }

    public IgbBench(IgbOptions options, Wire wire) {
        this(options, wire, SHARED ? new MappedPages() : null, true, true);
    }

    private IgbBench(IgbOptions options, Wire wire, @Nullable MappedPages pages, boolean mapped, boolean flushes) {
        this.wire = wire;
        this.pages = pages;
        this.mapped = mapped && pages != null;
        this.flushes = flushes;
        card = new Igb(options, time, wire, pages == null ? null : pages.forCard());
        card.attach(new Slot());
        card.reset();
    }

    /// A card with its link up and no cause pending.
    public static IgbBench withLink() {
        return new IgbBench().awaitLink();
    }

    /// A card after power-on whose guest maps the shared pages, whatever the property says, and only
    /// loads and stores there.
    public static IgbBench shared() {
        return new IgbBench(new IgbOptions(MAC), new Wire(), new MappedPages(), true, false);
    }

    /// A card after power-on whose guest maps nothing, as with INTx: where the card has shared pages,
    /// its guest reaches them by messages.
    public static IgbBench byMessages() {
        return new IgbBench(new IgbOptions(MAC), new Wire(), SHARED ? new MappedPages() : null, false, false);
    }

    /// The pages that the guest has mapped.
    public MappedPages pages() {
        return Objects.requireNonNull(pages, "a trapped bench");
    }

    /// Lets auto-negotiation finish and takes back the cause it raised. CTRL.SLU is set for it, as
    /// every driver does.
    public IgbBench awaitLink() {
        write(IgbRegister.CTRL, read(IgbRegister.CTRL) | 1 << 6);
        advance(IgbOptions.AUTO_NEGOTIATION_NS);
        write(IgbRegister.ICR, -1);
        return this;
    }

    public int read(IgbRegister register) {
        return readAt(register.spec().offset());
    }

    public int read(IgbRegister register, int index) {
        return readAt(register.spec().offset(index));
    }

    public int readAt(int offset) {
        if (mapped && MappedPages.hold(offset)) {
            if (flushes && MappedPages.isOnlyForMessages(offset)) return message(offset);
            if (flushes) message(IgbRegister.STATUS.spec().offset());
            return pages().load(offset);
        }
        return message(offset);
    }

    private int message(int offset) {
        return (int) card.readBar(0, offset, 4);
    }

    public void write(IgbRegister register, int value) {
        writeAt(register.spec().offset(), value);
    }

    public void write(IgbRegister register, int index, int value) {
        writeAt(register.spec().offset(index), value);
    }

    public void writeAt(int offset, int value) {
        if (mapped && MappedPages.hold(offset) && !(flushes && MappedPages.isOnlyForMessages(offset))) {
            pages().store(offset, value);
            if (flushes && !MappedPages.isTail(offset))
                message(IgbRegister.STATUS.spec().offset());
        } else card.writeBar(0, offset, 4, Integer.toUnsignedLong(value));
    }

    /// Duty cycles until the card has nothing to do at this instant.
    public void runUntilIdle() {
        for (int cycle = 0; cycle < CYCLE_LIMIT; cycle++) if (card.doWork() == 0) return;
        throw new AssertionError("the card is still busy after " + CYCLE_LIMIT + " duty cycles");
    }

    /// Moves time on, stopping at every timer on the way to run it and then the card, as a loop that is
    /// never late.
    public void advance(long ns) {
        long untilNs = time.nowNs() + ns;
        runUntilIdle();
        while (time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) {
            time.advanceTo(Math.max(time.nowNs(), time.nextDeadlineNs()), 1_000_000);
            runUntilIdle();
        }
        time.advanceTo(untilNs, 1);
    }

    /// Moves time on as a host that was away: the card runs only at the end.
    public void sleepThrough(long ns) {
        time.advance(ns);
        runUntilIdle();
    }

    /// The guest turns bus mastering on or off: the slot's memory then opens or refuses.
    public void busMaster(boolean enabled) {
        busMaster = enabled;
        memory.open(enabled);
        card.busMasterChanged(enabled);
    }

    /// Level of the interrupt line.
    public boolean line() {
        return line;
    }

    /// Assertions of the interrupt line so far.
    public int interruptCount() {
        return interrupts;
    }

    /// When the line was asserted last.
    public long interruptAtNs() {
        return interruptAtNs;
    }

    /// MSI-X messages of `vector` so far.
    public int messages(int vector) {
        return messages[vector];
    }

    /// When `vector` was sent last.
    public long messageAtNs(int vector) {
        return messageAtNs[vector];
    }

    public long counter(IgbCounter counter) {
        return card.counters().get(counter);
    }

    private final class Slot implements PciPort {
        @Override
        public DmaMemory memory() {
            return memory;
        }

        @Override
        public void setInterruptLine(boolean asserted) {
            if (asserted == line) throw new AssertionError("the line is already " + asserted);
            line = asserted;
            if (!asserted) return;
            interrupts++;
            interruptAtNs = time.nowNs();
        }

        @Override
        public void sendMessage(int vector) {
            messages[vector]++;
            messageAtNs[vector] = time.nowNs();
        }

        @Override
        public boolean busMaster() {
            return busMaster;
        }
    }
}
