package dev.doorbell.driver.ring;

import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.FramePool;
import dev.doorbell.driver.ReceivedChecksum;
import dev.doorbell.frame.FrameBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A receive ring: buffers that wait for frames, and frames that wait for software. How the card
/// reports a frame is the chip's business, below.
///
/// Two indexes tell all. `next` is the oldest descriptor that the card owns: where the next frame shows
/// up. `returned` is the oldest one that software still holds. The card owns `next` up to the tail.
public abstract class ReceiveRing extends DriverRing {
    /// Buffers of a pool that a ring begins with at least.
    private static final int LEAST_POOLED = 8;

    private final int[] pooled; // each descriptor's buffer of the pool, FramePool.NONE for one that the user has
    private @Nullable FramePool pool;
    private final long[] lastWord; // word 1 of the last descriptor of each frame handed out
    private int next;
    private int returned;
    private int tail;
    private long damagedFrames;

    protected ReceiveRing(DriverMemory memory, int entries, int bufferBytes, boolean ownBuffers) {
        super(memory, entries, bufferBytes, ownBuffers);
        lastWord = new long[entries];
        pooled = new int[entries];
        Arrays.fill(pooled, FramePool.NONE);
    }

    /// Whether the card is done with the descriptor.
    protected abstract boolean done(long word1);

    /// Whether the frame ends in it.
    public abstract boolean endOfPacket(long word1);

    /// Whether the frame itself is damaged; the card hands such a frame over only when asked to.
    protected abstract boolean damaged(long word1);

    /// Bytes in its buffer, as the card says.
    public abstract int lengthBytes(long word1);

    /// Whether the card has found the frame's checksums right, or wrong; neither when it has not looked.
    protected abstract boolean checksumGood(long word1);

    protected abstract boolean checksumWrong(long word1);

    /// From the next [#fill] on buffers come from a pool, and those of received frames are the user's.
    ///
    /// @throws IllegalArgumentException when its buffers are smaller than the card believes
    public final void usePool(FramePool frames) {
        if (frames.bufferBytes() < bufferBytes || !segment.equals(frames.segment()))
            throw new IllegalArgumentException("a pool of other memory, or of buffers of less than " + bufferBytes);
        release();
        pool = frames;
    }

    /// Gives the card's buffers back to the pool; the card must have stopped.
    public final void release() {
        if (pool == null) return;
        for (int i = 0; i < entries; i++) {
            if (pooled[i] != FramePool.NONE) pool.fromCard(pooled[i]);
            pooled[i] = FramePool.NONE;
        }
    }

    /// All buffers to the card: as after a reset, with head and tail at 0 until the tail is written.
    public final void fill() {
        if (pool != null) {
            fillFromPool();
            return;
        }
        if (!hasBuffers()) {
            empty();
            return;
        }
        for (int i = 0; i < entries; i++) giveToCard(i);
        next = 0;
        returned = 0;
        // One short of the head: equal indexes mean that the card owns nothing at all.
        tail = entries - 1;
    }

    /// As many buffers as the pool has, up to one for each descriptor; what is missing is held as if the
    /// user had it.
    private void fillFromPool() {
        release();
        int count = 0;
        while (count < entries && refill(count)) count++;
        if (count < LEAST_POOLED) {
            release();
            throw new DriverException("the pool has too few free buffers for a receive ring: " + count);
        }
        next = 0;
        returned = count == entries ? 0 : count;
        tail = count - 1;
    }

    /// A buffer for a descriptor that is to be the card's again.
    ///
    /// @return false when the pool is empty
    private boolean refill(int index) {
        if (pool != null && pooled[index] == FramePool.NONE) {
            int buffer = pool.takeForCard();
            if (buffer == FramePool.NONE) return false;
            pooled[index] = buffer;
        }
        giveToCard(index);
        return true;
    }

    private long bufferAt(int index) {
        return pool == null ? bufferOffset(index) : pool.offset(pooled[index]);
    }

    /// A ring without buffers: the card owns nothing.
    private void empty() {
        for (int i = 0; i < entries; i++) writeDescriptor(i, 0, 0);
        next = 0;
        returned = 0;
        tail = 0;
    }

    /// Gives the card one more place to write to, in a ring without buffers; its tail is still to be
    /// written.
    public final void post(long iova) {
        assert next(tail) != next : "the ring is full";
        writeDescriptor(tail, iova, 0);
        tail = next(tail);
    }

    /// Takes the oldest descriptor back, in a ring without buffers.
    ///
    /// @return its word 1, or 0 while the card is not done with it
    public final long takeOne() {
        if (next == tail) return 0;
        long word = status(next);
        if (!done(word)) return 0;
        next = next(next);
        returned = next;
        return word;
    }

    private void giveToCard(int index) {
        writeDescriptor(index, DriverMemory.iovaOf(bufferAt(index)), 0); // DD is clear until the card sets it
    }

    /// What belongs into RDT now.
    public final int tail() {
        return tail;
    }

    /// Appends the frames that have arrived to `batch`, as slices of the ring's own buffers.
    ///
    /// @return frames appended
    public final int receive(FrameBatch batch) {
        int from = batch.size();
        while (!batch.isFull()) {
            int last = endOfFrame();
            if (last < 0 || batch.freeSlices() < distance(next, last) + 1) break;
            long word = status(last);
            if (damaged(word)) {
                damagedFrames++;
                next = next(last);
                continue;
            }
            lastWord[batch.size() % entries] = word;
            takeFrame(batch, last);
            if (checksumGood(word)) batch.vouchForChecksum(batch.size() - 1);
        }
        return batch.size() - from;
    }

    /// The descriptor that ends the oldest frame, or -1 while it has not arrived whole.
    private int endOfFrame() {
        int at = next;
        while (at != tail) { // the descriptor at the tail is never the card's
            long word = status(at);
            if (!done(word)) return -1;
            if (endOfPacket(word)) return at;
            at = next(at);
        }
        return -1;
    }

    private void takeFrame(FrameBatch batch, int last) {
        int end = next(last);
        batch.beginFrame();
        for (; next != end; next = next(next)) {
            int bytes = lengthBytes(status(next));
            batch.addSlice(segment, bufferAt(next), Math.min(bytes, bufferBytes));
            if (pool != null) {
                pool.toUser(pooled[next]);
                pooled[next] = FramePool.NONE;
            }
        }
        batch.endFrame();
    }

    /// Descriptors whose frames were handed out and whose buffers are not given back.
    public final int heldBySoftware() {
        return distance(returned, next);
    }

    /// Gives every buffer that software holds back to the card, or fresh ones of the pool, as many as it
    /// has. Without a pool the slices of earlier batches end here.
    ///
    /// @return descriptors given back; their tail is still to be written
    public final int giveBack() {
        int count = 0;
        while (returned != next && refill(returned)) {
            returned = next(returned);
            count++;
        }
        if (count > 0) tail = returned == 0 ? entries - 1 : returned - 1;
        return count;
    }

    /// What the card found out about the checksums of frame `frame` of the last batch.
    public final ReceivedChecksum checksumOf(int frame) {
        long word = wordOf(frame);
        if (checksumWrong(word)) return ReceivedChecksum.WRONG;
        return checksumGood(word) ? ReceivedChecksum.GOOD : ReceivedChecksum.NONE;
    }

    /// Word 1 of the descriptor that ended frame `frame` of the last batch.
    public final long wordOf(int frame) {
        return lastWord[frame % entries];
    }

    /// Frames dropped here because the card marked them damaged.
    public final long damagedFrames() {
        return damagedFrames;
    }
}
