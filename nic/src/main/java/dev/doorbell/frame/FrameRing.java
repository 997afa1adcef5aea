package dev.doorbell.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Copies of frames in order of arrival, in memory of a fixed size that is used around and around: the packet buffer of
/// a card. What else belongs to a frame its owner keeps by the frame's slot.
///
/// Everything is allocated in the constructor. One thread.
public final class FrameRing {
    private static final int ALIGNMENT = 8;

    private final int memoryBytes;
    private final MemorySegment memory;
    private final int[] lengthBytes;
    private int firstFrame;
    private int frames;
    private int firstByte;
    private int usedBytes;

    /// @param memoryBytes a multiple of 8
    /// @param limitFrames frames at most, and slots
    public FrameRing(int memoryBytes, int limitFrames) {
        this.memoryBytes = memoryBytes;
        memory = Arena.ofAuto().allocate(memoryBytes, 64);
        lengthBytes = new int[limitFrames];
    }

    public boolean isEmpty() {
        return frames == 0;
    }

    /// Bytes taken, each frame's rounded up to 8.
    public int usedBytes() {
        return usedBytes;
    }

    /// Whether a frame of `length` bytes fits when the ring may hold `limitBytes`, at most its memory.
    public boolean fits(int length, int limitBytes) {
        return frames < lengthBytes.length && usedBytes + aligned(length) <= limitBytes;
    }

    /// Copies a frame in behind the others. It must fit into the memory.
    ///
    /// @return its slot, 0 to `limitFrames` - 1, its own until it is popped
    public int append(FrameBatch batch, int frame) {
        int length = batch.lengthBytes(frame);
        assert fits(length, memoryBytes) : "no room for a frame";
        int at = (firstByte + usedBytes) % memoryBytes;
        int untilEnd = Math.min(length, memoryBytes - at);
        batch.copyTo(frame, 0, untilEnd, memory, at);
        if (untilEnd < length) batch.copyTo(frame, untilEnd, length - untilEnd, memory, 0);
        int slot = (firstFrame + frames) % lengthBytes.length;
        lengthBytes[slot] = length;
        frames++;
        usedBytes += aligned(length);
        return slot;
    }

    /// Slot of the first frame; meaningless while there is none.
    public int first() {
        return firstFrame;
    }

    /// Makes the first frame the only one of `view`; it stays here.
    public void viewFirst(FrameBatch view) {
        int length = lengthBytes[firstFrame];
        int untilEnd = Math.min(length, memoryBytes - firstByte);
        view.clear();
        view.beginFrame();
        view.addSlice(memory, firstByte, untilEnd);
        view.addSlice(memory, 0, length - untilEnd);
        view.endFrame();
    }

    /// Frees the first frame's place.
    public void pop() {
        int bytes = aligned(lengthBytes[firstFrame]);
        firstByte = (firstByte + bytes) % memoryBytes;
        usedBytes -= bytes;
        firstFrame = (firstFrame + 1) % lengthBytes.length;
        frames--;
    }

    /// Forgets every frame.
    public void clear() {
        frames = 0;
        usedBytes = 0;
        firstByte = 0;
        firstFrame = 0;
    }

    private static int aligned(int bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
