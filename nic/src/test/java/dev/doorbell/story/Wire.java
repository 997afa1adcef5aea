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
    private final List<Offload> wishes = new ArrayList<>();
    private final List<Integer> queues = new ArrayList<>();
    private final Deque<Arrival> arriving = new ArrayDeque<>();
    private final Capabilities capabilities;
    private boolean link = true;
    private int room = Integer.MAX_VALUE;
    private int queuesOut = 1;
    private int fullQueue = FrameBatch.ANY_QUEUE;
    private int refusals;
    private boolean forgets;
    private int receiveCalls;
    private List<Offload> lastWishes = List.of();
    private List<Integer> lastQueues = List.of();

    /// What is left to do to a frame: an open checksum, and segmentation.
    ///
    /// @param checksumStart  as [FrameBatch#checksumStart]
    /// @param checksumOffset as [FrameBatch#checksumOffset]
    /// @param segmentType    as [FrameBatch#segmentType]
    public record Offload(int checksumStart, int checksumOffset, int segmentType, int segmentBytes, int headerBytes) {
        /// Nothing.
        public static final Offload NONE = new Offload(FrameBatch.CHECKSUM_COMPLETE, 0, FrameBatch.SEGMENT_NONE, 0, 0);
    }

    private static final class Arrival {
        private final byte[] frame;
        private final Offload wish;
        private final boolean vouched;
        private final int queue;

        private Arrival(byte[] frame, Offload wish, boolean vouched, int queue) {
            this.frame = frame;
            this.wish = wish;
            this.vouched = vouched;
            this.queue = queue;
        }
    }

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

    /// Has a queue of its own for every `count`-th of the card's.
    public void transmitQueues(int count) {
        queuesOut = count;
    }

    /// One of these takes nothing until another one is named; [FrameBatch#ANY_QUEUE] for none.
    public void fullQueue(int queue) {
        fullQueue = queue;
    }

    /// Calls that did not take everything.
    public int refusals() {
        return refusals;
    }

    /// From now on takes frames and keeps none: for stories that count what the card allocates.
    public void forget() {
        forgets = true;
    }

    /// A frame, without FCS, that the card will find when it looks.
    public void arrive(byte[] frame) {
        arriveBy(FrameBatch.ANY_QUEUE, frame);
    }

    /// A frame that the host's card put into its queue `queue`.
    public void arriveBy(int queue, byte[] frame) {
        arriveBy(queue, frame, Offload.NONE);
    }

    /// The same with something left to do at it.
    public void arriveBy(int queue, byte[] frame, Offload wish) {
        arriving.add(new Arrival(frame, wish, false, queue));
    }

    /// A frame that a host leaves something to do at.
    public void arrive(byte[] frame, Offload wish) {
        arriveBy(FrameBatch.ANY_QUEUE, frame, wish);
    }

    /// A frame whose checksum the host vouches for.
    public void arriveVouched(byte[] frame) {
        arriving.add(new Arrival(frame, Offload.NONE, true, FrameBatch.ANY_QUEUE));
    }

    /// What the card left to do at the frames of the last [#takeAll()], one for each.
    public List<Offload> lastWishes() {
        return List.copyOf(lastWishes);
    }

    /// The queues of the frames of the last [#takeAll()], one for each.
    public List<Integer> lastQueues() {
        return List.copyOf(lastQueues);
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
        lastWishes = List.copyOf(wishes);
        wishes.clear();
        lastQueues = List.copyOf(queues);
        queues.clear();
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
        if (forgets) return batch.size() - from;
        int done = 0;
        for (int i = from; i < batch.size() && room > 0; i++, done++, room--) {
            if (batch.queue(i) % queuesOut == fullQueue) break;
            MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, batch.lengthBytes(i)));
            int length = batch.copyTo(i, 0, batch.lengthBytes(i), copy, 0);
            taken.add(copy.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
            wishes.add(new Offload(
                    batch.checksumStart(i),
                    batch.checksumOffset(i),
                    batch.segmentType(i),
                    batch.segmentBytes(i),
                    batch.headerBytes(i)));
            queues.add(batch.queue(i));
        }
        if (done < batch.size() - from) refusals++;
        return done;
    }

    @Override
    public int receive(FrameBatch batch) {
        receiveCalls++;
        int done = 0;
        while (!arriving.isEmpty() && !batch.isFull() && batch.freeSlices() > 0) {
            Arrival arrival = arriving.remove();
            byte[] frame = arrival.frame;
            MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, frame.length));
            MemorySegment.copy(frame, 0, copy, ValueLayout.JAVA_BYTE, 0, frame.length);
            batch.beginFrame();
            batch.addSlice(copy, 0, frame.length);
            Offload wish = arrival.wish;
            int open = batch.openFrame();
            if (wish.checksumStart() >= 0) batch.openChecksum(open, wish.checksumStart(), wish.checksumOffset());
            batch.segment(open, wish.segmentType(), wish.segmentBytes(), wish.headerBytes());
            batch.queue(open, arrival.queue);
            if (arrival.vouched) batch.vouchForChecksum(open);
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
    public int transmitQueues() {
        return queuesOut;
    }

    @Override
    public boolean linkUp() {
        return link;
    }

    @Override
    public void close() {}
}
