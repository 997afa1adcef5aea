package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The eventfds that a client handed to a server, and what happens when one is signalled.
final class ClientInterrupts {
    private record Vector(InterruptKind kind, int index, int eventfd) {}

    private static final int DESCRIPTORS_PER_MESSAGE = 8; // what QEMU sends

    private final int perMessage;
    private final List<Vector> vectors = new ArrayList<>();
    private final DescriptorList none = new DescriptorList(0);
    private Poller poller = new Poller(1);
    private InterruptSink sink = InterruptSink.NONE;

    /// @param serverTakes descriptors that the server takes with one message
    ClientInterrupts(int serverTakes) {
        perMessage = Math.min(DESCRIPTORS_PER_MESSAGE, serverTakes);
    }

    void connect(InterruptSink newSink) {
        sink = newSink;
    }

    /// Gives the server an eventfd for each of `count` vectors.
    void enable(ClientChannel channel, InterruptKind kind, int first, int count) throws IOException {
        if (perMessage == 0) throw new IOException("the server takes no descriptors, so it cannot interrupt");
        disable(kind, first, count);
        for (int done = 0; done < count; done += perMessage)
            enableSome(channel, kind, first + done, Math.min(perMessage, count - done));
        poller = new Poller(1 + vectors.size());
    }

    private void enableSome(ClientChannel channel, InterruptKind kind, int first, int count) throws IOException {
        DescriptorList descriptors = new DescriptorList(count);
        try {
            for (int i = 0; i < count; i++) descriptors.add(SystemCallException.check("eventfd(2)", EventFd.create()));
            set(channel, Wire.DATA_EVENTFD | Wire.ACTION_TRIGGER, kind, first, count, descriptors);
            for (int i = 0; i < count; i++) vectors.add(new Vector(kind, first + i, descriptors.take(i)));
        } finally {
            descriptors.clear();
        }
    }

    /// Takes every eventfd of a kind back.
    void disable(ClientChannel channel, InterruptKind kind) throws IOException {
        set(channel, Wire.DATA_NONE | Wire.ACTION_TRIGGER, kind, 0, 0, none);
        disable(kind, 0, Integer.MAX_VALUE);
        poller = new Poller(1 + vectors.size());
    }

    private void disable(InterruptKind kind, int first, int count) {
        for (int i = vectors.size() - 1; i >= 0; i--) {
            Vector vector = vectors.get(i);
            if (vector.kind != kind || vector.index < first || vector.index - first >= count) continue;
            Files.close(vector.eventfd);
            vectors.remove(i);
        }
    }

    /// Tells the server that the line was served: it signals again if the line is still up.
    void unmaskLine(ClientChannel channel) throws IOException {
        sink.intx(false);
        set(channel, Wire.DATA_NONE | Wire.ACTION_UNMASK, InterruptKind.INTX, 0, 1, none);
    }

    private static void set(
            ClientChannel channel, int flags, InterruptKind kind, int first, int count, DescriptorList descriptors)
            throws IOException {
        int at = channel.begin(Command.DEVICE_SET_IRQS, 0, Wire.SET_IRQS_BYTES);
        MemorySegment out = channel.out();
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.SET_IRQS_BYTES);
        Wire.put32(out, at + (long) Wire.ARG_FLAGS, flags);
        Wire.put32(out, at + (long) Wire.IRQ_INDEX, kind.ordinal());
        Wire.put32(out, at + (long) Wire.SET_IRQS_START, first);
        Wire.put32(out, at + (long) Wire.SET_IRQS_COUNT, count);
        channel.call(descriptors, "DEVICE_SET_IRQS");
        channel.done();
    }

    /// Waits for a signal, for a message of the server, or for the time to pass, and passes signals on.
    ///
    /// @return signals passed on
    int poll(ClientChannel channel, long timeoutNs) {
        int events = channel.unsentBytes() > 0 ? Poller.POLLIN | Poller.POLLOUT : Poller.POLLIN;
        poller.set(0, channel.fd(), (short) events);
        for (int i = 0; i < vectors.size(); i++) poller.set(1 + i, vectors.get(i).eventfd, Poller.POLLIN);
        if (poller.poll(timeoutNs) <= 0) return 0;
        int signals = 0;
        for (int i = vectors.size() - 1; i >= 0; i--) { // from the end: a sink may disable some
            if (i >= vectors.size() || poller.ready(1 + i) == 0) continue;
            Vector vector = vectors.get(i);
            if (EventFd.drain(vector.eventfd) <= 0) continue;
            signals++;
            if (vector.kind == InterruptKind.INTX) sink.intx(true);
            else sink.message(vector.kind, vector.index);
        }
        return signals;
    }

    void close() {
        for (Vector vector : vectors) Files.close(vector.eventfd);
        vectors.clear();
    }
}
