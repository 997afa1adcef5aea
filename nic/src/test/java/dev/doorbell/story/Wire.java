package dev.doorbell.story;

import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The far end of the cable: keeps what the card sends, gives what the test lets arrive.
public final class Wire implements FrameBackend {
    private final List<byte[]> taken = new ArrayList<>();
    private final Deque<byte[]> arriving = new ArrayDeque<>();
    private final Capabilities capabilities;
    private boolean link = true;
    private int room = Integer.MAX_VALUE;
    private int receiveCalls;

    /// A wire of plain frames up to 16 KiB.
    public Wire() {
        this(Capabilities.plain(16_384, 64));
    }

    public Wire(Capabilities capabilities) {
        this.capabilities = capabilities;
    }

    public void link(boolean up) {
        link = up;
    }

    /// Frames that the wire still takes; then it pushes back.
    public void room(int frames) {
        room = frames;
    }

    /// A frame, without FCS, that the card will find when it looks.
    public void arrive(byte[] frame) {
        arriving.add(frame);
    }

    /// Frames that have not been fetched yet.
    public int waiting() {
        return arriving.size();
    }

    public int receiveCalls() {
        return receiveCalls;
    }

    /// Everything that left the card so far, then forgotten.
    public List<byte[]> takeAll() {
        List<byte[]> all = List.copyOf(taken);
        taken.clear();
        return all;
    }

    /// The one frame that left the card.
    public byte[] takeOnly() {
        List<byte[]> all = takeAll();
        if (all.size() != 1) throw new AssertionError(all.size() + " frames left the card instead of one");
        return all.getFirst();
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        int done = 0;
        for (int i = from; i < batch.size() && room > 0; i++, done++, room--) {
            MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, batch.lengthBytes(i)));
            int length = batch.copyTo(i, 0, batch.lengthBytes(i), copy, 0);
            taken.add(copy.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
        return done;
    }

    @Override
    public int receive(FrameBatch batch) {
        receiveCalls++;
        int done = 0;
        while (!arriving.isEmpty() && !batch.isFull() && batch.freeSlices() > 0) {
            byte[] frame = arriving.remove();
            MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, frame.length));
            MemorySegment.copy(frame, 0, copy, ValueLayout.JAVA_BYTE, 0, frame.length);
            batch.beginFrame();
            batch.addSlice(copy, 0, frame.length);
            batch.endFrame();
            done++;
        }
        return done;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public boolean linkUp() {
        return link;
    }

    @Override
    public void close() {}
}
