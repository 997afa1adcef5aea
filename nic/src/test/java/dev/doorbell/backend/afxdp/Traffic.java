package dev.doorbell.backend.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.xdp.XdpPort;
import dev.doorbell.time.WallTimeline;

/// Has one backend send numbered frames to another one, on one thread, and checks every frame and,
/// between any two calls, that no chunk is lost.
final class Traffic {
    private static final int BATCH_FRAMES = 64;
    private static final long PATIENCE_NS = 5_000_000_000L;

    private final AfXdpBackend from;
    private final AfXdpBackend to;
    private final WallTimeline timeline;
    private final int queues;
    private final NumberedFrames frames;
    private final FrameBatch outgoing = new FrameBatch(BATCH_FRAMES, 4 * BATCH_FRAMES, 0);
    private final FrameBatch incoming = new FrameBatch(BATCH_FRAMES, 4 * BATCH_FRAMES, 0);
    private final Poller poller = new Poller(2);
    private final int windowFrames; // on their way at most, so that no ring overflows
    private final int[] arrivals;
    private int offered; // of the outgoing batch

    /// @param arrivals by which socket of `to` the frames of each socket of `from` arrive
    Traffic(AfXdpBackend from, AfXdpBackend to, int longestBytes, WallTimeline timeline, int... arrivals) {
        boolean spread = to.queues().length > 1; // by one socket: it names no queue then
        this.arrivals = spread ? arrivals : new int[] {FrameBatch.ANY_QUEUE};
        this.from = from;
        this.to = to;
        this.timeline = timeline;
        queues = arrivals.length;
        int chunks = to.queues()[0].owners().chunks() / 2;
        int chunksPerFrame = 1 + longestBytes / 3840;
        windowFrames = chunks / chunksPerFrame / 2;
        frames = new NumberedFrames(queues, longestBytes, windowFrames + 2 * BATCH_FRAMES);
    }

    /// Sends so many more frames and waits for the last of them.
    ///
    /// @param checkEvery calls between two looks at the chunks
    void run(long count, int checkEvery) {
        long last = frames.made() + count;
        int calls = 0;
        while (frames.seen() < last) {
            boolean moved = send(last);
            if (calls++ % checkEvery == 0) assertNoChunkIsLost();
            incoming.clear();
            moved |= to.receive(incoming) > 0;
            for (int i = 0; i < incoming.size(); i++) frames.check(incoming, i, arrivals);
            if (calls % checkEvery == 0) assertNoChunkIsLost();
            timeline.runDue();
            if (!moved) await();
        }
        frames.assertAllSeen();
    }

    private boolean send(long last) {
        if (offered == outgoing.size()) {
            outgoing.clear();
            offered = 0;
            while (!outgoing.isFull() && frames.made() < last && frames.made() - frames.seen() < windowFrames)
                frames.append(outgoing, (int) (frames.made() % queues));
        }
        if (offered == outgoing.size()) return false;
        int taken = from.transmit(outgoing, offered);
        offered += taken;
        return taken > 0;
    }

    private void await() {
        poller.set(0, to.receiveFd(), Poller.POLLIN);
        poller.set(1, offered < outgoing.size() ? from.transmitFd() : -1, Poller.POLLOUT);
        long untilNs = timeline.nowNs() + PATIENCE_NS;
        while (poller.poll(Math.min(1_000_000, timeline.untilNextNs())) == 0 && offered == outgoing.size()) {
            timeline.runDue(); // a timer may have the kernel go on
            assertThat(timeline.nowNs() - untilNs)
                    .as("frames within 5 s, after %d of %d", frames.seen(), frames.made())
                    .isNegative();
        }
    }

    /// Each chunk has one owner, both directions have their half, and the rings hold no more than their owners have.
    void assertNoChunkIsLost() {
        for (AfXdpBackend backend : new AfXdpBackend[] {from, to})
            for (AfXdpQueue queue : backend.queues()) {
                ChunkOwners owners = queue.owners();
                int half = owners.chunks() / 2;
                if (!owners.isConsistent()) throw new AssertionError("chunks with two owners or none");
                int fill = owners.count(ChunkOwners.FILL);
                int transmit = owners.count(ChunkOwners.TRANSMIT);
                int receiving = fill + owners.count(ChunkOwners.RECEIVE);
                int sending = transmit + owners.count(ChunkOwners.FREE);
                if (receiving != half || sending != half)
                    throw new AssertionError(receiving + " chunks receive and " + sending + " send");
                // The kernel may be moving chunks from the one ring to the other: where they go is read first.
                XdpPort socket = queue.socket();
                int arrived = socket.receiveRing().available(half);
                int filled = socket.fillRing().pending();
                if (arrived < 0 || filled < 0 || arrived + filled > fill)
                    throw new AssertionError(arrived + " arrived and " + filled + " to fill of " + fill);
                int completed = socket.completionRing().available(half);
                int unsent = socket.transmitRing().pending();
                if (completed < 0 || unsent < 0 || completed + unsent > transmit)
                    throw new AssertionError(completed + " completed and " + unsent + " unsent of " + transmit);
            }
    }
}
