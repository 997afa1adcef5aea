package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.afxdp.ChunkOwners.FILL;
import static dev.doorbell.backend.afxdp.ChunkOwners.RECEIVE;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.xdp.ConsumerRing;
import dev.doorbell.linux.xdp.Umem;
import dev.doorbell.linux.xdp.XdpSocket;

/// The receive ring of a socket, read as frames: each a run of descriptors of which all but the last
/// say that the frame goes on. A frame whose end has not come yet stays in the ring. One thread.
final class ReceivedFrames {
    /// Descriptors of one frame: the longest frame in chunks that a driver filled by a quarter.
    static final int MAX_FRAME_DESCRIPTORS = 64;

    private static final int SHORTEST_FRAME_BYTES = 14;

    private final int queue;
    private final ConsumerRing ring;
    private final Umem umem;
    private final ChunkOwners owners;
    private final CounterTable<BackendCounter> counters;
    private final int chunkShift;
    private final int chunkBytes;
    private final int[] held; // chunks to go back to the kernel, a stack
    private int heldCount;
    private boolean discarding; // until the end of a frame that is too long

    ReceivedFrames(int queue, ConsumerRing ring, Umem umem, ChunkOwners owners, CounterTable<BackendCounter> counters) {
        this.queue = queue;
        this.ring = ring;
        this.umem = umem;
        this.owners = owners;
        this.counters = counters;
        chunkBytes = umem.chunkBytes();
        chunkShift = Integer.numberOfTrailingZeros(chunkBytes);
        held = new int[umem.chunkCount()];
    }

    /// Chunks that the card is done with once it asks for more frames.
    int heldCount() {
        return heldCount;
    }

    /// Takes one of them for the fill ring.
    int takeHeld() {
        int chunk = held[--heldCount];
        boolean moved = owners.move(chunk, RECEIVE, FILL);
        assert moved : "chunk " + chunk + " was not held";
        return chunk;
    }

    /// Whether nothing has arrived.
    boolean isEmpty() {
        return ring.available(1) == 0;
    }

    /// Appends whole frames.
    ///
    /// @return frames appended; -1 when the kernel's index is impossible
    int appendTo(FrameBatch batch, int most) {
        int available = ring.available(ring.entries());
        if (available < 0) return -1;
        boolean fresh = batch.size() == 0;
        int at = 0;
        int frames = 0;
        while (at < available && frames < most && !batch.isFull()) {
            int count = descriptors(at, available);
            if (discarding || count > MAX_FRAME_DESCRIPTORS) {
                at += discard(at, available);
                continue;
            }
            if (count == 0) break; // the rest is still to come
            if (count > batch.freeSlices() && !(fresh && frames == 0)) break; // next time
            if (append(batch, at, count)) frames++;
            at += count;
        }
        if (at > 0) ring.release(at);
        return frames;
    }

    /// Descriptors of the frame that begins at one; 0 when its end has not come.
    private int descriptors(int from, int available) {
        int most = Math.min(available - from, MAX_FRAME_DESCRIPTORS);
        for (int i = 0; i < most; i++) if ((ring.options(from + i) & XdpSocket.XDP_PKT_CONTD) == 0) return i + 1;
        return most == MAX_FRAME_DESCRIPTORS ? MAX_FRAME_DESCRIPTORS + 1 : 0;
    }

    /// Passes over a frame without a sensible end.
    ///
    /// @return descriptors
    private int discard(int from, int available) {
        if (!discarding) counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_LONG);
        discarding = true;
        int at = from;
        while (at < available && discarding) {
            discarding = (ring.options(at) & XdpSocket.XDP_PKT_CONTD) != 0;
            take(ring.address(at), ring.lengthBytes(at));
            at++;
        }
        return at - from;
    }

    /// Takes the chunk of a descriptor from the kernel.
    ///
    /// @return whether the kernel had it to give, and the bytes lie inside of it
    private boolean take(long umemOffset, int lengthBytes) {
        if (!owners.move(umemOffset >>> chunkShift, FILL, RECEIVE)) {
            counters.increment(BackendCounter.RECEIVE_BAD_DESCRIPTORS);
            return false;
        }
        held[heldCount++] = (int) (umemOffset >>> chunkShift);
        int offset = (int) umemOffset & (chunkBytes - 1);
        boolean inside = lengthBytes >= 0 && lengthBytes <= chunkBytes - offset;
        if (!inside) counters.increment(BackendCounter.RECEIVE_BAD_DESCRIPTORS);
        return inside;
    }

    /// Takes all the chunks of a frame, and appends it where nothing is wrong with it.
    private boolean append(FrameBatch batch, int from, int count) {
        batch.beginFrame();
        boolean good = true;
        boolean fits = true;
        for (int i = from; i < from + count; i++) {
            long umemOffset = ring.address(i);
            int lengthBytes = ring.lengthBytes(i);
            if (take(umemOffset, lengthBytes)) fits &= batch.addSlice(umem.segment(), umemOffset, lengthBytes);
            else good = false;
        }
        int frameBytes = batch.openFrameBytes();
        BackendCounter obstacle = null;
        if (!good) obstacle = BackendCounter.RECEIVE_DROPPED_BAD_DESCRIPTOR;
        else if (!fits || frameBytes > CountedBackend.PLAIN_FRAME_BYTES)
            obstacle = BackendCounter.RECEIVE_DROPPED_TOO_LONG;
        else if (frameBytes < SHORTEST_FRAME_BYTES) obstacle = BackendCounter.RECEIVE_DROPPED_TOO_SHORT;
        if (obstacle != null) {
            counters.increment(obstacle);
            batch.abandonFrame();
            return false;
        }
        batch.queue(batch.openFrame(), queue);
        batch.endFrame();
        counters.add(BackendCounter.RECEIVE_BYTES, frameBytes);
        return true;
    }
}
