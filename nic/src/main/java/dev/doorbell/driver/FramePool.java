package dev.doorbell.driver;

import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.MemorySegment;

/// Buffers of one size in driver memory, for frames that are sent and received without a copy.
///
/// A buffer is always somebody's: free in the pool, the user's, or a card's. The user takes one
/// ([#take]), fills it and puts it into a batch ([#append]); a driver that has the pool
/// ([NetworkDriver#usePool]) takes it over with the frame and puts it back when the card is done. Received frames
/// lie in buffers that become the user's: they may be kept, given back later and in any order
/// ([#give]), or sent by any driver that has the same pool.
///
/// A buffer that is given back twice, or that a card still has, is refused: an assertion says so, and
/// [#misuses] counts it. One thread; nothing is allocated after the constructor.
public final class FramePool {
    /// What [#take] says when there is none.
    public static final int NONE = -1;

    private static final int ALIGNMENT_BYTES = 4096;
    private static final byte FREE = 0;
    private static final byte USER = 1;
    private static final byte CARD = 2;

    private final MemorySegment segment;
    private final long base;
    private final int bufferBytes;
    private final int[] free; // a stack: what was used last is still in the cache
    private final byte[] owner;
    private int freeCount;
    private long exhausted;
    private long misuses;

    /// @param buffers     1 or more
    /// @param bufferBytes as the driver's options have it: 2048, 4096, 8192 or 16384 for both chips
    public FramePool(DriverMemory memory, int buffers, int bufferBytes) {
        if (buffers < 1 || bufferBytes < 1024 || bufferBytes % 1024 != 0)
            throw new IllegalArgumentException(buffers + " buffers of " + bufferBytes + " bytes");
        this.bufferBytes = bufferBytes;
        segment = memory.segment();
        base = memory.take((long) buffers * bufferBytes, ALIGNMENT_BYTES);
        free = new int[buffers];
        owner = new byte[buffers];
        for (int i = 0; i < buffers; i++) free[i] = buffers - 1 - i; // the first one is taken first
        freeCount = buffers;
    }

    /// Driver memory that such a pool takes at most.
    public static long memoryBytes(int buffers, int bufferBytes) {
        return (long) buffers * bufferBytes + ALIGNMENT_BYTES;
    }

    /// The driver memory that all buffers lie in.
    public MemorySegment segment() {
        return segment;
    }

    public int bufferBytes() {
        return bufferBytes;
    }

    /// Buffers of the pool, whosever they are.
    public int size() {
        return owner.length;
    }

    /// Buffers that can be taken now.
    public int free() {
        return freeCount;
    }

    /// Takes a buffer; it is the user's.
    ///
    /// @return its number, or [#NONE]: give some back first, or wait until the card is done with some
    public int take() {
        return takeFor(USER);
    }

    /// As [#take], for a card: a driver's business.
    public int takeForCard() {
        return takeFor(CARD);
    }

    private int takeFor(byte who) {
        if (freeCount == 0) {
            exhausted++;
            return NONE;
        }
        int buffer = free[--freeCount];
        owner[buffer] = who;
        return buffer;
    }

    /// Where a buffer begins in [#segment].
    public long offset(int buffer) {
        return base + (long) buffer * bufferBytes;
    }

    /// The buffer that a byte of [#segment] lies in, or [#NONE].
    public int bufferAt(long offset) {
        long at = offset - base;
        if (at < 0 || at >= (long) owner.length * bufferBytes) return NONE;
        return (int) (at / bufferBytes);
    }

    /// Appends a buffer's first bytes as a frame of its own; the batch has room for it. To what is longer
    /// than a buffer slices of several are added.
    public void append(FrameBatch batch, int buffer, int lengthBytes) {
        assert lengthBytes <= bufferBytes : "a frame longer than its buffer";
        batch.beginFrame();
        batch.addSlice(segment, offset(buffer), lengthBytes);
        batch.endFrame();
    }

    /// Gives a buffer of the user's back.
    public void give(int buffer) {
        if (buffer < 0 || buffer >= owner.length || owner[buffer] != USER)
            misuse("not the user's to give back", buffer);
        else put(buffer);
    }

    /// Gives back the buffers that frames `from` to the last of a batch lie in; slices elsewhere are passed
    /// over.
    public void give(FrameBatch batch, int from) {
        for (int frame = from; frame < batch.size(); frame++) {
            int last = NONE; // slices of one buffer follow each other
            for (int s = batch.firstSlice(frame); s < batch.firstSlice(frame) + batch.sliceCount(frame); s++) {
                int buffer = segment.equals(batch.sliceSegment(s)) ? bufferAt(batch.sliceOffset(s)) : NONE;
                if (buffer != NONE && buffer != last) give(buffer);
                last = buffer;
            }
        }
    }

    private void put(int buffer) {
        owner[buffer] = FREE;
        free[freeCount++] = buffer;
    }

    /// A buffer goes from the user to a card: a driver's business.
    ///
    /// @return whether it was the user's; a frame that is sent twice is not the card's twice
    public boolean toCard(int buffer) {
        if (owner[buffer] != USER) {
            misuse("sent, and not the user's", buffer);
            return false;
        }
        owner[buffer] = CARD;
        return true;
    }

    /// A buffer goes from a card to the user: a driver's business.
    public void toUser(int buffer) {
        assert owner[buffer] == CARD : "not the card's";
        owner[buffer] = USER;
    }

    /// A card is done with a buffer: a driver's business.
    public void fromCard(int buffer) {
        assert owner[buffer] == CARD : "not the card's";
        put(buffer);
    }

    private void misuse(String what, int buffer) {
        misuses++;
        assert false : "buffer " + buffer + " is " + what;
    }

    /// How often no buffer was left for someone who wanted one.
    public long exhausted() {
        return exhausted;
    }

    /// Buffers given back, or sent, that were not the user's.
    public long misuses() {
        return misuses;
    }
}
