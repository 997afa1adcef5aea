package dev.doorbell.vfiouser;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.DmaTable;
import java.lang.foreign.MemorySegment;

/// Answers the DMA_READ and DMA_WRITE requests of a server from memory that was announced without a
/// descriptor.
final class ClientMemory implements ClientChannel.Requests {
    private DmaMemory memory = new DmaTable(); // empty: everything faults

    void connect(DmaMemory newMemory) {
        memory = newMemory;
    }

    @Override
    public void answer(MemorySegment message, int at, int size, Replies replies) {
        int command = Wire.get16(message, at + (long) Wire.COMMAND);
        if (command != Command.DMA_READ && command != Command.DMA_WRITE) {
            replies.refuse(Refusal.UNKNOWN_COMMAND);
            return;
        }
        boolean write = command == Command.DMA_WRITE;
        if (size < Wire.DMA_DATA) {
            replies.refuse(Refusal.BAD_SIZE);
            return;
        }
        long iova = Wire.get64(message, at + (long) Wire.DMA_ADDRESS);
        long count = Wire.get64(message, at + (long) Wire.DMA_COUNT);
        if (count < 0 || count > Wire.MAX_TRANSFER_BYTES || size - Wire.DMA_DATA != (write ? count : 0)) {
            replies.refuse(Refusal.BAD_SIZE);
            return;
        }
        if (write) write(message, at, iova, (int) count, replies);
        else read(iova, (int) count, replies);
    }

    private void write(MemorySegment message, int at, long iova, int count, Replies replies) {
        if (memory.write(iova, message, at + (long) Wire.DMA_DATA, count) != DmaMemory.OK) {
            replies.refuse(Refusal.BAD_RANGE);
            return;
        }
        begin(iova, count, 0, replies);
    }

    private void read(long iova, int count, Replies replies) {
        int start = begin(iova, count, count, replies);
        if (memory.read(iova, replies.bytes(), start + (long) Wire.DMA_DATA, count) == DmaMemory.OK) return;
        replies.takeBack();
        replies.refuse(Refusal.BAD_RANGE);
    }

    private static int begin(long iova, int count, int dataBytes, Replies replies) {
        int start = replies.begin(Wire.DMA_BYTES + dataBytes);
        Wire.put64(replies.bytes(), start + (long) Wire.DMA_ADDRESS, iova);
        Wire.put64(replies.bytes(), start + (long) Wire.DMA_COUNT, count);
        return start;
    }
}
