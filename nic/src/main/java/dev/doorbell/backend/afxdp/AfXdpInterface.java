package dev.doorbell.backend.afxdp;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XdpProgram.Mode;
import dev.doorbell.linux.xdp.TransmitMetadata;
import dev.doorbell.linux.xdp.Umem;
import dev.doorbell.linux.xdp.XdpSocket;
import java.util.ArrayList;
import java.util.List;

/// An interface as it was opened once: program and sockets. It does not come back when the interface
/// does; another one is opened then. One thread.
final class AfXdpInterface implements AutoCloseable {
    /// Chunks for interfaces of the ordinary MTU, and for larger ones.
    static final int CHUNK_BYTES = 2048;

    static final int LARGE_CHUNK_BYTES = 4096;
    static final int ORDINARY_MTU_BYTES = 1500;
    /// What the kernel keeps free before a frame in its chunk (XDP_PACKET_HEADROOM).
    static final int KERNEL_HEADROOM_BYTES = 256;
    /// Ethernet header and two VLAN tags.
    static final int LINK_HEADER_BYTES = 22;

    /// How long and how often a queue is tried that is still another socket's.
    private static final int BUSY_STEPS = 100;

    private static final long BUSY_STEP_NS = 5_000_000;

    private final int ifindex;
    private final Attachment attachment;
    private final AfXdpQueue[] queues;
    private final int mtuBytes;

    /// @param queues       open; they and the attachment are this object's from now on
    /// @param mtuBytes     for which the queues were made
    AfXdpInterface(int ifindex, int mtuBytes, Attachment attachment, List<AfXdpQueue> queues) {
        this.ifindex = ifindex;
        this.attachment = attachment;
        this.queues = queues.toArray(AfXdpQueue[]::new);
        this.mtuBytes = mtuBytes;
    }

    /// Opens program and sockets. When anything fails, everything is closed again; inherited sockets
    /// too.
    ///
    /// @param patient whether to wait, for half a second at most, for queues that another socket has
    static AfXdpInterface open(BackendOptions.AfXdp options, CounterTable<BackendCounter> counters, boolean patient)
            throws AfXdpFailure {
        int ifindex = Interfaces.index(options.ifname());
        int mtuBytes = Interfaces.mtuBytes(options.ifname());
        if (ifindex < 0) throw AfXdpFailure.noInterface(options, ifindex);
        if (mtuBytes < 0) throw AfXdpFailure.noInterface(options, mtuBytes);
        int there = Interfaces.receiveQueues(options.ifname());
        if (there >= 0 && options.startQueue() + options.queues() > there)
            throw AfXdpFailure.noSuchQueue(options, there);
        // A driver that copies nothing may not know of metadata, and would send the checksums open.
        boolean copies = options.forceCopy() || options.leavesChecksums();
        if (options.inhibit())
            return new Opening(options, counters, ifindex, mtuBytes, copies, patient)
                    .over(Attachment.inhibited(options));
        boolean skb = options.mode().equals("skb");
        try {
            return new Opening(options, counters, ifindex, mtuBytes, skb || copies, patient)
                    .over(Attachment.own(options, ifindex, mtuBytes, skb ? Mode.SKB : Mode.NATIVE));
        } catch (AfXdpFailure refused) {
            if (!refused.otherModeMayHelp() || !options.mode().isEmpty()) throw refused;
            return new Opening(options, counters, ifindex, mtuBytes, true, patient)
                    .over(Attachment.own(options, ifindex, mtuBytes, Mode.SKB));
        }
    }

    /// The steps of one opening, and what they made so far.
    private record Opening(
            BackendOptions.AfXdp options,
            CounterTable<BackendCounter> counters,
            int ifindex,
            int mtuBytes,
            boolean copies,
            boolean patient) {
        AfXdpInterface over(Attachment attachment) throws AfXdpFailure {
            List<XdpSocket> sockets = new ArrayList<>();
            List<AfXdpQueue> queues = new ArrayList<>();
            boolean done = false;
            try {
                for (int i = 0; i < options.queues(); i++) sockets.add(socket(i));
                for (int i = 0; i < options.queues(); i++) {
                    queues.add(queue(i, sockets.get(i)));
                    attachment.put(i, sockets.get(i).fd());
                }
                AfXdpInterface made = new AfXdpInterface(ifindex, mtuBytes, attachment, queues);
                done = true;
                return made;
            } finally {
                if (!done) {
                    attachment.close();
                    for (AfXdpQueue queue : queues) queue.close();
                    for (XdpSocket socket : sockets) socket.close();
                }
            }
        }

        /// The socket stays the caller's when it throws.
        private AfXdpQueue queue(int index, XdpSocket socket) throws AfXdpFailure {
            boolean busyPolls = busyPolls(socket);
            Umem umem = Umem.allocate(2 * options.ringEntries(), chunkBytes(mtuBytes));
            boolean done = false;
            try {
                register(socket, umem);
                socket.setTransmitBudget(options.ringEntries()); // an older kernel takes 32, and more calls
                int arrivalQueue = options.queues() > 1 ? index : FrameBatch.ANY_QUEUE; // nobody has spread them
                AfXdpQueue queue = new AfXdpQueue(arrivalQueue, socket, umem, options.wakeup(), busyPolls, counters);
                bind(socket, options.startQueue() + index);
                queue.bound();
                done = true;
                return queue;
            } finally {
                if (!done) umem.close();
            }
        }

        private XdpSocket socket(int index) throws AfXdpFailure {
            int inherited =
                    options.socketFds().isEmpty() ? -1 : options.socketFds().get(index);
            try {
                return inherited >= 0 ? XdpSocket.adopt(inherited) : XdpSocket.open();
            } catch (SystemCallException e) {
                throw inherited >= 0 ? AfXdpFailure.adopting(options, inherited, e) : AfXdpFailure.socket(options, e);
            }
        }

        /// Whoever opened an inherited socket may have set that up already, with the privilege that it
        /// takes.
        private boolean busyPolls(XdpSocket socket) throws AfXdpFailure {
            boolean already = socket.prefersBusyPoll();
            if (options.busyPollUs() == 0) return already;
            int result = socket.setBusyPoll(options.busyPollUs(), options.busyPollBudget());
            if (result < 0 && !already) throw AfXdpFailure.busyPolling(options, result);
            return true;
        }

        private void register(XdpSocket socket, Umem umem) throws AfXdpFailure {
            int entries = options.ringEntries();
            try {
                socket.register(umem, 0, metadataBytes(options));
                socket.createRings(entries, entries, entries, entries);
            } catch (SystemCallException e) {
                throw AfXdpFailure.memory(options, (long) umem.chunkCount() * umem.chunkBytes(), e);
            }
        }

        private void bind(XdpSocket socket, int queue) throws AfXdpFailure {
            int flags = copies ? XdpSocket.XDP_COPY : 0;
            if (options.wakeup()) flags |= XdpSocket.XDP_USE_NEED_WAKEUP;
            if (needsMultiBuffer(mtuBytes)) flags |= XdpSocket.XDP_USE_SG;
            try {
                bindPatiently(socket, queue, flags);
            } catch (SystemCallException e) {
                int longestBytes = needsMultiBuffer(mtuBytes) ? chunkBytes(mtuBytes) - KERNEL_HEADROOM_BYTES : 0;
                throw AfXdpFailure.binding(options, queue, mtuBytes, longestBytes, e);
            }
        }

        /// The kernel gives a closed socket's queue back a little later, in work of its own.
        private void bindPatiently(XdpSocket socket, int queue, int flags) throws SystemCallException {
            Poller pause = new Poller(1);
            for (int left = patient ? BUSY_STEPS : 0; ; left--) {
                try {
                    socket.bind(ifindex, queue, flags);
                    return;
                } catch (SystemCallException e) {
                    if (e.errno() != Errno.EBUSY || left == 0) throw e;
                }
                pause.poll(BUSY_STEP_NS);
            }
        }
    }

    /// The interface's number; another interface of the same name has another one.
    int ifindex() {
        return ifindex;
    }

    /// Whether the kernel has taken the sockets off the interface: it went, and may be back with the
    /// same number, as one that was in another namespace for a while.
    boolean isUnbound() {
        for (AfXdpQueue queue : queues) if (!queue.failed()) return queue.isUnbound();
        return false;
    }

    /// One a socket. Not to be changed.
    AfXdpQueue[] queues() {
        return queues;
    }

    /// Bytes that the kernel wants kept before what is sent, in each chunk.
    static int metadataBytes(BackendOptions.AfXdp options) {
        return options.leavesChecksums() ? TransmitMetadata.BYTES : 0;
    }

    /// Longest frame that can be sent: what the card's may be at most, or a chunk.
    ///
    /// @param metadataBytes kept before a frame
    int longestBytes(int metadataBytes) {
        return needsMultiBuffer(mtuBytes) ? CountedBackend.PLAIN_FRAME_BYTES : chunkBytes(mtuBytes) - metadataBytes;
    }

    /// Whether the chunks do for an interface of this MTU.
    boolean suits(int otherMtuBytes) {
        return otherMtuBytes <= mtuBytes
                || (chunkBytes(otherMtuBytes) == chunkBytes(mtuBytes)
                        && needsMultiBuffer(otherMtuBytes) == needsMultiBuffer(mtuBytes));
    }

    private static int chunkBytes(int mtuBytes) {
        return mtuBytes <= ORDINARY_MTU_BYTES ? CHUNK_BYTES : LARGE_CHUNK_BYTES;
    }

    private static boolean needsMultiBuffer(int mtuBytes) {
        return mtuBytes + LINK_HEADER_BYTES > chunkBytes(mtuBytes) - KERNEL_HEADROOM_BYTES;
    }

    /// Ends traffic; the memory stays, because the card may still hold frames in it.
    void detach() {
        attachment.close();
        for (AfXdpQueue queue : queues) queue.closeSocket();
    }

    /// Closes everything. Idempotent.
    @Override
    public void close() {
        detach();
        for (AfXdpQueue queue : queues) queue.close();
    }
}
