package dev.doorbell.story;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.SliceSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Guest memory from IOVA 0 on, flat. Can be told to answer "not yet", to refuse, and to hold back
/// visibility.
public final class GuestMemory implements DmaMemory {
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;
    private int notYet;
    private @Nullable Stutter stutter;
    private Runnable observer = () -> {};
    private long promptFrom; // bytes that are there at once, whatever the rest does
    private long promptTo;
    private boolean open = true;
    private boolean visible = true;
    private long writes;
    private long faults;

    public GuestMemory(int sizeBytes) {
        bytes = Arena.ofAuto().allocate(sizeBytes, 4096);
    }

    /// The next `count` reads answer [#NOT_YET].
    public void answerNotYet(int count) {
        notYet = count;
    }

    /// Calls `observer` after every write of the card.
    public void onWrite(Runnable newObserver) {
        observer = newObserver;
    }

    /// From now on behaves like a memory that is reached by messages, as slow as `seed` says.
    public void stutter(long seed) {
        stutter = new Stutter(seed);
    }

    /// These bytes are there at once also in a memory that stutters: RAM that came with a descriptor.
    public void prompt(long iova, int lengthBytes) {
        promptFrom = iova;
        promptTo = iova + lengthBytes;
    }

    /// Whether bus mastering is on.
    public void open(boolean nowOpen) {
        open = nowOpen;
    }

    /// Whether writes are seen by the guest at once.
    public void visible(boolean nowVisible) {
        visible = nowVisible;
    }

    /// Writes of the card so far, of whatever size.
    public long writes() {
        return writes;
    }

    /// Accesses of the card that were refused.
    public long faults() {
        return faults;
    }

    public void put(long iova, byte[] content) {
        MemorySegment.copy(content, 0, bytes, ValueLayout.JAVA_BYTE, iova, content.length);
    }

    public byte[] get(long iova, int lengthBytes) {
        return bytes.asSlice(iova, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    public void putInt(long iova, int value) {
        bytes.set(LE32, iova, value);
    }

    public int getInt(long iova) {
        return bytes.get(LE32, iova);
    }

    public void putLong(long iova, long value) {
        bytes.set(LE64, iova, value);
    }

    public long getLong(long iova) {
        return bytes.get(LE64, iova);
    }

    public int getByte(long iova) {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, iova));
    }

    public void fill(long iova, int lengthBytes, int value) {
        bytes.asSlice(iova, lengthBytes).fill((byte) value);
    }

    private boolean mapped(long iova, int lengthBytes) {
        boolean inside = iova >= 0 && iova + lengthBytes <= bytes.byteSize() && iova + lengthBytes >= iova;
        if (!inside || !open) faults++;
        return inside && open;
    }

    @Override
    public int read(long iova, MemorySegment target, long targetOffset, int lengthBytes) {
        if (!mapped(iova, lengthBytes)) return FAULT;
        if (delayed(iova, lengthBytes)) return NOT_YET;
        MemorySegment.copy(bytes, iova, target, targetOffset, lengthBytes);
        return OK;
    }

    /// As of a memory by messages once it stutters.
    @Override
    public long loadAcquire32(long iova) {
        if ((iova & 3) != 0 || !mapped(iova, 4)) return NO_WORD;
        return stutter == null || (iova >= promptFrom && iova < promptTo)
                ? Integer.toUnsignedLong(getInt(iova))
                : BY_MESSAGE;
    }

    @Override
    public int write(long iova, MemorySegment source, long sourceOffset, int lengthBytes) {
        if (!mapped(iova, lengthBytes)) return FAULT;
        if (stutter != null && stutter.refusesWrite(iova, lengthBytes)) return NOT_YET;
        writes++;
        MemorySegment.copy(source, sourceOffset, bytes, iova, lengthBytes);
        observer.run();
        return OK;
    }

    @Override
    public int storeRelease8(long iova, byte value) {
        if (!mapped(iova, 1)) return FAULT;
        writes++;
        bytes.set(ValueLayout.JAVA_BYTE, iova, value);
        return OK;
    }

    @Override
    public int storeRelease32(long iova, int value) {
        if ((iova & 3) != 0 || !mapped(iova, 4)) return FAULT;
        if (stutter != null && stutter.refusesWrite(iova, 4)) return NOT_YET;
        writes++;
        putInt(iova, value);
        observer.run();
        return OK;
    }

    @Override
    public int storeRelease64(long iova, long value) {
        if ((iova & 7) != 0 || !mapped(iova, 8)) return FAULT;
        if (stutter != null && stutter.refusesWrite(iova, 8)) return NOT_YET;
        writes++;
        putLong(iova, value);
        observer.run();
        return OK;
    }

    /// Hands a buffer out in two slices, so that code cannot lean on one.
    @Override
    public int gather(long iova, int lengthBytes, SliceSink sink) {
        if (!mapped(iova, lengthBytes)) return FAULT;
        if (delayed(iova, lengthBytes)) return NOT_YET;
        int first = lengthBytes / 2;
        boolean taken = sink.addSlice(bytes, iova, first) && sink.addSlice(bytes, iova + first, lengthBytes - first);
        return taken ? OK : FAULT;
    }

    private boolean delayed(long iova, int lengthBytes) {
        if (stutter != null && stutter.delaysRead(iova, lengthBytes)) return true;
        if (notYet == 0) return false;
        notYet--;
        return true;
    }

    @Override
    public boolean writesVisible() {
        return visible && (stutter == null || stutter.seesWrites());
    }

    @Override
    public void releaseReads() {
        if (stutter != null) stutter.release();
    }
}
