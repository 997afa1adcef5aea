package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.Timeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A PCI function at the other end of a socket, for a driver or a test: what a VMM is to a vfio-user
/// server.
///
/// Requests wait for their reply, up to the time-out given to [#connect(String, Timeline, long)]; a server
/// that does not answer in time, hangs up or sends nonsense ends the connection. The methods of
/// [PciFunction] then throw [UncheckedIOException], the others [IOException]. Reads and writes allocate
/// nothing. One thread.
public final class VfioUserClient implements PciFunction, AutoCloseable {
    /// How writes to regions travel.
    public enum Writes {
        /// Each waits for its reply.
        ACKNOWLEDGED,
        /// Sent at once; no reply is asked for. A later read sees them all.
        POSTED,
        /// Collected, up to 200 a message, until something else is sent or [#flushWrites()] is called.
        PACKED
    }

    private static final InterruptKind[] KINDS = InterruptKind.values();
    private static final int LIMIT_REGIONS = 100; // as QEMU
    private static final int LIMIT_IRQ_INDEXES = 50;
    private static final int RETRY_NS = 1_000_000;

    private final ClientChannel channel;
    private final ClientMemory memory = new ClientMemory();
    private final ClientInterrupts interrupts;
    private final PackedWrites packed;
    private final RegionInfo[] regions = new RegionInfo[REGION_COUNT];
    private final int[] vectorCounts = new int[KINDS.length];
    private final Capabilities server;
    private Writes writes = Writes.ACKNOWLEDGED;
    private boolean closed;

    private VfioUserClient(ClientChannel channel) throws IOException {
        this.channel = channel;
        packed = new PackedWrites(channel);
        channel.onRequest(memory);
        server = negotiate();
        interrupts = new ClientInterrupts(server.maxMessageDescriptors());
        java.util.Arrays.fill(regions, new RegionInfo(0, MappableAreas.NONE));
        try {
            int[] counts = deviceInfo();
            for (int region = 0; region < Math.min(counts[0], REGION_COUNT); region++)
                regions[region] = RegionInfo.ask(channel, region);
            for (int i = 0; i < Math.min(counts[1], KINDS.length); i++) vectorCounts[i] = askVectors(i);
        } catch (IOException | RuntimeException | Error failed) {
            closeRegions(); // what regions there are brought descriptors
            throw failed;
        }
    }

    private void closeRegions() {
        for (RegionInfo region : regions)
            if (region.areas().fd() >= 0) Files.close(region.areas().fd());
    }

    /// Connects, agrees on a version and asks for the function's regions and interrupts.
    ///
    /// @param timeoutNs for the connection, and for every reply from then on
    /// @throws SystemCallException ENOENT or ECONNREFUSED when nobody serves there, EAGAIN when too many
    ///     wait there
    public static VfioUserClient connect(String path, Timeline timeline, long timeoutNs) throws IOException {
        long deadlineNs = timeline.nowNs() + timeoutNs;
        Poller pause = new Poller(1);
        int fd = UnixSockets.connectWithoutWaiting(path);
        while (fd == -Errno.EAGAIN && timeline.nowNs() - deadlineNs < 0) { // until the deadline
            pause.poll(RETRY_NS);
            fd = UnixSockets.connectWithoutWaiting(path);
        }
        return over(SystemCallException.check("connect(2) " + path, fd), timeline, timeoutNs);
    }

    /// As [#connect], over a connected Unix stream socket, which is this object's from now on.
    public static VfioUserClient over(int fd, Timeline timeline, long timeoutNs) throws IOException {
        ClientChannel channel = new ClientChannel(fd, timeline, timeoutNs);
        try {
            return new VfioUserClient(channel);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    private Capabilities negotiate() throws IOException {
        byte[] json = Capabilities.OURS.toJson();
        int at = channel.begin(Command.VERSION, 0, Wire.VERSION_DATA - Wire.BODY + json.length);
        MemorySegment out = channel.out();
        Wire.put16(out, at + (long) Wire.VERSION_MAJOR, Capabilities.MAJOR);
        Wire.put16(out, at + (long) Wire.VERSION_MINOR, Capabilities.MINOR);
        MemorySegment.copy(MemorySegment.ofArray(json), 0, out, at + (long) Wire.VERSION_DATA, json.length);
        int reply = channel.call(null, "VERSION");
        int dataBytes = channel.replyBytes() - Wire.VERSION_DATA;
        if (dataBytes < 0) throw new IOException("a VERSION reply of " + channel.replyBytes() + " bytes");
        MemorySegment in = channel.in();
        int major = Wire.get16(in, reply + (long) Wire.VERSION_MAJOR);
        int minor = Wire.get16(in, reply + (long) Wire.VERSION_MINOR);
        MemorySegment data = in.asSlice(reply + (long) Wire.VERSION_DATA, dataBytes);
        Capabilities told = Capabilities.parse(data);
        String text = told == null ? Capabilities.quote(data) : "";
        channel.done();
        if (major != Capabilities.MAJOR || minor > Capabilities.MINOR)
            throw new IOException("nothing in common with a server of version " + major + "." + minor);
        if (told == null) throw new IOException("the server's capabilities make no sense: " + text);
        return told;
    }

    private int[] deviceInfo() throws IOException {
        int at = channel.begin(Command.DEVICE_GET_INFO, 0, Wire.DEVICE_BYTES);
        MemorySegment out = channel.out();
        out.asSlice(at + (long) Wire.BODY, Wire.DEVICE_BYTES).fill((byte) 0);
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.DEVICE_BYTES);
        int reply = expect(Wire.DEVICE_BYTES, "DEVICE_GET_INFO");
        int flags = Wire.get32(channel.in(), reply + (long) Wire.ARG_FLAGS);
        int regionCount = Wire.get32(channel.in(), reply + (long) Wire.DEVICE_REGIONS);
        int irqIndexes = Wire.get32(channel.in(), reply + (long) Wire.DEVICE_IRQS);
        channel.done();
        if ((flags & Wire.DEVICE_PCI) == 0) throw new IOException("not a PCI device");
        if (regionCount < 0 || regionCount > LIMIT_REGIONS || irqIndexes < 0 || irqIndexes > LIMIT_IRQ_INDEXES)
            throw new IOException("a device of " + regionCount + " regions and " + irqIndexes + " interrupt indexes");
        return new int[] {regionCount, irqIndexes};
    }

    private int askVectors(int index) throws IOException {
        int at = channel.begin(Command.DEVICE_GET_IRQ_INFO, 0, Wire.IRQ_INFO_BYTES);
        MemorySegment out = channel.out();
        out.asSlice(at + (long) Wire.BODY, Wire.IRQ_INFO_BYTES).fill((byte) 0);
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.IRQ_INFO_BYTES);
        Wire.put32(out, at + (long) Wire.IRQ_INDEX, index);
        int reply = expect(Wire.IRQ_INFO_BYTES, "DEVICE_GET_IRQ_INFO");
        int count = Wire.get32(channel.in(), reply + (long) Wire.IRQ_COUNT);
        channel.done();
        int limit = switch (KINDS[index]) {
            case INTX, ERR, REQ -> 1;
            case MSI -> 32;
            case MSIX -> 2048;
        };
        if (count < 0 || count > limit) throw new IOException(KINDS[index] + " with " + count + " vectors");
        return count;
    }

    /// Calls, and refuses a reply of another size.
    private int expect(int bodyBytes, String what) throws IOException {
        int reply = channel.call(null, what);
        if (channel.replyBytes() == Wire.HEADER_BYTES + bodyBytes) return reply;
        throw channel.fail("a reply of " + channel.replyBytes() + " bytes to " + what);
    }

    @Override
    public long regionSizeBytes(int region) {
        return regions[region].sizeBytes();
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return vectorCounts[kind.ordinal()];
    }

    /// The areas that the server offers; the descriptor in them lives as long as this client.
    @Override
    public MappableAreas mappableAreas(int region) {
        return regions[region].areas();
    }

    /// How writes travel from now on; [Writes#PACKED] becomes [Writes#POSTED] with a server that does not
    /// unpack.
    public void setWrites(Writes how) {
        flushWrites();
        writes = how == Writes.PACKED && !server.writeMultiple() ? Writes.POSTED : how;
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        try {
            packed.flush();
            beginAccess(Command.REGION_READ, 0, region, offset, sizeBytes, 0);
            int reply = expect(Wire.ACCESS_BYTES + sizeBytes, "REGION_READ");
            long value = Wire.getWord(channel.in(), reply + (long) Wire.ACCESS_DATA, sizeBytes);
            channel.done();
            return value;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        try {
            if (writes == Writes.PACKED) {
                packed.add(region, offset, sizeBytes, value);
                return;
            }
            int flags = writes == Writes.POSTED ? Wire.FLAG_NO_REPLY : 0;
            int at = beginAccess(Command.REGION_WRITE, flags, region, offset, sizeBytes, sizeBytes);
            Wire.putWord(channel.out(), at + (long) Wire.ACCESS_DATA, sizeBytes, value);
            if (writes == Writes.POSTED) {
                channel.post();
                return;
            }
            expect(Wire.ACCESS_BYTES, "REGION_WRITE");
            channel.done();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private int beginAccess(int command, int flags, int region, long offset, int count, int dataBytes)
            throws IOException {
        int at = channel.begin(command, flags, Wire.ACCESS_BYTES + dataBytes);
        MemorySegment out = channel.out();
        Wire.put64(out, at + (long) Wire.ACCESS_OFFSET, offset);
        Wire.put32(out, at + (long) Wire.ACCESS_REGION, region);
        Wire.put32(out, at + (long) Wire.ACCESS_COUNT, count);
        return at;
    }

    /// Sends what was packed.
    public void flushWrites() {
        try {
            packed.flush();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Gives the client memory to answer the server's DMA messages from (see [#announceDma]), and the place
    /// where interrupts go (see [#enableInterrupts] and [#poll]).
    @Override
    public void connect(DmaMemory announced, InterruptSink sink) {
        memory.connect(announced);
        interrupts.connect(sink);
    }

    /// Shares a file with the server as DMA memory.
    ///
    /// @param iova       bus address, a multiple of 4096, as are the sizes
    /// @param fd         an open file, for reading and writing; it stays the caller's
    /// @param fileOffset byte of the file that `iova` stands for
    /// @param access     [dev.doorbell.memory.DmaTable#READ] and WRITE: what the device may do
    public void mapDma(long iova, int fd, long fileOffset, long sizeBytes, int access) throws IOException {
        DescriptorList descriptors = new DescriptorList(1);
        descriptors.add(fd);
        map(iova, fileOffset, sizeBytes, access, descriptors);
        descriptors.forget();
    }

    /// Announces DMA memory that only this client can reach: the server asks for its bytes by message, and
    /// is answered from the memory given to [#connect(DmaMemory, InterruptSink)] whenever this client waits
    /// or polls.
    public void announceDma(long iova, long sizeBytes, int access) throws IOException {
        map(iova, 0, sizeBytes, access, null);
    }

    private void map(long iova, long offset, long sizeBytes, int access, @Nullable DescriptorList descriptors)
            throws IOException {
        packed.flush();
        int at = channel.begin(Command.DMA_MAP, 0, Wire.MAP_BYTES);
        MemorySegment out = channel.out();
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.MAP_BYTES);
        Wire.put32(out, at + (long) Wire.ARG_FLAGS, access); // the same two bits
        Wire.put64(out, at + (long) Wire.MAP_OFFSET, offset);
        Wire.put64(out, at + (long) Wire.MAP_ADDRESS, iova);
        Wire.put64(out, at + (long) Wire.MAP_SIZE, sizeBytes);
        channel.call(descriptors, "DMA_MAP");
        channel.done();
    }

    /// Takes memory back; the server uses none of it any more once this returns.
    ///
    /// @return bytes that were mapped in the range
    public long unmapDma(long iova, long sizeBytes) throws IOException {
        packed.flush();
        int at = channel.begin(Command.DMA_UNMAP, 0, Wire.UNMAP_BYTES);
        MemorySegment out = channel.out();
        Wire.put32(out, at + (long) Wire.ARGSZ, Wire.UNMAP_BYTES);
        Wire.put32(out, at + (long) Wire.ARG_FLAGS, 0);
        Wire.put64(out, at + (long) Wire.UNMAP_ADDRESS, iova);
        Wire.put64(out, at + (long) Wire.UNMAP_SIZE, sizeBytes);
        int reply = expect(Wire.UNMAP_BYTES, "DMA_UNMAP");
        long unmapped = Wire.get64(channel.in(), reply + (long) Wire.UNMAP_SIZE);
        channel.done();
        if (unmapped < 0 || unmapped > sizeBytes)
            throw channel.fail(Long.toUnsignedString(unmapped) + " bytes unmapped of " + sizeBytes);
        return unmapped;
    }

    /// Has the server signal `count` vectors from `first` on; [#poll] passes the signals on.
    public void enableInterrupts(InterruptKind kind, int first, int count) throws IOException {
        packed.flush();
        interrupts.enable(channel, kind, first, count);
    }

    /// Has the server signal no vector of a kind any more.
    public void disableInterrupts(InterruptKind kind) throws IOException {
        packed.flush();
        interrupts.disable(channel, kind);
    }

    /// The line was served. Tells the sink that it fell, and the server, which raises it again if it is
    /// still up.
    public void unmaskLine() throws IOException {
        packed.flush();
        interrupts.unmaskLine(channel);
    }

    /// Waits for an interrupt, for a DMA message of the server, or for the time to pass; passes interrupts
    /// to the sink and answers the server.
    ///
    /// @param timeoutNs 0 only looks, negative waits for ever
    /// @return interrupts passed on and messages answered
    public int poll(long timeoutNs) throws IOException {
        packed.flush();
        int handled = channel.serve();
        int signals = interrupts.poll(channel, handled > 0 ? 0 : timeoutNs);
        return handled + signals + channel.serve();
    }

    @Override
    public void reset() {
        try {
            packed.flush();
            channel.begin(Command.DEVICE_RESET, 0, 0);
            expect(0, "DEVICE_RESET");
            channel.done();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Hangs up: the server releases everything and resets the function. Idempotent.
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        channel.close();
        interrupts.close();
        closeRegions();
    }
}
