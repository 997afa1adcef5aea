package dev.doorbell.linux.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.NetworkNamespace;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.Sockets;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.TestFiles;
import dev.doorbell.linux.bpf.XdpLink;
import dev.doorbell.linux.bpf.XdpProgram;
import dev.doorbell.linux.bpf.XskMap;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sockets on a veth pair in a namespace of the test.
@Tag("real")
class XdpSocketTest {
    private static final int CHUNKS = 64;
    private static final int CHUNK_BYTES = 2048;
    private static final int ENTRIES = 32;
    private static final long DEADLINE_NS = 5_000_000_000L;

    private final NetworkNamespace namespace = NetworkNamespace.enter();
    private final Umem umem = Umem.allocate(CHUNKS, CHUNK_BYTES);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> openBefore;
    private final int left;
    private final int right;

    @TempDir
    private Path folder;

    XdpSocketTest() {
        namespace.veth("left", "right", 2, 3000);
        left = Interfaces.index("left");
        right = Interfaces.index("right");
        openBefore = open();
    }

    /// Not the pipes that a process just started may still have.
    private static List<String> open() {
        return TestFiles.open().stream()
                .filter(target -> !target.startsWith("pipe"))
                .toList();
    }

    @BeforeEach
    void socketsCanBeMade() throws SystemCallException {
        XdpSocket.open().close();
    }

    @AfterEach
    void nothingLeaks() throws Exception {
        for (AutoCloseable each : opened.reversed()) each.close();
        umem.close();
        assertEquals(openBefore, open());
        namespace.close();
    }

    private <C extends AutoCloseable> C closedLater(C resource) {
        opened.add(resource);
        return resource;
    }

    /// A socket with memory and rings of 32 entries, not bound.
    private XdpSocket prepared(Umem memory) throws SystemCallException {
        XdpSocket socket = closedLater(XdpSocket.open());
        socket.register(memory, 0, 0);
        socket.createRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES);
        return socket;
    }

    private XdpSocket bound(int ifindex, int queue, int flags) throws SystemCallException {
        XdpSocket socket = prepared(umem);
        socket.bind(ifindex, queue, flags);
        return socket;
    }

    /// A bound socket that gets the frames of queue 0 of the right end.
    private XdpSocket receiver(XdpProgram.Mode mode, int flags) throws SystemCallException {
        Umem memory = closedLater(Umem.allocate(CHUNKS, CHUNK_BYTES));
        XskMap map = closedLater(XskMap.create(1));
        XdpProgram program = closedLater(XdpProgram.load(map));
        XdpLink link = closedLater(program.attach(right, mode));
        assertThat(link.fd()).isNotNegative();
        XdpSocket socket = prepared(memory);
        receiverMemory = memory.segment();
        socket.bind(right, 0, flags);
        map.put(0, socket.fd());
        return socket;
    }

    private MemorySegment receiverMemory = MemorySegment.NULL;

    private static void offerChunks(XdpSocket socket, int count) {
        ProducerRing fill = socket.fillRing();
        assertTrue(fill.free(count) >= count);
        for (int i = 0; i < count; i++) fill.address(i, (long) i * CHUNK_BYTES);
        fill.submit(count);
    }

    private static void waitFor(ConsumerRing ring, int count) {
        long deadline = System.nanoTime() + DEADLINE_NS;
        while (ring.available(count) < count && System.nanoTime() < deadline) Thread.onSpinWait();
        assertThat(ring.available(count)).isGreaterThanOrEqualTo(count);
    }

    private static void refused(int errno, Executable call) {
        assertEquals(
                Errno.name(errno),
                Errno.name(assertThrows(SystemCallException.class, call).errno()));
    }

    private static byte[] frame(int lengthBytes) {
        byte[] frame = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(frame);
        System.arraycopy(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, (byte) 0x88, (byte) 0xB5}, 0, frame, 0, 14);
        return frame;
    }

    /// One round after the other, so that all indexes pass the rings' ends several times.
    @ParameterizedTest
    @EnumSource(XdpProgram.Mode.class)
    void framesOutAreFramesInAndEveryChunkComesBack(XdpProgram.Mode mode) throws SystemCallException {
        XdpSocket sender = bound(left, 0, XdpSocket.XDP_USE_NEED_WAKEUP);
        XdpSocket receiver = receiver(mode, XdpSocket.XDP_USE_NEED_WAKEUP);
        assertFalse(sender.isZeroCopy(), "veth copies");
        offerChunks(receiver, ENTRIES);
        int sent = 0;
        for (int round = 0; round < 20; round++) {
            int count = 1 + round % 16;
            assertTrue(sender.transmitRing().free(count) >= count);
            for (int i = 0; i < count; i++, sent++) {
                byte[] frame = frame(60 + sent * 7 % 1400);
                long umemOffset = (long) (sent % CHUNKS) * CHUNK_BYTES + sent % 64;
                MemorySegment.copy(frame, 0, umem.segment(), JAVA_BYTE, umemOffset, frame.length);
                sender.transmitRing().descriptor(i, umemOffset, frame.length, 0);
            }
            sender.transmitRing().submit(count);
            assertTrue(sender.transmitRing().needsWakeup(), "copy mode always wants to be called");
            assertEquals(0, sender.wakeTransmit());
            waitFor(sender.completionRing(), count);
            waitFor(receiver.receiveRing(), count);
            for (int i = 0; i < count; i++) {
                int number = sent - count + i;
                assertEquals(number % CHUNKS, sender.completionRing().address(i) / CHUNK_BYTES, "not bit 0");
                ConsumerRing received = receiver.receiveRing();
                byte[] expected = frame(60 + number * 7 % 1400);
                assertEquals(expected.length, received.lengthBytes(i));
                assertEquals(0, received.options(i));
                assertThat(receiverMemory
                                .asSlice(received.address(i), expected.length)
                                .toArray(JAVA_BYTE))
                        .isEqualTo(expected);
            }
            assertTrue(receiver.fillRing().free(count) >= count, "the kernel took them");
            for (int i = 0; i < count; i++)
                receiver.fillRing().address(i, receiver.receiveRing().address(i) / CHUNK_BYTES * CHUNK_BYTES);
            receiver.fillRing().submit(count);
            receiver.receiveRing().release(count);
            sender.completionRing().release(count);
        }
        for (XdpSocket socket : List.of(sender, receiver)) {
            XdpStatistics counts = new XdpStatistics();
            assertEquals(0, socket.statistics(counts));
            assertEquals(0, counts.receiveDropped + counts.receiveInvalid + counts.transmitInvalid);
            assertEquals(0, counts.receiveRingFull + counts.fillRingEmpty);
        }
    }

    /// A frame of more bytes than a chunk takes several descriptors, both ways.
    @Test
    void frameOverSeveralChunks() throws SystemCallException {
        XdpSocket sender = bound(left, 0, XdpSocket.XDP_USE_NEED_WAKEUP | XdpSocket.XDP_USE_SG);
        XdpSocket receiver = receiver(XdpProgram.Mode.NATIVE, XdpSocket.XDP_USE_NEED_WAKEUP | XdpSocket.XDP_USE_SG);
        offerChunks(receiver, ENTRIES);
        byte[] frame = frame(2900);
        MemorySegment.copy(frame, 0, umem.segment(), JAVA_BYTE, 100, 1000); // its second part lies elsewhere
        MemorySegment.copy(frame, 1000, umem.segment(), JAVA_BYTE, 4 * CHUNK_BYTES, 1900);
        sender.transmitRing().free(2);
        sender.transmitRing().descriptor(0, 100, 1000, XdpSocket.XDP_PKT_CONTD);
        sender.transmitRing().descriptor(1, 4 * CHUNK_BYTES, 1900, 0);
        sender.transmitRing().submit(2);
        assertEquals(0, sender.wakeTransmit());
        waitFor(sender.completionRing(), 2);
        assertEquals(100, sender.completionRing().address(0));
        assertEquals(4 * CHUNK_BYTES, sender.completionRing().address(1));
        waitFor(receiver.receiveRing(), 2);
        ConsumerRing received = receiver.receiveRing();
        assertEquals(XdpSocket.XDP_PKT_CONTD, received.options(0));
        assertEquals(0, received.options(1));
        assertEquals(frame.length, received.lengthBytes(0) + received.lengthBytes(1));
        byte[] whole = new byte[frame.length];
        int first = received.lengthBytes(0);
        MemorySegment.copy(receiverMemory, JAVA_BYTE, received.address(0), whole, 0, first);
        MemorySegment.copy(receiverMemory, JAVA_BYTE, received.address(1), whole, first, whole.length - first);
        assertThat(whole).isEqualTo(frame);
    }

    @Test
    void theKernelCountsWhatItRefuses() throws SystemCallException {
        XdpSocket sender = bound(left, 0, XdpSocket.XDP_USE_NEED_WAKEUP);
        XdpSocket receiver = receiver(XdpProgram.Mode.SKB, XdpSocket.XDP_USE_NEED_WAKEUP);
        sender.transmitRing().free(3);
        sender.transmitRing().descriptor(0, (long) CHUNKS * CHUNK_BYTES, 60, 0); // beyond the memory
        sender.transmitRing().descriptor(1, -1, 60, 0);
        sender.transmitRing().descriptor(2, 0, CHUNK_BYTES + 1, 0); // longer than a chunk
        sender.transmitRing().submit(3);
        for (int i = 0; i < 3; i++) sender.wakeTransmit(); // one that is refused ends the call
        XdpStatistics counts = new XdpStatistics();
        assertEquals(0, sender.statistics(counts));
        assertEquals(3, counts.transmitInvalid);
        int completed = sender.completionRing().available(1);
        assertThat(completed)
                .as("Linux 6.18 gives back what it refused, older ones keep it")
                .isIn(0, 3);
        sender.completionRing().release(completed);
        assertEquals(ENTRIES, sender.transmitRing().free(ENTRIES), "but taken");

        sendMany(sender, 5);
        long deadline = System.nanoTime() + DEADLINE_NS;
        while (counts.fillRingEmpty < 5 && System.nanoTime() < deadline) receiver.statistics(counts);
        assertEquals(5, counts.fillRingEmpty, "nothing was offered");
        assertEquals(0, receiver.receiveRing().available(1));

        receiver.fillRing().free(1);
        receiver.fillRing().address(0, (long) CHUNKS * CHUNK_BYTES);
        receiver.fillRing().submit(1);
        sendMany(sender, 1);
        while (counts.fillRingEmpty < 6 && System.nanoTime() < deadline) receiver.statistics(counts);
        assertEquals(6, counts.fillRingEmpty, "a chunk that is none is as good as none");
        assertThat(counts.receiveInvalid).as("not told by Linux 6.18").isIn(0L, 1L);
    }

    private static void sendMany(XdpSocket sender, int count) {
        assertTrue(sender.transmitRing().free(count) >= count);
        for (int i = 0; i < count; i++) sender.transmitRing().descriptor(i, (long) i * CHUNK_BYTES, 60, 0);
        sender.transmitRing().submit(count);
        assertEquals(0, sender.wakeTransmit());
        waitFor(sender.completionRing(), count);
        sender.completionRing().release(count);
    }

    @Test
    void whatCannotBeBoundSaysWhy() throws SystemCallException {
        XdpSocket socket = prepared(umem);
        refused(Errno.ENODEV, () -> socket.bind(9999, 0, 0));
        refused(Errno.ENODEV, () -> socket.bind(0, 0, 0));
        refused(Errno.EINVAL, () -> socket.bind(left, 2, 0));
        refused(Errno.EINVAL, () -> socket.bind(left, -1, 0));
        refused(Errno.EINVAL, () -> socket.bind(left, 0, 1 << 15));
        refused(Errno.EOPNOTSUPP, () -> socket.bind(left, 0, XdpSocket.XDP_ZEROCOPY));
        socket.bind(left, 1, XdpSocket.XDP_COPY);
        refused(Errno.EBUSY, () -> socket.bind(left, 0, 0));
        XdpSocket late = prepared(closedLater(Umem.allocate(CHUNKS, CHUNK_BYTES)));
        refused(Errno.EBUSY, () -> late.bind(left, 1, 0));
        late.bind(left, 0, 0);
        namespace.ip("link", "set", "right", "down");
        XdpSocket down = prepared(closedLater(Umem.allocate(CHUNKS, CHUNK_BYTES)));
        down.bind(right, 0, 0); // is not refused when the kernel copies
        assertEquals(-Errno.ENETDOWN, down.wakeTransmit());
        assertEquals(-Errno.ENETDOWN, down.wakeReceive());
    }

    @Test
    void whatIsOutOfOrderIsRefused() throws SystemCallException {
        XdpSocket socket = closedLater(XdpSocket.open());
        assertThrows(IllegalStateException.class, socket::fillRing);
        assertThrows(IllegalStateException.class, socket::transmitRing);
        refused(Errno.EINVAL, () -> socket.register(umem, CHUNK_BYTES, 0));
        refused(Errno.EINVAL, () -> socket.register(umem, 0, 7));
        socket.register(umem, 0, 0);
        refused(Errno.EBUSY, () -> socket.register(umem, 0, 0));
        refused(Errno.EINVAL, () -> socket.createRings(ENTRIES, ENTRIES, 33, ENTRIES));
        refused(Errno.EINVAL, () -> socket.createRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES)); // half made before
        assertThrows(IllegalStateException.class, socket::receiveRing);
        assertEquals(-Errno.ENXIO, socket.wakeTransmit());
    }

    @Test
    void onlySocketsOfThisKindAreAdopted() throws Exception {
        int file = Files.open(folder.resolve("file").toString(), Files.O_RDWR | Files.O_CREAT, 0600);
        int event = EventFd.create();
        int tcp = TestFiles.tcpSocket();
        refused(Errno.ENOTSOCK, () -> XdpSocket.adopt(file));
        refused(Errno.ENOTSOCK, () -> XdpSocket.adopt(event));
        refused(Errno.EPROTOTYPE, () -> XdpSocket.adopt(tcp));
        refused(Errno.EBADF, () -> XdpSocket.adopt(-1));
        refused(Errno.EBADF, () -> XdpSocket.adopt(1 << 20));
        assertTrue(TestFiles.isOpen(file) && TestFiles.isOpen(tcp), "refused, not closed");
        Files.close(file);
        Files.close(event);
        Files.close(tcp);
        XdpSocket made = XdpSocket.open(); // by somebody else; its descriptor goes to the one who adopts it
        assertTrue(TestFiles.closesOnExec(made.fd()));
        XdpSocket adopted = closedLater(XdpSocket.adopt(made.fd()));
        adopted.register(umem, 0, 0);
        adopted.createRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES);
        adopted.bind(left, 0, 0);
        sendMany(adopted, 3);
    }

    /// The kernel frees a queue some 10 to 30 ms after its socket was closed.
    private static void bindWhenFree(XdpSocket socket, int ifindex) throws SystemCallException {
        long deadline = System.nanoTime() + DEADLINE_NS;
        while (true) {
            try {
                socket.bind(ifindex, 0, 0);
                return;
            } catch (SystemCallException e) {
                if (e.errno() != Errno.EBUSY || System.nanoTime() > deadline) throw e;
            }
        }
    }

    @Test
    void closedQueueCanBeBoundAgain() throws SystemCallException {
        for (int i = 0; i < 20; i++) {
            XdpSocket socket = prepared(umem);
            bindWhenFree(socket, left);
            sendMany(socket, 1);
            ProducerRing transmit = socket.transmitRing();
            socket.close();
            socket.close();
            assertEquals(-1, socket.fd());
            assertEquals(-Errno.EBADF, socket.wakeTransmit());
            assertEquals(-Errno.EBADF, socket.wakeReceive());
            assertEquals(-Errno.EBADF, socket.statistics(new XdpStatistics()));
            assertFalse(socket.isZeroCopy());
            assertThrows(IllegalStateException.class, () -> transmit.free(ENTRIES + 1));
        }
    }

    @Test
    void interfaceThatGoesIsSeenByWakingOnly() throws SystemCallException {
        XdpSocket socket = bound(left, 0, XdpSocket.XDP_USE_NEED_WAKEUP);
        Poller poller = new Poller(1);
        poller.set(0, socket.fd(), Poller.POLLIN);
        assertEquals(0, poller.poll(0));
        namespace.ip("link", "del", "left");
        assertEquals(0, poller.poll(0), "the kernel does not tell who polls");
        assertEquals(-Errno.ENXIO, socket.wakeTransmit());
        assertEquals(-Errno.ENXIO, socket.wakeReceive());
        assertEquals(-Errno.ENETDOWN, Sockets.pendingError(socket.fd()));
        assertEquals(0, Sockets.pendingError(socket.fd()), "told once");
        XdpStatistics counts = new XdpStatistics();
        assertEquals(0, socket.statistics(counts));
    }

    @Test
    void optionsOfNewKernels() throws SystemCallException {
        XdpSocket socket = bound(left, 0, XdpSocket.XDP_USE_NEED_WAKEUP);
        assertThat(socket.setTransmitBudget(ENTRIES)).isIn(0, -Errno.ENOPROTOOPT);
        assertThat(socket.setTransmitBudget(ENTRIES + 1)).isIn(-Errno.EACCES, -Errno.ENOPROTOOPT);
        assertThat(socket.setTransmitBudget(31)).isIn(-Errno.EACCES, -Errno.ENOPROTOOPT);
        assertEquals(0, socket.setBusyPoll(20, 64));
        sendMany(socket, 3);
        assertThat(socket.wakeReceive()).isIn(0, -Errno.EAGAIN);
    }

    @Test
    void memoryIsWhatTheKernelTakes() {
        assertThrows(IllegalArgumentException.class, () -> Umem.allocate(0, 2048));
        assertThrows(IllegalArgumentException.class, () -> Umem.allocate(1, 1024));
        assertThrows(IllegalArgumentException.class, () -> Umem.allocate(1, 3000));
        assertThrows(IllegalArgumentException.class, () -> Umem.allocate(1, 8192));
        Umem four = Umem.allocate(3, 4096);
        assertEquals(3, four.chunkCount());
        assertEquals(4096, four.chunkBytes());
        assertEquals(3 * 4096, four.segment().byteSize());
        assertEquals(0, four.segment().address() % 4096);
        assertEquals(-1, four.segment().mismatch(MemorySegment.ofArray(new byte[3 * 4096])));
        four.close();
        four.close();
        assertThrows(IllegalStateException.class, () -> four.segment().get(JAVA_BYTE, 0));
    }
}
