package dev.doorbell.device.igb.doorbell;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbBits;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.SharedRegisterFile;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Doorbells that cost no exit: finds what a guest stored in the shared pages and writes it to the
/// registers, as a message would have.
///
/// **When.** Before every message, all words. In every duty cycle while a queue may run, the words that
/// a guest may change without any message: the control words of all queues and the tails of the enabled
/// ones; where one of them changed, everything. Nothing else needs looking at: no queue runs without
/// RCTL.EN or TCTL.EN and bus mastering, those are turned on by messages, and before each message
/// everything is looked at. So a queue that was enabled while nobody looked is seen by the message that
/// lets it run.
///
/// **In which order.** A doorbell means that everything the guest stored before it is there. So the
/// tail is loaded before what it depends on; and where the set-up of a queue has changed, all its words
/// are collected twice and used only when both are the same: then there was an instant at which the
/// guest had stored exactly these. A ring that moved under a control word that still reads enabled was
/// disabled and enabled between two looks: the queue is stopped, set up and started again.
///
/// Bounded, allocates nothing. One thread: the card's loop.
public final class SharedDoorbells {
    private static final int QUEUE_ENABLE = 1 << 25; // of TXDCTL and RXDCTL
    private static final int COLLECT_ATTEMPTS = 4;

    private final SharedRegisterFile registers;
    private final PciPort port;
    private final CounterTable<IgbCounter> counters;
    private final DropCounts drops;
    private final QueueWords[] queues = new QueueWords[2 * IgbRegister.QUEUES];
    private final int[] others; // offsets of the shared registers that are no queue's
    private final int[] watched; // offsets to look at in every duty cycle
    private int watchedCount;
    private boolean watchedStale = true;
    private final int[] collected = new int[QueueWords.LIMIT_WORDS + 4];

    public SharedDoorbells(SharedRegisterFile registers, PciPort port, CounterTable<IgbCounter> counters) {
        this.registers = registers;
        this.port = port;
        this.counters = counters;
        drops = new DropCounts(registers);
        for (int queue = 0; queue < IgbRegister.QUEUES; queue++) {
            queues[queue] = QueueWords.receive(registers, queue);
            queues[IgbRegister.QUEUES + queue] = QueueWords.transmit(registers, queue);
        }
        others = DoorbellPages.wordsOfNoQueue(registers, queues);
        watched = new int[4 * queues.length];
    }

    /// Registers of an 82576 with those of the queue pages shown in `memory`.
    public static SharedRegisterFile registers(MemorySegment memory) {
        return new SharedRegisterFile(
                IgbRegister.values(), IgbRegister.SPACE_BYTES, memory, DoorbellPages::showsRegister);
    }

    /// What of BAR0 a client may map.
    ///
    /// @param fd of a file whose bytes are the memory
    public static MappableAreas areas(int fd) {
        return new MappableAreas(fd, 0, List.copyOf(DoorbellPages.AREAS));
    }

    /// Whether [#poll] must be called though no message and no frame came: a store in the pages may let
    /// a queue do something.
    public boolean polls() {
        boolean enabled = (registers.get(IgbRegister.RCTL) & IgbBits.RCTL_EN) != 0
                || (registers.get(IgbRegister.TCTL) & IgbBits.TCTL_EN) != 0;
        return enabled && port.busMaster();
    }

    /// Looks for doorbells.
    ///
    /// @return words that the guest had changed
    public int poll() {
        if (!polls()) return 0;
        if (watchedStale) watch();
        for (int i = 0; i < watchedCount; i++) if (registers.changed(watched[i])) return scan();
        return 0;
    }

    /// Whether [#poll] would find anything; cheaper than a duty cycle.
    public boolean rang() {
        if (watchedStale) watch();
        for (int i = 0; i < watchedCount; i++) if (registers.changed(watched[i])) return true;
        return false;
    }

    private void watch() {
        watchedStale = false;
        watchedCount = 0;
        for (QueueWords queue : queues) {
            for (int offset : queue.control) watched[watchedCount++] = offset;
            if (isEnabled(queue)) for (int offset : queue.tail) watched[watchedCount++] = offset;
        }
    }

    private boolean isEnabled(QueueWords queue) {
        return queue.control.length > 0 && (registers.storedAt(queue.control[0]) & QUEUE_ENABLE) != 0;
    }

    /// A message reads the register at `offset`, exactly as in a card without shared pages.
    public int read(int offset) {
        scan();
        int value = drops.holds(offset) ? drops.read(offset) : registers.read(offset);
        if (offset == IgbRegister.GPRC.spec().offset()) drops.endInterval();
        publish();
        return value;
    }

    /// A message writes the register at `offset`, exactly as in a card without shared pages.
    public void write(int offset, int value) {
        scan();
        registers.write(offset, value);
        watchedStale = true;
        publish();
    }

    /// Shows the guest what the registers hold now; at the end of a duty cycle.
    public void publish() {
        registers.publish();
    }

    /// The card was reset, and so are the pages, whatever the guest has stored in them.
    public void reset() {
        registers.rewrite();
        watchedStale = true;
    }

    /// Takes everything that the guest changed.
    private int scan() {
        int changes = 0;
        for (int offset : others) {
            if (!registers.changed(offset)) continue;
            registers.accept(offset, registers.load(offset));
            changes++;
        }
        for (QueueWords queue : queues) changes += scan(queue);
        if (changes == 0) return 0;
        counters.add(IgbCounter.SHARED_WORDS, changes);
        registers.publish();
        return changes;
    }

    private int scan(QueueWords queue) {
        int tailAt = firstChanged(queue.tail);
        int tail = tailAt < 0 ? 0 : registers.load(tailAt); // before what it depends on
        if (firstChanged(queue.ring) < 0 && firstChanged(queue.other) < 0 && firstChanged(queue.control) < 0) {
            if (tailAt < 0) return 0;
            registers.accept(tailAt, tail);
            return 1;
        }
        for (int attempt = 0; attempt < COLLECT_ATTEMPTS; attempt++) if (collect(queue)) return apply(queue);
        counters.increment(IgbCounter.SHARED_UNSTEADY);
        return 1; // something to do in the next duty cycle
    }

    /// @return offset of the first place that the guest changed, or -1
    private int firstChanged(int[] places) {
        for (int offset : places) if (registers.changed(offset)) return offset;
        return -1;
    }

    /// Loads all words of a queue, twice.
    ///
    /// @return whether both times were the same
    private boolean collect(QueueWords queue) {
        int at = 0;
        for (int[] row : queue.rows) for (int offset : row) collected[at++] = registers.load(offset);
        at = 0;
        for (int[] row : queue.rows) for (int offset : row) if (collected[at++] != registers.load(offset)) return false;
        return true;
    }

    /// Writes what was collected to the registers: stop, set up, start.
    private int apply(QueueWords queue) {
        int control = changedValue(queue.control, queue.controlAt, registers.storedAt(queue.control[0]));
        int tailBefore = queue.tail.length == 0 ? 0 : registers.storedAt(queue.tail[0]);
        int tail = changedValue(queue.tail, queue.tailAt, tailBefore);
        boolean wasEnabled = isEnabled(queue);
        boolean enabled = (control & QUEUE_ENABLE) != 0;
        boolean moved = anyChanged(queue.ring, queue.ringAt);
        boolean controlChanged = anyChanged(queue.control, queue.controlAt);
        boolean stopped = wasEnabled && (!enabled || moved);

        watchedStale = true;
        if (stopped) registers.write(queue.control[0], control & ~QUEUE_ENABLE);
        int changes = notice(queue.control, queue.controlAt);
        changes += accept(queue.ring, queue.ringAt);
        changes += accept(queue.other, queue.otherAt);
        // A driver that sets a ring up writes its head, too, which the page may have shown just so.
        if (moved || (enabled && !wasEnabled)) registers.write(queue.head, registers.storedAt(queue.head));
        changes += accept(queue.tail, queue.tailAt);
        if (enabled ? stopped || controlChanged : controlChanged && !stopped)
            registers.write(queue.control[0], control);
        // A tail counts only while its queue is enabled; and a queue that starts forgets the tail that
        // the guest may have stored again since, the same number as before.
        boolean lost = queue.tail.length > 0 && registers.storedAt(queue.tail[0]) != tail;
        if (lost) registers.write(queue.tail[0], tail);
        return changes;
    }

    private boolean anyChanged(int[] places, int at) {
        for (int i = 0; i < places.length; i++) if (collected[at + i] != registers.shown(places[i])) return true;
        return false;
    }

    /// What the guest stored last at one of the places of a register; which of two it was nobody can
    /// know.
    private int changedValue(int[] places, int at, int otherwise) {
        for (int i = places.length - 1; i >= 0; i--)
            if (collected[at + i] != registers.shown(places[i])) return collected[at + i];
        return otherwise;
    }

    private int notice(int[] places, int at) {
        int changes = 0;
        for (int i = 0; i < places.length; i++) {
            if (collected[at + i] == registers.shown(places[i])) continue;
            registers.notice(places[i], collected[at + i]);
            changes++;
        }
        return changes;
    }

    private int accept(int[] places, int at) {
        int changes = 0;
        for (int i = 0; i < places.length; i++) {
            if (collected[at + i] == registers.shown(places[i])) continue;
            registers.accept(places[i], collected[at + i]);
            changes++;
        }
        return changes;
    }
}
