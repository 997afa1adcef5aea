package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.afxdp.ChunkOwners.FILL;
import static dev.doorbell.backend.afxdp.ChunkOwners.FREE;
import static dev.doorbell.backend.afxdp.ChunkOwners.TRANSMIT;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.xdp.ConsumerRing;
import dev.doorbell.linux.xdp.ProducerRing;
import dev.doorbell.linux.xdp.TransmitMetadata;
import dev.doorbell.linux.xdp.Umem;
import dev.doorbell.linux.xdp.XdpPort;
import dev.doorbell.linux.xdp.XdpSocket;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One socket with its memory: frames in and out of one queue of an interface. One thread.
///
/// Half of the chunks are for frames to be sent; the other half goes round between the fill ring and
/// the card. What the kernel writes into the rings is believed only as far as it is harmless: an
/// impossible index ends the queue, an address that is not the kernel's to give back is counted and
/// ignored.
final class AfXdpQueue implements AutoCloseable {
    /// Calls of the kernel for what one batch left in the transmit ring.
    static final int MAX_WAKES = 8;
    /// Of those with nothing sent: memory or room in the driver is wanting, and comes with time.
    static final int MAX_STALLS = 2;
    /// Calls for frames that the driver drops: each gets past one.
    static final int MAX_DROPS = 64;

    private final XdpPort socket;
    private final Umem umem;
    private final MemorySegment memory; // all of it
    private final ChunkOwners owners;
    private final int chunkShift;
    private final int chunkBytes;
    private final int roomBytes; // of a chunk, for what is sent
    private final CounterTable<BackendCounter> counters;
    private final ReceivedFrames received;
    private final ProducerRing fill;
    private final ConsumerRing completions;
    private final ProducerRing transmit;
    private final boolean wakeup; // bound with need_wakeup
    private final boolean busyPolls; // the kernel polls the device in our calls
    private final KernelCounts kernelCounts = new KernelCounts();
    private @Nullable WakeRequest request; // where another thread calls the kernel
    private boolean copies = true; // the kernel sends in our calls only
    private int room; // chunks that can be filled; there may be more by now
    private int filled; // entries of the transmit ring that the kernel has not been given
    private boolean unsent; // the kernel left entries in the transmit ring
    private boolean unbound; // a call said so
    private boolean failed;

    /// Fills the fill ring. The socket has memory and rings, and is bound after this: a driver looks
    /// for chunks when it is. Socket and memory are this object's from now on.
    ///
    /// @param arrivalQueue what a card is told about where frames came by ([FrameBatch#queue])
    /// @param wakeup       whether it is bound with XDP_USE_NEED_WAKEUP
    /// @param busyPolls    whether the kernel polls the device in our calls
    AfXdpQueue(
            int arrivalQueue,
            XdpPort socket,
            Umem umem,
            boolean wakeup,
            boolean busyPolls,
            CounterTable<BackendCounter> counters) {
        this.socket = socket;
        this.umem = umem;
        memory = umem.segment();
        this.wakeup = wakeup;
        this.busyPolls = busyPolls;
        this.counters = counters;
        chunkBytes = umem.chunkBytes();
        roomBytes = chunkBytes - socket.metadataBytes();
        chunkShift = Integer.numberOfTrailingZeros(chunkBytes);
        owners = new ChunkOwners(umem.chunkCount());
        fill = socket.fillRing();
        completions = socket.completionRing();
        transmit = socket.transmitRing();
        received = new ReceivedFrames(arrivalQueue, socket.receiveRing(), umem, owners, counters);
        firstFill();
    }

    /// The socket is bound.
    void bound() {
        copies = !socket.isZeroCopy();
        if (wakeup && fill.needsWakeup()) socket.wakeReceive();
    }

    /// Whether the interface of the socket has gone: only calls to wake the kernel tell.
    boolean isUnbound() {
        boolean idle = !failed && !unbound && transmit.pending() == 0; // what is to be sent tells by itself
        if (idle) unbound = socket.wakeTransmit() == -Errno.ENXIO;
        return unbound;
    }

    /// Half of the chunks, or as many as the ring takes.
    private void firstFill() {
        int count = Math.min(owners.chunks() / 2, fill.free(fill.entries()));
        for (int i = 0; i < count; i++) fill.address(i, (long) owners.take(FILL) << chunkShift);
        if (count >= 0) fill.submit(count);
        else fail();
    }

    XdpPort socket() {
        return socket;
    }

    ChunkOwners owners() {
        return owners;
    }

    /// Whether the kernel's side of a ring was impossible: nothing is done here any more.
    boolean failed() {
        return failed;
    }

    private void fail() {
        if (failed) return;
        counters.increment(BackendCounter.RING_FAULTS);
        closeSocket();
    }

    /// Gathers a frame into chunks and their descriptors; the kernel gets them with [#flush].
    ///
    /// @param frame no longer than the backend takes
    /// @return false when there is no room for the whole of it; then nothing is changed
    boolean append(FrameBatch batch, int frame) {
        int lengthBytes = batch.lengthBytes(frame);
        int chunks = lengthBytes <= roomBytes ? 1 : (lengthBytes + roomBytes - 1) / roomBytes;
        if (room < chunks && !makeRoom(chunks)) return false;
        room -= chunks;
        boolean open = batch.checksumStart(frame) != FrameBatch.CHECKSUM_COMPLETE;
        int options = open ? XdpSocket.XDP_TX_METADATA : 0;
        int at = 0;
        for (int left = chunks - 1; left > 0; left--, at += roomBytes, options = 0)
            append(batch, frame, at, roomBytes, options | XdpSocket.XDP_PKT_CONTD);
        append(batch, frame, at, lengthBytes - at, options);
        return true;
    }

    private void append(FrameBatch batch, int frame, int at, int lengthBytes, int options) {
        long umemOffset = ((long) owners.take(TRANSMIT) << chunkShift) + chunkBytes - roomBytes;
        batch.copyTo(frame, at, lengthBytes, memory, umemOffset);
        if ((options & XdpSocket.XDP_TX_METADATA) != 0) leaveChecksum(batch, frame, umemOffset);
        transmit.descriptor(filled++, umemOffset, lengthBytes, options);
    }

    private void leaveChecksum(FrameBatch batch, int frame, long umemOffset) {
        TransmitMetadata.openChecksum(memory, umemOffset, batch.checksumStart(frame), batch.checksumOffset(frame));
    }

    /// Looks for room: as it is, after reclaiming, and after the kernel sent what is there.
    private boolean makeRoom(int chunks) {
        if (fits(chunks)) return true;
        reclaim();
        if (fits(chunks)) return true;
        if (failed || !wantsFlush()) return false;
        flush();
        reclaim();
        return fits(chunks);
    }

    private boolean fits(int chunks) {
        if (failed) return false;
        int free = transmit.free(filled + chunks);
        if (free < 0) fail();
        room = Math.max(0, Math.min(owners.free(), free - filled));
        return room >= chunks;
    }

    /// Takes back chunks that were sent.
    void reclaim() {
        if (failed) return;
        int count = completions.available(completions.entries());
        if (count < 0) {
            fail();
            return;
        }
        for (int i = 0; i < count; i++) {
            long umemOffset = completions.address(i);
            if (!owners.move(umemOffset >>> chunkShift, TRANSMIT, FREE))
                counters.increment(BackendCounter.TRANSMIT_BAD_COMPLETIONS);
        }
        if (count > 0) completions.release(count);
    }

    /// Gives what was appended to the kernel and has it sent, as far as it goes now.
    ///
    /// @return 0, or a negated errno that is about the interface
    int flush() {
        if (failed) return 0;
        if (filled > 0) transmit.submit(filled);
        filled = 0;
        return wake();
    }

    /// Whether a [#flush] would do anything.
    boolean wantsFlush() {
        return filled > 0 || unsent;
    }

    /// Whether entries are left for a later [#wake]: nobody else sends them.
    boolean hasUnsent() {
        return unsent;
    }

    /// Has the kernel send what is in the transmit ring: a bounded number of calls.
    ///
    /// @return 0, or a negated errno that is about the interface
    int wake() {
        unsent = false;
        if (failed) return 0;
        if (!copies && wakeup && !transmit.needsWakeup()) return 0;
        if (request != null) return ask(request);
        int left = left();
        int stalls = 0;
        int drops = 0;
        for (int wakes = 0; wakes < MAX_WAKES && stalls < MAX_STALLS && drops < MAX_DROPS; ) {
            int result = socket.wakeTransmit();
            int before = left;
            left = left();
            unsent = left > 0;
            switch (result) {
                case 0, -Errno.EAGAIN, -Errno.ENOBUFS, -Errno.ENOMEM, -Errno.EINTR -> wakes++;
                case -Errno.EBUSY -> { // the driver dropped a frame, and the kernel stopped there
                    if (left < before) counters.increment(BackendCounter.TRANSMIT_DROPPED_DRIVER);
                    drops++;
                }
                default -> {
                    return trouble(result); // what is left is sent later, should the interface come back
                }
            }
            if (!copies && result == 0) { // the driver is at it
                unsent = false;
                return 0;
            }
            // A full completion ring stops the kernel; and what comes back now is in the processor's
            // cache.
            if (result != -Errno.EBUSY) reclaim();
            if (left == 0) return 0;
            if (left == before) stalls++;
        }
        return 0;
    }

    /// Has another thread call the kernel from now on, until all of what is there was sent.
    void handOver(KernelWaker waker) {
        request = waker.serve(socket);
    }

    private int ask(WakeRequest whoCalls) {
        whoCalls.ask();
        return trouble(whoCalls.takeTrouble());
    }

    private int trouble(int negatedErrno) {
        unbound |= negatedErrno == -Errno.ENXIO;
        return negatedErrno;
    }

    /// Entries of the transmit ring that the kernel has still to take.
    private int left() {
        int free = transmit.free(transmit.entries());
        if (free < 0) fail();
        return free < 0 ? 0 : transmit.entries() - free;
    }

    /// Whether poll(2) of the socket waits for room: it answers POLLOUT while half of the transmit ring
    /// is free.
    boolean pollWaitsForRoom() {
        return !failed && left() > transmit.entries() / 2;
    }

    /// Gives the chunks of the frames of the last [#receive] back to the kernel.
    void recycle() {
        int count = received.heldCount();
        if (failed || count == 0) return;
        int room = fill.free(count);
        if (room < 0) {
            fail();
            return;
        }
        count = Math.min(count, room); // the kernel never had more chunks than the ring has entries
        for (int i = 0; i < count; i++) fill.address(i, (long) received.takeHeld() << chunkShift);
        fill.submit(count);
        if (wakeup && fill.needsWakeup()) pollDevice();
    }

    /// Appends arrived frames to a batch; they stay until [#recycle].
    ///
    /// @param most frames at most
    /// @return frames appended
    int receive(FrameBatch batch, int most) {
        if (failed) return 0;
        if (busyPolls && received.isEmpty()) pollDevice();
        int frames = received.appendTo(batch, most);
        if (frames >= 0) return frames;
        fail();
        return 0;
    }

    private void pollDevice() {
        if (request != null && busyPolls) request.poll(); // that call is a long one
        else socket.wakeReceive();
    }

    /// Adds what the kernel counted since the last time.
    void foldKernelCounts() {
        kernelCounts.fold(socket, counters);
        if (request != null) counters.add(BackendCounter.TRANSMIT_DROPPED_DRIVER, request.takeDrops());
    }

    /// Closes the socket; the memory stays, because the card may still hold frames in it.
    void closeSocket() {
        if (request != null) request.forget(); // before the descriptor can be somebody else's
        foldKernelCounts();
        socket.close();
        failed = true;
        room = 0;
    }

    /// Closes socket and memory. Idempotent.
    @Override
    public void close() {
        closeSocket();
        umem.close();
    }
}
