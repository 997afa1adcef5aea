package dev.doorbell.pci;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.SliceSink;
import java.lang.foreign.MemorySegment;

/// The client's memory while the function may reach it: refuses everything while bus mastering is off.
///
/// The object stays the same over the card's life; what lies behind it changes with each client.
final class GatedMemory implements DmaMemory {
    private DmaMemory behind = NOTHING;
    private boolean open;

    void connect(DmaMemory memory) {
        behind = memory;
    }

    void open(boolean nowOpen) {
        open = nowOpen;
    }

    @Override
    public int read(long iova, MemorySegment target, long targetOffset, int lengthBytes) {
        return open ? behind.read(iova, target, targetOffset, lengthBytes) : FAULT;
    }

    @Override
    public long loadAcquire32(long iova) {
        return open ? behind.loadAcquire32(iova) : NO_WORD;
    }

    @Override
    public int write(long iova, MemorySegment source, long sourceOffset, int lengthBytes) {
        return open ? behind.write(iova, source, sourceOffset, lengthBytes) : FAULT;
    }

    @Override
    public int storeRelease8(long iova, byte value) {
        return open ? behind.storeRelease8(iova, value) : FAULT;
    }

    @Override
    public int storeRelease32(long iova, int value) {
        return open ? behind.storeRelease32(iova, value) : FAULT;
    }

    @Override
    public int storeRelease64(long iova, long value) {
        return open ? behind.storeRelease64(iova, value) : FAULT;
    }

    @Override
    public int gather(long iova, int lengthBytes, SliceSink sink) {
        return open ? behind.gather(iova, lengthBytes, sink) : FAULT;
    }

    @Override
    public boolean writesVisible() {
        return behind.writesVisible();
    }

    @Override
    public void releaseReads() {
        behind.releaseReads();
    }

    /// Memory of a slot that no client has filled.
    private static final DmaMemory NOTHING = new DmaMemory() {
        @Override
        public int read(long iova, MemorySegment target, long targetOffset, int lengthBytes) {
            return FAULT;
        }

        @Override
        public long loadAcquire32(long iova) {
            return NO_WORD;
        }

        @Override
        public int write(long iova, MemorySegment source, long sourceOffset, int lengthBytes) {
            return FAULT;
        }

        @Override
        public int storeRelease8(long iova, byte value) {
            return FAULT;
        }

        @Override
        public int storeRelease32(long iova, int value) {
            return FAULT;
        }

        @Override
        public int storeRelease64(long iova, long value) {
            return FAULT;
        }

        @Override
        public int gather(long iova, int lengthBytes, SliceSink sink) {
            return FAULT;
        }

        @Override
        public boolean writesVisible() {
            return true;
        }

        @Override
        public void releaseReads() {}
    };
}
