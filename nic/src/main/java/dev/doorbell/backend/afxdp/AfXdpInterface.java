package dev.doorbell.backend.afxdp;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XdpProgram;
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

    private final int ifindex;
    private final Attachment attachment;
    private final AfXdpQueue[] queues;
    private final int longestBytes;

    private AfXdpInterface(int ifindex, Attachment attachment, List<AfXdpQueue> queues, int longestBytes) {
        this.ifindex = ifindex;
        this.attachment = attachment;
        this.queues = queues.toArray(AfXdpQueue[]::new);
        this.longestBytes = longestBytes;
    }

    /// Opens program and sockets. When anything fails, everything is closed again; inherited sockets
    /// too.
    static AfXdpInterface open(BackendOptions.AfXdp options, CounterTable<BackendCounter> counters) throws AfXdpFailure {
        int ifindex = Interfaces.index(options.ifname());
        int mtuBytes = Interfaces.mtuBytes(options.ifname());
        if (ifindex < 0) throw AfXdpFailure.noInterface(options, ifindex);
        if (mtuBytes < 0) throw AfXdpFailure.noInterface(options, mtuBytes);
        int there = Interfaces.receiveQueues(options.ifname());
        if (there >= 0 && options.startQueue() + options.queues() > there)
            throw AfXdpFailure.noSuchQueue(options, there);
        if (options.inhibit())
            return new Opening(options, counters, ifindex, mtuBytes, options.forceCopy())
                    .over(Attachment.inhibited(options));
        boolean skb = options.mode().equals("skb");
        try {
            return open(options, counters, ifindex, mtuBytes, skb);
        } catch (AfXdpFailure refused) {
            if (!refused.otherModeMayHelp() || !options.mode().isEmpty()) throw refused;
            return open(options, counters, ifindex, mtuBytes, true);
        }
    }

    private static AfXdpInterface open(
            BackendOptions.AfXdp options, CounterTable<BackendCounter> counters, int ifindex, int mtuBytes, boolean skb)
            throws AfXdpFailure {
        XdpProgram.Mode mode = skb ? XdpProgram.Mode.SKB : XdpProgram.Mode.NATIVE;
        Attachment attachment = Attachment.own(options, ifindex, mtuBytes, mode);
        return new Opening(options, counters, ifindex, mtuBytes, skb || options.forceCopy()).over(attachment);
    }

    /// The steps of one opening, and what they made so far.
    private record Opening(
            BackendOptions.AfXdp options,
            CounterTable<BackendCounter> counters,
            int ifindex,
            int mtuBytes,
            boolean copies) {
        AfXdpInterface over(Attachment attachment) throws AfXdpFailure {
            List<AfXdpQueue> queues = new ArrayList<>();
            boolean done = false;
            try {
                for (int i = 0; i < options.queues(); i++) {
                    queues.add(queue(i));
                    attachment.put(i, queues.get(i).socket().fd());
                }
                AfXdpInterface made = new AfXdpInterface(ifindex, attachment, queues, longestBytes());
                done = true;
                return made;
            } finally {
                if (!done) {
                    attachment.close();
                    for (AfXdpQueue queue : queues) queue.close();
                }
            }
        }

        private int chunkBytes() {
            return mtuBytes <= ORDINARY_MTU_BYTES ? CHUNK_BYTES : LARGE_CHUNK_BYTES;
        }

        private boolean needsMultiBuffer() {
            return mtuBytes + LINK_HEADER_BYTES > chunkBytes() - KERNEL_HEADROOM_BYTES;
        }

        private int longestBytes() {
            return needsMultiBuffer() ? CountedBackend.PLAIN_FRAME_BYTES : chunkBytes();
        }

        private AfXdpQueue queue(int index) throws AfXdpFailure {
            XdpSocket socket = socket(index);
            Umem umem = null;
            boolean done = false;
            try {
                if (options.busyPollUs() > 0) {
                    int result = socket.setBusyPoll(options.busyPollUs(), options.busyPollBudget());
                    if (result < 0) throw AfXdpFailure.busyPolling(options, result);
                }
                umem = Umem.allocate(2 * options.ringEntries(), chunkBytes());
                register(socket, umem);
                socket.setTransmitBudget(options.ringEntries()); // an older kernel takes 32, and more calls
                bind(socket, options.startQueue() + index);
                AfXdpQueue queue = new AfXdpQueue(index, socket, umem, options, counters);
                done = true;
                return queue;
            } finally {
                if (!done) {
                    socket.close();
                    if (umem != null) umem.close();
                }
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

        private void register(XdpSocket socket, Umem umem) throws AfXdpFailure {
            int entries = options.ringEntries();
            try {
                socket.register(umem, 0, 0);
                socket.createRings(entries, entries, entries, entries);
            } catch (SystemCallException e) {
                throw AfXdpFailure.memory(options, (long) umem.chunkCount() * umem.chunkBytes(), e);
            }
        }

        private void bind(XdpSocket socket, int queue) throws AfXdpFailure {
            int flags = copies ? XdpSocket.XDP_COPY : 0;
            if (options.wakeup()) flags |= XdpSocket.XDP_USE_NEED_WAKEUP;
            if (needsMultiBuffer()) flags |= XdpSocket.XDP_USE_SG;
            try {
                socket.bind(ifindex, queue, flags);
            } catch (SystemCallException e) {
                int longestBytes = needsMultiBuffer() ? chunkBytes() - KERNEL_HEADROOM_BYTES : 0;
                throw AfXdpFailure.binding(options, queue, mtuBytes, longestBytes, e);
            }
        }
    }

    /// The interface's number; another interface of the same name has another one.
    int ifindex() {
        return ifindex;
    }

    /// One a socket. Not to be changed.
    AfXdpQueue[] queues() {
        return queues;
    }

    /// Longest frame that can be sent: what the card's may be at most, or a chunk.
    int longestBytes() {
        return longestBytes;
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
