package dev.doorbell.vfiouser;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.MessageSocket;
import dev.doorbell.pci.PciFunction;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One client's connection: receive a batch, judge each header, dispatch, gather the replies, send them at
/// once. Never waits, and never handles more than a bounded number of messages at a time.
final class Session implements AutoCloseable {
    /// Messages handled in one duty cycle at most.
    static final int LIMIT_MESSAGES = 256;

    /// Unsent bytes above which no request is read: whoever does not read replies gets no further ones.
    static final int HIGH_WATER_BYTES = 1 << 20;

    /// Holds what is below the mark and one largest reply on top.
    static final int OUTBOX_BYTES = HIGH_WATER_BYTES + Wire.MAX_MESSAGE_BYTES;

    /// How a session stands.
    enum State {
        OPEN,
        /// The client closed its end.
        LEFT,
        /// An error on the socket, or a stream that makes no sense.
        LOST
    }

    private final MessageSocket socket;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Replies replies;
    private final RegionAccess access;
    private final GuestMemory memory;
    private final BarWindows ownBars;
    private final SetUp setUp;
    private final CounterTable<VfioUserCounter> counters;
    private State state = State.OPEN;
    private boolean socketFull;

    Session(
            MessageSocket socket,
            Inbox inbox,
            Outbox outbox,
            Replies replies,
            RegionAccess access,
            GuestMemory memory,
            BarWindows ownBars,
            SetUp setUp,
            CounterTable<VfioUserCounter> counters) {
        this.socket = socket;
        this.inbox = inbox;
        this.outbox = outbox;
        this.replies = replies;
        this.access = access;
        this.memory = memory;
        this.ownBars = ownBars;
        this.setUp = setUp;
        this.counters = counters;
    }

    State state() {
        return state;
    }

    int fd() {
        return socket.fd();
    }

    /// Bytes that wait for the client to read.
    int unsentBytes() {
        DmaRequests requests = memory.requests();
        return outbox.unsentBytes() + (requests == null ? 0 : requests.outbox().unsentBytes());
    }

    /// Whether [#doWork] would do something without anything new from the client.
    boolean hasPendingWork() {
        return (unsentBytes() > 0 && !socketFull) || (mayHandle() && nextIsWhole());
    }

    /// Whether more bytes from the client would be read.
    boolean wantsInput() {
        return mayHandle();
    }

    /// Handles what has arrived and sends what waits.
    ///
    /// @return messages handled and pieces sent
    int doWork() {
        int work = 0;
        if (mayHandle()) {
            if (!nextIsWhole() && state == State.OPEN) receive();
            while (work < LIMIT_MESSAGES && state == State.OPEN && mayHandle() && nextIsWhole()) {
                handle();
                work++;
            }
        }
        return work + flush();
    }

    private boolean mayHandle() {
        return outbox.unsentBytes() < HIGH_WATER_BYTES && !outbox.hasDescriptor();
    }

    private void receive() {
        int result = inbox.receive(socket);
        if (result > 0) counters.increment(VfioUserCounter.RECEIVES);
        else if (result == 0) state = State.LEFT;
        else if (result != -Errno.EAGAIN) state = State.LOST;
    }

    /// Whether the next message is there. A size that cannot be ends the session: the message after it is
    /// not to be found.
    private boolean nextIsWhole() {
        if (!inbox.hasHeader()) return false;
        MemorySegment bytes = inbox.buffer();
        int at = inbox.head();
        int size = Wire.get32(bytes, at + (long) Wire.SIZE);
        if (size >= Wire.HEADER_BYTES && size <= Wire.MAX_MESSAGE_BYTES) return inbox.hasMessage();
        if (state == State.OPEN) {
            state = State.LOST;
            counters.increment(VfioUserCounter.STREAMS_BROKEN);
            if ((Wire.get32(bytes, at + (long) Wire.FLAGS) & Wire.TYPE_MASK) == Wire.TYPE_REQUEST) {
                replies.request(bytes, at);
                replies.refuse(Refusal.BAD_SIZE);
            }
        }
        return false;
    }

    private void handle() {
        MemorySegment bytes = inbox.buffer();
        int at = inbox.head();
        int size = Wire.get32(bytes, at + (long) Wire.SIZE);
        int type = Wire.get32(bytes, at + (long) Wire.FLAGS) & Wire.TYPE_MASK;
        if (type == Wire.TYPE_REPLY) reply(bytes, at, size);
        else {
            replies.request(bytes, at);
            Refusal refusal = type == Wire.TYPE_REQUEST ? dispatch(bytes, at, size) : Refusal.BAD_FLAGS;
            if (refusal == null) replies.end();
            else refuse(refusal);
        }
        int stray = inbox.consume(size);
        if (stray > 0) counters.add(VfioUserCounter.DESCRIPTORS_STRAY, stray);
    }

    /// Without a common version there is nothing to go on with.
    private void refuse(Refusal refusal) {
        replies.refuse(refusal);
        if (!setUp.isNegotiated()) state = State.LOST;
    }

    private void reply(MemorySegment bytes, int at, int size) {
        DmaRequests requests = memory.requests();
        if (requests == null) counters.increment(VfioUserCounter.REPLIES_UNASKED);
        else requests.reply(bytes, at, size);
    }

    private @Nullable Refusal dispatch(MemorySegment bytes, int at, int size) {
        int command = Wire.get16(bytes, at + (long) Wire.COMMAND);
        counters.increment(VfioUserCounter.ofCommand(command));
        if (!setUp.isNegotiated() && command != Command.VERSION) return Refusal.NOT_NEGOTIATED;
        return switch (command) {
            case Command.REGION_READ -> regionRead(bytes, at, size);
            case Command.REGION_WRITE -> regionWrite(bytes, at, size);
            case Command.REGION_WRITE_MULTI -> regionWriteMulti(bytes, at, size);
            case Command.DEVICE_SET_IRQS -> setIrqs(bytes, at, size);
            default -> setUp(bytes, at, size);
        };
    }

    /// A client that uses the line unmasks it once per interrupt: that is done in place, as accesses
    /// are.
    private @Nullable Refusal setIrqs(MemorySegment bytes, int at, int size) {
        DescriptorList descriptors = inbox.descriptors(size);
        boolean alone = descriptors != null && descriptors.size() == 0;
        return alone && RequestDecoder.isLineUnmask(bytes, at, size) ? setUp.unmaskLine() : setUp(bytes, at, size);
    }

    private @Nullable Refusal setUp(MemorySegment bytes, int at, int size) {
        DescriptorList descriptors = inbox.descriptors(size);
        if (descriptors == null) return Refusal.BAD_DESCRIPTORS;
        return setUp.handle(RequestDecoder.decode(bytes.asSlice(at, size), descriptors.size()), descriptors);
    }

    private @Nullable Refusal regionRead(MemorySegment bytes, int at, int size) {
        Refusal refusal = access.fetch(bytes, at, size, false);
        if (refusal != null) return refusal;
        int start = beginAccessReply(access.count);
        access.read(outbox.buffer(), start + (long) Wire.ACCESS_DATA);
        return null;
    }

    private @Nullable Refusal regionWrite(MemorySegment bytes, int at, int size) {
        Refusal refusal = access.fetch(bytes, at, size, true);
        if (refusal != null) return refusal;
        access.write(bytes, at + (long) Wire.ACCESS_DATA);
        if (access.region == PciFunction.REGION_CONFIG) ownBars.changed();
        if (replies.wanted()) beginAccessReply(0);
        else counters.increment(VfioUserCounter.REGION_WRITE_POSTED);
        return null;
    }

    /// Opens a reply that repeats the access, with room for data.
    private int beginAccessReply(int dataBytes) {
        int start = replies.begin(Wire.ACCESS_BYTES + dataBytes);
        MemorySegment out = outbox.buffer();
        Wire.put64(out, start + (long) Wire.ACCESS_OFFSET, access.offset);
        Wire.put32(out, start + (long) Wire.ACCESS_REGION, access.region);
        Wire.put32(out, start + (long) Wire.ACCESS_COUNT, access.count);
        return start;
    }

    /// All writes are judged before the first is made.
    private @Nullable Refusal regionWriteMulti(MemorySegment bytes, int at, int size) {
        if (size < Wire.MULTI_FIRST) return Refusal.BAD_SIZE;
        long count = Wire.get64(bytes, at + (long) Wire.MULTI_COUNT);
        if (count < 0 || count > Wire.MULTI_LIMIT_WRITES) return Refusal.BAD_SIZE;
        if (size != Wire.MULTI_FIRST + (int) count * Wire.MULTI_ENTRY_BYTES) return Refusal.BAD_SIZE;
        for (int i = 0; i < count; i++) {
            Refusal refusal = access.fetchPacked(bytes, entry(at, i));
            if (refusal != null) return refusal;
        }
        for (int i = 0; i < count; i++) {
            access.fetchPacked(bytes, entry(at, i));
            access.write(bytes, entry(at, i) + Wire.MULTI_ENTRY_DATA);
            if (access.region == PciFunction.REGION_CONFIG) ownBars.changed();
        }
        counters.add(VfioUserCounter.REGION_WRITE_PACKED, count);
        int start = replies.begin(Wire.MULTI_FIRST - Wire.BODY);
        Wire.put64(outbox.buffer(), start + (long) Wire.MULTI_COUNT, count);
        return null;
    }

    private static long entry(int at, int index) {
        return (long) at + Wire.MULTI_FIRST + (long) index * Wire.MULTI_ENTRY_BYTES;
    }

    /// Sends replies first, then our own requests: the client may wait for the former and not look at the
    /// latter.
    private int flush() {
        DmaRequests requests = memory.requests();
        int sends = 0;
        if (requests != null && requests.outbox().inMessage()) sends += flush(requests.outbox(), true);
        if (requests == null || !requests.outbox().inMessage()) sends += flush(outbox, false);
        if (requests != null && outbox.unsentBytes() == 0) sends += flush(requests.outbox(), false);
        return sends;
    }

    private int flush(Outbox from, boolean one) {
        if (from.unsentBytes() == 0 || state == State.LEFT) return 0;
        int result = from.flush(socket, one);
        if (result < 0) {
            state = State.LOST;
            return 0;
        }
        socketFull = from.unsentBytes() > 0;
        if (result == 0) return 0;
        counters.increment(VfioUserCounter.SENDS);
        return 1;
    }

    @Override
    public void close() {
        socket.close();
        inbox.clear();
        outbox.clear();
        setUp.clear();
    }
}
