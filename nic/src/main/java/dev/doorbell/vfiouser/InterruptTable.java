package dev.doorbell.vfiouser;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Poller;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciFunction;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The eventfds that a client set up, and the function's way to them.
///
/// Messages are delivered whenever the function sends them: QEMU keeps the MSI-X table, and its mask bits,
/// to itself. A vector that the client masks by message here is held back, and sent when unmasked.
final class InterruptTable implements InterruptSink {
    /// Descriptors that [#fill] puts up for polling: the line's unmask and mask eventfds.
    static final int POLL_SLOTS = 2;

    private static final InterruptKind[] KINDS = InterruptKind.values();
    private static final int NONE = -1;

    private final int[][] eventfds = new int[KINDS.length][];
    private final int[] armed = new int[KINDS.length]; // vectors with an eventfd
    private final BitSet[] masked = new BitSet[KINDS.length];
    private final BitSet[] pending = new BitSet[KINDS.length];
    private final CounterTable<VfioUserCounter> counters;
    private final IntxLine line = new IntxLine(this::signalLine);
    private int unmaskFd = NONE;
    private int maskFd = NONE;

    InterruptTable(PciFunction function, CounterTable<VfioUserCounter> counters) {
        this.counters = counters;
        for (InterruptKind kind : KINDS) {
            int at = kind.ordinal();
            eventfds[at] = new int[function.vectorCount(kind)];
            Arrays.fill(eventfds[at], NONE);
            masked[at] = new BitSet();
            pending[at] = new BitSet();
        }
    }

    /// Vectors of one index of linux/vfio.h; -1 when there is no such index.
    int vectorCount(int index) {
        return index < 0 || index >= KINDS.length ? -1 : eventfds[index].length;
    }

    /// How the vectors of an index behave, as in GET_IRQ_INFO. Never NORESIZE: vectors come and go one by
    /// one.
    static int infoFlags(int index) {
        return index == InterruptKind.INTX.ordinal()
                ? Wire.IRQ_EVENTFD | Wire.IRQ_MASKABLE | Wire.IRQ_AUTOMASKED
                : Wire.IRQ_EVENTFD;
    }

    @Override
    public void intx(boolean asserted) {
        line.level(asserted);
    }

    @Override
    public void message(InterruptKind kind, int vector) {
        int at = kind.ordinal();
        int[] fds = eventfds[at];
        assert vector >= 0 && vector < fds.length : kind + " vector " + vector + " of " + fds.length;
        if (masked[at].get(vector)) pending[at].set(vector);
        else if (fds[vector] != NONE) signal(fds[vector]);
        else if (armed[at] > 0) counters.increment(VfioUserCounter.INTERRUPTS_UNARMED);
        // A function tells every kind of interrupt that it has; a client arms one of them.
    }

    private void signalLine() {
        signal(eventfds[InterruptKind.INTX.ordinal()][0]);
    }

    private void signal(int fd) {
        int result = EventFd.signal(fd);
        // A counter that is full wakes its reader as well as any.
        if (result >= 0 || result == -Errno.EAGAIN) counters.increment(VfioUserCounter.INTERRUPTS);
        else counters.increment(VfioUserCounter.INTERRUPTS_FAILED);
    }

    /// Acts on a SET_IRQS request.
    ///
    /// @param descriptors the eventfds; taken where they are used
    /// @return null when done, else why nothing was
    @Nullable
    Refusal set(Request.SetIrqs request, DescriptorList descriptors) {
        int vectors = vectorCount(request.index());
        if (vectors < 0 || request.start() > vectors || request.count() > vectors - request.start())
            return Refusal.BAD_INDEX;
        if (request.count() == 0) {
            disable(request.index(), 0, vectors);
            return null;
        }
        boolean maskable = request.index() <= InterruptKind.MSIX.ordinal();
        if (request.action() != Wire.ACTION_TRIGGER && !maskable) return Refusal.UNSUPPORTED;
        return switch (request.data()) {
            case Wire.DATA_EVENTFD -> setEventfds(request, descriptors);
            default -> {
                for (int i = 0; i < request.count(); i++)
                    if (request.data() == Wire.DATA_NONE || Wire.get8(request.flags(), i) != 0)
                        act(request.index(), request.start() + i, request.action());
                yield null;
            }
        };
    }

    /// As [#set] with action UNMASK for the line.
    @Nullable
    Refusal unmaskLine() {
        if (vectorCount(InterruptKind.INTX.ordinal()) == 0) return Refusal.BAD_INDEX;
        line.unmask();
        return null;
    }

    private @Nullable Refusal setEventfds(Request.SetIrqs request, DescriptorList descriptors) {
        boolean line0 = request.index() == InterruptKind.INTX.ordinal();
        if (request.action() != Wire.ACTION_TRIGGER && !line0) return Refusal.UNSUPPORTED; // as Linux: INTx only
        for (int i = 0; i < descriptors.size(); i++)
            if (EventFd.prepare(descriptors.get(i)) < 0) return Refusal.BAD_DESCRIPTORS;
        if (request.action() != Wire.ACTION_TRIGGER) {
            int fd = descriptors.size() == 0 ? NONE : descriptors.take(0);
            if (request.action() == Wire.ACTION_UNMASK) unmaskFd = replace(unmaskFd, fd);
            else maskFd = replace(maskFd, fd);
            return null;
        }
        if (descriptors.size() == 0) {
            disable(request.index(), request.start(), request.count());
            return null;
        }
        for (int i = 0; i < request.count(); i++) arm(request.index(), request.start() + i, descriptors.take(i));
        return null;
    }

    private static int replace(int old, int fd) {
        if (old >= 0) Files.close(old);
        return fd;
    }

    private void arm(int index, int vector, int fd) {
        if (eventfds[index][vector] != NONE) armed[index]--;
        if (fd != NONE) armed[index]++;
        eventfds[index][vector] = replace(eventfds[index][vector], fd);
        masked[index].clear(vector);
        pending[index].clear(vector);
        if (index == InterruptKind.INTX.ordinal()) line.arm(fd != NONE);
    }

    private void disable(int index, int start, int count) {
        for (int i = 0; i < count; i++) arm(index, start + i, NONE);
        if (index != InterruptKind.INTX.ordinal()) return;
        unmaskFd = replace(unmaskFd, NONE);
        maskFd = replace(maskFd, NONE);
    }

    private void act(int index, int vector, int action) {
        boolean intx = index == InterruptKind.INTX.ordinal();
        switch (action) {
            case Wire.ACTION_TRIGGER -> {
                int fd = eventfds[index][vector];
                if (fd == NONE) counters.increment(VfioUserCounter.INTERRUPTS_UNARMED);
                else signal(fd);
            }
            case Wire.ACTION_MASK -> {
                if (intx) line.mask();
                else masked[index].set(vector);
            }
            default -> {
                if (intx) line.unmask();
                else unmask(index, vector);
            }
        }
    }

    private void unmask(int index, int vector) {
        masked[index].clear(vector);
        if (!pending[index].get(vector)) return;
        pending[index].clear(vector);
        message(KINDS[index], vector);
    }

    /// Looks whether the client signalled the line's mask or unmask eventfd.
    ///
    /// @return signals found
    int poll() {
        int found = 0;
        if (maskFd != NONE && EventFd.drain(maskFd) > 0) {
            line.mask();
            found++;
        }
        if (unmaskFd != NONE && EventFd.drain(unmaskFd) > 0) {
            line.unmask();
            found++;
        }
        return found;
    }

    /// Puts up what [#poll] would look at.
    void fill(Poller poller, int slot) {
        poller.set(slot, unmaskFd, Poller.POLLIN);
        poller.set(slot + 1, maskFd, Poller.POLLIN);
    }

    /// Closes every eventfd.
    void clear() {
        for (InterruptKind kind : KINDS) disable(kind.ordinal(), 0, eventfds[kind.ordinal()].length);
    }
}
