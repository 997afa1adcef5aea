package dev.doorbell.driver.ring;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.FramePool;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.TransmitDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A transmit ring: frames that the card has still to send, and descriptors it is done with. What a
/// descriptor looks like is the chip's business, below.
///
/// Three indexes tell all: descriptors from `clean` to `next` are the card's or done and not yet looked
/// at, `next` is where the next frame goes. Only some descriptors ask for a report (RS): `reports`
/// holds their places in order.
public abstract class TransmitRing extends DriverRing {
    private static final int RS_EVERY_FRAMES = 32; // a full ring is never waited for longer than that

    private final MemorySegment ownMemory;
    private final int maxDescriptorBytes;
    private final int[] reports; // places of descriptors with RS, oldest first, as a ring of the same size
    private final int[] pooled; // buffer of the pool that goes back with a descriptor, or FramePool.NONE
    private @Nullable FramePool pool;
    private int reportFirst;
    private int reportCount;
    private int sinceReport;
    private int next;
    private int clean;
    private int lastEop;
    private long context0; // what the loaded context says, so that the next frame can do with the same one
    private long context1;

    /// @param maxDescriptorBytes most bytes that one descriptor may point to
    protected TransmitRing(
            DriverMemory memory, int entries, int bufferBytes, boolean ownBuffers, int maxDescriptorBytes) {
        super(memory, entries, bufferBytes, ownBuffers);
        ownMemory = memory.segment();
        this.maxDescriptorBytes = maxDescriptorBytes;
        reports = new int[entries];
        pooled = new int[entries];
        Arrays.fill(pooled, FramePool.NONE);
    }

    /// Loads the context that a frame's offloads need, by [#putContext].
    ///
    /// @return what [#dataWord] needs to know about the frame
    protected abstract long prepare(FrameBatch batch, int frame);

    /// Word 1 of a descriptor with bytes of a frame.
    ///
    /// @param frameBits as [#prepare] answered
    /// @param end       whether the frame ends here
    protected abstract long dataWord(int lengthBytes, long frameBits, boolean end);

    /// Bits of word 1 that ask for a report.
    protected abstract long reportBits();

    /// Frames that lie in buffers of this pool take them along from now on; they go back to it when the
    /// card is done.
    ///
    /// @throws IllegalArgumentException when it lies in other memory
    public final void usePool(FramePool frames) {
        if (!segment.equals(frames.segment())) throw new IllegalArgumentException("a pool of other memory");
        release();
        pool = frames;
    }

    /// Gives the card's buffers back to the pool; the card must have stopped.
    public final void release() {
        if (pool == null) return;
        for (int i = 0; i < entries; i++) release(i);
    }

    private void release(int index) {
        if (pool == null || pooled[index] == FramePool.NONE) return;
        pool.fromCard(pooled[index]);
        pooled[index] = FramePool.NONE;
    }

    /// Everything forgotten: as after a reset.
    public void empty() {
        release();
        next = 0;
        clean = 0;
        reportCount = 0;
        sinceReport = 0;
        context0 = 0;
        context1 = 0;
    }

    /// What belongs into TDT now.
    public final int tail() {
        return next;
    }

    /// Descriptors that software may fill. One stays unused: equal head and tail mean an empty ring.
    public final int free() {
        return entries - 1 - distance(clean, next);
    }

    /// Descriptors that the card has not reported yet.
    public final int waiting() {
        return distance(clean, next);
    }

    /// Takes back what the card is done with: step 1 of every transmit.
    ///
    /// @return descriptors taken back
    public final int clean() {
        int cleaned = 0;
        while (reportCount > 0 && reported(reports[reportFirst])) {
            int upTo = next(reports[reportFirst]);
            cleaned += distance(clean, upTo);
            if (pool == null) clean = upTo;
            else for (; clean != upTo; clean = next(clean)) release(clean);
            reportFirst = next(reportFirst);
            reportCount--;
        }
        return cleaned;
    }

    /// Whether the card has reported descriptor `index`, which asked for it.
    protected boolean reported(int index) {
        return TransmitDescriptor.done(status(index));
    }

    /// The oldest descriptor that the card has not reported.
    public final int oldest() {
        return clean;
    }

    /// Fills descriptors for as many frames of `batch[from..to)` as fit: step 2. The last one asks for a
    /// report, so that the ring gets clean without more traffic.
    ///
    /// @return frames taken; the tail is still to be written
    public final int fill(FrameBatch batch, int from, int to) {
        int frame = from;
        for (; frame < to; frame++) {
            if (free() < descriptorsFor(batch, frame)) break;
            put(batch, frame);
        }
        if (frame > from && sinceReport > 0) report();
        return frame - from;
    }

    private int descriptorsFor(FrameBatch batch, int frame) {
        int data = 0;
        if (isOwn(batch, frame)) {
            for (int s = 0; s < batch.sliceCount(frame); s++)
                data += pieces(batch.sliceLengthBytes(batch.firstSlice(frame) + s), maxDescriptorBytes);
        } else {
            data = pieces(batch.lengthBytes(frame), bufferBytes);
        }
        return data + 1; // and a context, perhaps
    }

    private static int pieces(int bytes, int pieceBytes) {
        return (bytes + pieceBytes - 1) / pieceBytes;
    }

    /// Whether the frame lies in driver memory, where the card can take it from; any other is copied.
    private boolean isOwn(FrameBatch batch, int frame) {
        int first = batch.firstSlice(frame);
        for (int s = first; s < first + batch.sliceCount(frame); s++)
            if (!ownMemory.equals(batch.sliceSegment(s))) return false;
        return true;
    }

    private void put(FrameBatch batch, int frame) {
        if (batch.lengthBytes(frame) == 0) return; // taken, and nothing to send
        long frameBits = prepare(batch, frame);
        if (isOwn(batch, frame)) putOwn(batch, frame, frameBits);
        else putCopy(batch, frame, frameBits);
        sinceReport++;
        if (sinceReport == RS_EVERY_FRAMES) report();
    }

    private void putOwn(FrameBatch batch, int frame, long frameBits) {
        int first = batch.firstSlice(frame);
        int last = first + batch.sliceCount(frame) - 1;
        int before = FramePool.NONE; // slices of one buffer follow each other
        for (int s = first; s <= last; s++) {
            int buffer = pool == null ? FramePool.NONE : pool.bufferAt(batch.sliceOffset(s));
            long at = batch.sliceOffset(s);
            int left = batch.sliceLengthBytes(s);
            while (left > 0) {
                int piece = Math.min(left, maxDescriptorBytes);
                left -= piece;
                putData(DriverMemory.iovaOf(at), dataWord(piece, frameBits, s == last && left == 0));
                at += piece;
            }
            if (pool != null && buffer != FramePool.NONE && buffer != before && pool.toCard(buffer))
                pooled[lastEop] = buffer; // goes back with the slice's last descriptor
            before = buffer;
        }
    }

    private void putCopy(FrameBatch batch, int frame, long frameBits) {
        assert hasBuffers() : "a ring without buffers sends driver memory only";
        int lengthBytes = batch.lengthBytes(frame);
        for (int done = 0; done < lengthBytes; ) {
            int piece = Math.min(lengthBytes - done, bufferBytes);
            long buffer = bufferOffset(next);
            batch.copyTo(frame, done, piece, segment, buffer);
            done += piece;
            putData(DriverMemory.iovaOf(buffer), dataWord(piece, frameBits, done == lengthBytes));
        }
    }

    public final void putData(long iova, long word1) {
        writeDescriptor(next, iova, word1);
        lastEop = next;
        next = next(next);
    }

    /// Asks for a report of the last frame put. The card has not seen the descriptor: its tail is not
    /// written yet.
    public final void report() {
        writeStatus(lastEop, status(lastEop) | reportBits());
        int slot = reportFirst + reportCount;
        reports[slot >= entries ? slot - entries : slot] = lastEop;
        reportCount++;
        sinceReport = 0;
    }

    /// Loads a context when the card holds another one.
    public final void putContext(long word0, long word1) {
        if (word0 == context0 && word1 == context1) return;
        context0 = word0;
        context1 = word1;
        writeDescriptor(next, word0, word1);
        next = next(next);
    }
}
