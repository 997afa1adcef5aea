package dev.doorbell.linux.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The kernel's side of four rings, in memory of a test: takes what a queue gives, gives what the test
/// wants, honest or not. Closed by the queue that works with it ([XdpPort#close]). One thread.
public final class FakeKernelRings implements XdpPort {
    /// An entry of the receive or the transmit ring.
    public record Descriptor(long umemOffset, int lengthBytes, int options) {}

    /// The rings, by what they carry.
    public enum Ring {
        FILL,
        COMPLETION,
        RECEIVE,
        TRANSMIT
    }

    private static final int PRODUCER_AT = 0; // each on a cache line of its own, as in the kernel
    private static final int CONSUMER_AT = 64;
    private static final int FLAGS_AT = 128;
    private static final int ENTRIES_AT = 192;
    /// Bytes around each ring that nobody may touch.
    private static final int GUARD_BYTES = 256;

    private static final byte GUARD = (byte) 0xA5;

    private final MemorySegment[] guarded = new MemorySegment[4];
    private final RingMemory[] rings = new RingMemory[4];
    private final ProducerRing fill;
    private final ConsumerRing completion;
    private final ConsumerRing receive;
    private final ProducerRing transmit;
    private int fd = EventFd.create();

    /// What [#wakeTransmit] and [#wakeReceive] answer, and what they do before that.
    public int transmitAnswer;

    public int receiveAnswer;
    public Runnable onWakeTransmit = () -> {};
    public Runnable onWakeReceive = () -> {};
    /// How often the queue woke this kernel, and was closed.
    public int transmitWakes;

    public int receiveWakes;
    public int closes;
    /// What [#statistics] tells.
    public final XdpStatistics counts = new XdpStatistics();

    public boolean zeroCopy;
    public int metadataBytes;

    public FakeKernelRings(int fillEntries, int completionEntries, int receiveEntries, int transmitEntries) {
        this(fillEntries, completionEntries, receiveEntries, transmitEntries, 0);
    }

    /// @param start what all indexes begin with; near 2^32 they soon wrap
    public FakeKernelRings(int fillEntries, int completionEntries, int receiveEntries, int transmitEntries, int start) {
        fill = new ProducerRing(memory(Ring.FILL, fillEntries, IfXdp.ADDRESS_BYTES, start));
        completion = new ConsumerRing(memory(Ring.COMPLETION, completionEntries, IfXdp.ADDRESS_BYTES, start));
        receive = new ConsumerRing(memory(Ring.RECEIVE, receiveEntries, IfXdp.DESC_BYTES, start));
        transmit = new ProducerRing(memory(Ring.TRANSMIT, transmitEntries, IfXdp.DESC_BYTES, start));
    }

    private RingMemory memory(Ring ring, int entries, int entryBytes, int start) {
        long ringBytes = RingMemory.bytes(ENTRIES_AT, entries, entryBytes);
        MemorySegment around = Arena.ofAuto().allocate(ringBytes + 2 * GUARD_BYTES, 64);
        around.asSlice(0, GUARD_BYTES).fill(GUARD);
        around.asSlice(GUARD_BYTES + ringBytes).fill(GUARD);
        // Not sliced to the ring: a store past its end would then be an exception rather than a broken
        // guard.
        MemorySegment segment = around.asSlice(GUARD_BYTES);
        segment.set(JAVA_INT, PRODUCER_AT, start);
        segment.set(JAVA_INT, CONSUMER_AT, start);
        guarded[ring.ordinal()] = around;
        RingMemory made = new RingMemory(segment, PRODUCER_AT, CONSUMER_AT, FLAGS_AT, ENTRIES_AT, entries, entryBytes);
        rings[ring.ordinal()] = made;
        return made;
    }

    // What the kernel sees and does

    /// Entries between the indexes of a ring, as an honest kernel would count them.
    public int pending(Ring ring) {
        return producer(ring) - consumer(ring);
    }

    /// Takes the oldest address of the fill ring, or -1.
    public long takeFill() {
        if (pending(Ring.FILL) == 0) return -1;
        long umemOffset = memory(Ring.FILL).get(JAVA_LONG, entryAt(Ring.FILL, consumer(Ring.FILL)));
        setConsumer(Ring.FILL, consumer(Ring.FILL) + 1);
        return umemOffset;
    }

    /// Takes the oldest descriptor of the transmit ring, or null.
    public @Nullable Descriptor takeTransmit() {
        if (pending(Ring.TRANSMIT) == 0) return null;
        MemorySegment memory = memory(Ring.TRANSMIT);
        long at = entryAt(Ring.TRANSMIT, consumer(Ring.TRANSMIT));
        setConsumer(Ring.TRANSMIT, consumer(Ring.TRANSMIT) + 1);
        return new Descriptor(
                memory.get(JAVA_LONG, at),
                memory.get(JAVA_INT, at + IfXdp.DESC_LEN),
                memory.get(JAVA_INT, at + IfXdp.DESC_OPTIONS));
    }

    /// Says that a chunk was sent. @return whether the ring had room
    public boolean complete(long umemOffset) {
        if (pending(Ring.COMPLETION) >= entries(Ring.COMPLETION)) return false;
        memory(Ring.COMPLETION).set(JAVA_LONG, entryAt(Ring.COMPLETION, producer(Ring.COMPLETION)), umemOffset);
        setProducer(Ring.COMPLETION, producer(Ring.COMPLETION) + 1);
        return true;
    }

    /// Says that a frame, or a part of one, was received. @return whether the ring had room
    public boolean receive(long umemOffset, int lengthBytes, int options) {
        if (pending(Ring.RECEIVE) >= entries(Ring.RECEIVE)) return false;
        MemorySegment memory = memory(Ring.RECEIVE);
        long at = entryAt(Ring.RECEIVE, producer(Ring.RECEIVE));
        memory.set(JAVA_LONG, at, umemOffset);
        memory.set(JAVA_INT, at + IfXdp.DESC_LEN, lengthBytes);
        memory.set(JAVA_INT, at + IfXdp.DESC_OPTIONS, options);
        setProducer(Ring.RECEIVE, producer(Ring.RECEIVE) + 1);
        return true;
    }

    public int producer(Ring ring) {
        return (int) RingMemory.INDEX.getAcquire(memory(ring), (long) PRODUCER_AT);
    }

    public int consumer(Ring ring) {
        return (int) RingMemory.INDEX.getAcquire(memory(ring), (long) CONSUMER_AT);
    }

    /// Stores an index, sensible or not. The kernel's are the consumer's of fill and transmit, the
    /// producer's of the others.
    public void setProducer(Ring ring, int index) {
        RingMemory.INDEX.setRelease(memory(ring), (long) PRODUCER_AT, index);
    }

    /// As [#setProducer].
    public void setConsumer(Ring ring, int index) {
        RingMemory.INDEX.setRelease(memory(ring), (long) CONSUMER_AT, index);
    }

    /// Asks to be woken for the fill or the transmit ring, or no longer.
    public void setNeedsWakeup(Ring ring, boolean needed) {
        memory(ring).set(JAVA_INT, FLAGS_AT, needed ? IfXdp.XDP_RING_NEED_WAKEUP : 0);
    }

    /// Whether nothing beside the rings was written.
    public boolean isIntact() {
        for (int ring = 0; ring < 4; ring++) {
            MemorySegment around = guarded[ring];
            MemorySegment behind = around.asSlice(around.byteSize() - GUARD_BYTES);
            for (long at = 0; at < GUARD_BYTES; at++)
                if (around.get(JAVA_BYTE, at) != GUARD || behind.get(JAVA_BYTE, at) != GUARD) return false;
        }
        return true;
    }

    private MemorySegment memory(Ring ring) {
        return rings[ring.ordinal()].segment();
    }

    private int entries(Ring ring) {
        return rings[ring.ordinal()].entries();
    }

    private long entryAt(Ring ring, int index) {
        RingMemory memory = rings[ring.ordinal()];
        return ENTRIES_AT + (long) (index & memory.entries() - 1) * memory.entryBytes();
    }

    // What the queue sees

    /// An eventfd: [EventFd#signal] on it makes it poll readable.
    @Override
    public int fd() {
        return fd;
    }

    @Override
    public ProducerRing fillRing() {
        return fill;
    }

    @Override
    public ConsumerRing completionRing() {
        return completion;
    }

    @Override
    public ConsumerRing receiveRing() {
        return receive;
    }

    @Override
    public ProducerRing transmitRing() {
        return transmit;
    }

    @Override
    public int wakeTransmit() {
        transmitWakes++;
        onWakeTransmit.run();
        return transmitAnswer;
    }

    @Override
    public int wakeReceive() {
        receiveWakes++;
        onWakeReceive.run();
        return receiveAnswer;
    }

    @Override
    public int metadataBytes() {
        return metadataBytes;
    }

    @Override
    public boolean isZeroCopy() {
        return zeroCopy;
    }

    @Override
    public int statistics(XdpStatistics into) {
        into.receiveDropped = counts.receiveDropped;
        into.receiveInvalid = counts.receiveInvalid;
        into.transmitInvalid = counts.transmitInvalid;
        into.receiveRingFull = counts.receiveRingFull;
        into.fillRingEmpty = counts.fillRingEmpty;
        into.transmitRingEmpty = counts.transmitRingEmpty;
        return 0;
    }

    @Override
    public void close() {
        closes++;
        int closing = fd;
        fd = -1;
        if (closing >= 0) Files.close(closing);
    }
}
