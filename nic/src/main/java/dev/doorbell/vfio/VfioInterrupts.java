package dev.doorbell.vfio;

import static dev.doorbell.linux.vfio.Vfio.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.vfio.VfioCalls;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The eventfds that the kernel signals for a function. One kind at a time, as PCI has it; the kernel
/// wants all messages of a kind set up in one request.
final class VfioInterrupts {
    private final VfioCalls calls;
    private final int device;
    private final List<Integer> eventfds = new ArrayList<>();
    private InterruptKind kind = InterruptKind.INTX;
    private Poller poller = new Poller(1);
    private InterruptSink sink = InterruptSink.NONE;

    VfioInterrupts(VfioCalls calls, int device) {
        this.calls = calls;
        this.device = device;
    }

    void connect(InterruptSink newSink) {
        sink = newSink;
    }

    /// Has the kernel signal vectors 0 to `count` - 1.
    void enable(InterruptKind wanted, int count) throws SystemCallException {
        disable();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = set(arena, IRQ_SET_DATA_EVENTFD | IRQ_SET_ACTION_TRIGGER, wanted, count, count);
            for (int i = 0; i < count; i++) {
                eventfds.add(SystemCallException.check("eventfd(2)", EventFd.create()));
                set.set(JAVA_INT, IRQ_SET_BYTES + (long) i * Integer.BYTES, eventfds.getLast());
            }
            int result = calls.ioctl(device, DEVICE_SET_IRQS, set);
            if (result > 0) result = -Errno.ENOSPC; // so many messages could be had
            SystemCallException.check("ioctl(2) VFIO_DEVICE_SET_IRQS " + wanted + " of " + count, result);
        } catch (SystemCallException failed) {
            closeAll();
            throw failed;
        }
        kind = wanted;
        poller = new Poller(Math.max(1, count));
        for (int i = 0; i < count; i++) poller.set(i, eventfds.get(i), Poller.POLLIN);
    }

    /// Has the kernel signal nothing any more.
    void disable() throws SystemCallException {
        if (eventfds.isEmpty()) return;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = set(arena, IRQ_SET_DATA_NONE | IRQ_SET_ACTION_TRIGGER, kind, 0, 0);
            int result = calls.ioctl(device, DEVICE_SET_IRQS, set);
            closeAll();
            SystemCallException.check("ioctl(2) VFIO_DEVICE_SET_IRQS " + kind + " off", result);
        }
    }

    /// Masks or unmasks the line. The kernel masks it itself when it rises; unmasked, it signals again if
    /// the line is still up.
    void maskLine(boolean masked) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            int action = masked ? IRQ_SET_ACTION_MASK : IRQ_SET_ACTION_UNMASK;
            MemorySegment set = set(arena, IRQ_SET_DATA_NONE | action, InterruptKind.INTX, 1, 0);
            SystemCallException.check(
                    "ioctl(2) VFIO_DEVICE_SET_IRQS " + (masked ? "mask" : "unmask"),
                    calls.ioctl(device, DEVICE_SET_IRQS, set));
        }
        if (!masked) sink.intx(false);
    }

    private static MemorySegment set(Arena arena, int flags, InterruptKind kind, int count, int descriptors) {
        MemorySegment set = VfioGroup.struct(arena, IRQ_SET_BYTES + (long) descriptors * Integer.BYTES);
        set.set(JAVA_INT, FLAGS, flags);
        set.set(JAVA_INT, IRQ_SET_INDEX, kind.ordinal());
        set.set(JAVA_INT, IRQ_SET_START, 0);
        set.set(JAVA_INT, IRQ_SET_COUNT, count);
        return set;
    }

    /// Waits for a signal or for the time to pass, and passes signals on. Allocates nothing.
    ///
    /// @return signals passed on, or a negated errno
    int poll(long timeoutNs) {
        int ready = poller.poll(timeoutNs);
        if (ready <= 0) return ready;
        int signals = 0;
        for (int i = 0; i < eventfds.size(); i++) { // a sink may disable them
            if (poller.ready(i) == 0 || EventFd.drain(eventfds.get(i)) <= 0) continue;
            signals++;
            if (kind == InterruptKind.INTX) sink.intx(true);
            else sink.message(kind, i);
        }
        return signals;
    }

    /// Closes the eventfds; the kernel lets go of them with the function.
    void closeAll() {
        for (int eventfd : eventfds) calls.close(eventfd);
        eventfds.clear();
        poller = new Poller(1);
    }
}
