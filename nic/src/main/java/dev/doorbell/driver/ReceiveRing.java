package dev.doorbell.driver;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.LegacyReceiveDescriptor;

/// The receive ring: buffers that wait for frames, and frames that wait for software. 3.2.
///
/// Two indexes tell all. `next` is the oldest descriptor that the card owns: where the next frame shows up.
/// `returned` is the oldest one that software still holds. The card owns `next` up to the tail.
final class ReceiveRing extends DriverRing {
    /// The frame itself is damaged; the card hands such a frame over only when asked to.
    private static final long DAMAGED = LegacyReceiveDescriptor.CE
            | LegacyReceiveDescriptor.SE
            | LegacyReceiveDescriptor.SEQ
            | LegacyReceiveDescriptor.CXE
            | LegacyReceiveDescriptor.RXE;

    private final long[] lastWord; // word 1 of the last descriptor of each frame handed out
    private int next;
    private int returned;
    private int tail;
    private long damagedFrames;

    ReceiveRing(DriverMemory memory, int entries, int bufferBytes) {
        super(memory, entries, bufferBytes);
        lastWord = new long[entries];
        fill();
    }

    /// All buffers to the card: as after a reset, with head and tail at 0 until the tail is written.
    void fill() {
        for (int i = 0; i < entries; i++) giveToCard(i);
        next = 0;
        returned = 0;
        // One short of the head: equal indexes mean that the card owns nothing at all.
        tail = entries - 1;
    }

    private void giveToCard(int index) {
        writeDescriptor(index, DriverMemory.iovaOf(bufferOffset(index)), 0); // DD is clear until the card sets it
    }

    /// What belongs into RDT now.
    int tail() {
        return tail;
    }

    /// Appends the frames that have arrived to `batch`, as slices of the ring's own buffers.
    ///
    /// @return frames appended
    int receive(FrameBatch batch) {
        int from = batch.size();
        while (!batch.isFull()) {
            int last = endOfFrame();
            if (last < 0 || batch.freeSlices() < distance(next, last) + 1) break;
            long word = status(last);
            if ((word & DAMAGED) != 0) {
                damagedFrames++;
                next = next(last);
                continue;
            }
            lastWord[batch.size() % entries] = word;
            takeFrame(batch, last);
        }
        return batch.size() - from;
    }

    /// The descriptor that ends the oldest frame, or -1 while it has not arrived whole.
    private int endOfFrame() {
        int at = next;
        while (at != tail) { // the descriptor at the tail is never the card's
            long word = status(at);
            if (!LegacyReceiveDescriptor.done(word)) return -1;
            if (LegacyReceiveDescriptor.endOfPacket(word)) return at;
            at = next(at);
        }
        return -1;
    }

    private void takeFrame(FrameBatch batch, int last) {
        int end = next(last);
        batch.beginFrame();
        for (; next != end; next = next(next)) {
            int lengthBytes = LegacyReceiveDescriptor.lengthBytes(status(next));
            batch.addSlice(segment, bufferOffset(next), Math.min(lengthBytes, bufferBytes));
        }
        batch.endFrame();
    }

    /// Descriptors whose frames were handed out and whose buffers are not given back.
    int heldBySoftware() {
        return distance(returned, next);
    }

    /// Gives every buffer that software holds back to the card. The slices of earlier batches end here.
    ///
    /// @return descriptors given back; their tail is still to be written
    int giveBack() {
        int count = distance(returned, next);
        for (; returned != next; returned = next(returned)) giveToCard(returned);
        tail = returned == 0 ? entries - 1 : returned - 1;
        return count;
    }

    /// Word 1 of the descriptor that ended frame `frame` of the last batch.
    long wordOf(int frame) {
        return lastWord[frame % entries];
    }

    /// Frames dropped here because the card marked them damaged.
    long damagedFrames() {
        return damagedFrames;
    }
}
