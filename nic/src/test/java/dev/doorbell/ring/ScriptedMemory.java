package dev.doorbell.ring;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.SliceSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Flat memory that answers as told and remembers what it was asked.
final class ScriptedMemory implements DmaMemory {
    /// `read 0x1000+64` or `store 0x1000`, in the order of the calls.
    final List<String> calls = new ArrayList<>();

    private final MemorySegment bytes = Arena.ofAuto().allocate(1 << 16, 64);
    private final Deque<Integer> answers = new ArrayDeque<>();
    private long unmappedFrom = 1 << 16;

    /// The next call answers so; after the last one given, what the mapping says.
    void answer(int... next) {
        for (int answer : next) answers.add(answer);
    }

    void unmapFrom(long iova) {
        unmappedFrom = iova;
    }

    void putLong(long iova, long value) {
        bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, iova, value);
    }

    long getLong(long iova) {
        return bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, iova);
    }

    int getInt(long iova) {
        return bytes.get(ValueLayout.JAVA_INT_UNALIGNED, iova);
    }

    private int answer(String call, long iova, int length) {
        calls.add(call);
        Integer scripted = answers.poll();
        if (scripted != null && scripted != OK) return scripted;
        return iova + length <= unmappedFrom ? OK : FAULT;
    }

    @Override
    public int read(long iova, MemorySegment target, long targetOffset, int lengthBytes) {
        int answer = answer("read " + Long.toHexString(iova) + "+" + lengthBytes, iova, lengthBytes);
        if (answer == OK) MemorySegment.copy(bytes, iova, target, targetOffset, lengthBytes);
        return answer;
    }

    @Override
    public int write(long iova, MemorySegment source, long sourceOffset, int lengthBytes) {
        throw new AssertionError("rings write words only");
    }

    @Override
    public int storeRelease8(long iova, byte value) {
        throw new AssertionError("rings store whole words");
    }

    @Override
    public int storeRelease32(long iova, int value) {
        int answer = answer("store32 " + Long.toHexString(iova), iova, 4);
        if (answer == OK) bytes.set(ValueLayout.JAVA_INT, iova, value);
        return answer;
    }

    @Override
    public int storeRelease64(long iova, long value) {
        int answer = answer("store64 " + Long.toHexString(iova), iova, 8);
        if (answer == OK) bytes.set(ValueLayout.JAVA_LONG, iova, value);
        return answer;
    }

    @Override
    public int gather(long iova, int lengthBytes, SliceSink sink) {
        throw new AssertionError("rings gather nothing");
    }

    @Override
    public boolean writesVisible() {
        return true;
    }

    @Override
    public void releaseReads() {}
}
