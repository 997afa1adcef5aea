package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("real")
class TapTest {
    private static final int FRAME_BYTES = 60;

    private final List<String> openBefore = TestFiles.open();
    private final String name = "dbt" + ProcessHandle.current().pid() % 1_000_000;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(65_536);
    private int tap = -1;

    @BeforeEach
    void tapsCanBeOpened() {
        int probe = Tap.open(name, false, false);
        assumeTrue(probe >= 0, "no tap here: " + Errno.name(probe) + " (needs /dev/net/tun and CAP_NET_ADMIN)");
        Files.close(probe);
    }

    @AfterEach
    void nothingLeaks() {
        if (tap >= 0) Files.close(tap);
        arena.close();
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    @Test
    void aTapHasTheNameAndTheFlagsAskedFor() throws SystemCallException {
        tap = Tap.open(name, true, true);
        assertThat(tap).isNotNegative();
        assertEquals(name, Tap.name(tap));
        int wanted = Tap.IFF_TAP | Tap.IFF_NO_PI | Tap.IFF_VNET_HDR | Tap.IFF_MULTI_QUEUE;
        assertEquals(wanted, Tap.flags(tap) & wanted);
        assertEquals(wanted, Tap.features(tap) & wanted);
        assertTrue(TestFiles.closesOnExec(tap));
        assertEquals(0, Files.isBlocking(tap));
        assertEquals(VirtioNetHeader.BYTES, Tap.vnetHeaderSize(tap));
        assertEquals(0, Tap.setVnetHeaderSize(tap, 12));
        assertEquals(12, Tap.vnetHeaderSize(tap));
        assertEquals(-Errno.EINVAL, Tap.setVnetHeaderSize(tap, 4));
        assertEquals(0, Tap.setVnetLittleEndian(tap));
        assertEquals(0, Tap.setOffloads(tap, Tap.TUN_F_CSUM | Tap.TUN_F_TSO4 | Tap.TUN_F_TSO6));
        assertEquals(-Errno.EINVAL, Tap.setOffloads(tap, 1 << 20));
        assertEquals(0, Tap.setSendBuffer(tap, 1 << 20));
    }

    @Test
    void aSecondQueueNeedsMultiQueue() {
        tap = Tap.open(name, false, true);
        int second = Tap.open(name, false, true);
        assertThat(second).isNotNegative();
        Files.close(second);
        assertEquals(-Errno.EINVAL, Tap.open(name, false, false));
    }

    @Test
    void aTapInUseIsEbusy() {
        tap = Tap.open(name, false, false);
        assertEquals(-Errno.EBUSY, Tap.open(name, false, false));
    }

    @Test
    void theKernelNumbersATapThatHasAPatternForAName() throws SystemCallException {
        tap = Tap.open("dbtest%d", false, false);
        assertThat(Tap.name(tap)).matches("dbtest\\d+");
    }

    @Test
    void aFrameWrittenArrivesAtTheInterfaceAndTheKernelsOwnComeBack() {
        tap = Tap.open(name, false, false);
        assertEquals(-Errno.EIO, Files.write(tap, buffer, 0, FRAME_BYTES), "while it is down");
        assertEquals(0, Interfaces.isUp(name));
        assertEquals(0, Interfaces.setMtu(name, 1280));
        assertEquals(0, Interfaces.setUp(name, true));
        assertEquals(1, Interfaces.isUp(name));
        assertEquals(FRAME_BYTES, Files.write(tap, buffer, 0, FRAME_BYTES));

        // Coming up, the kernel's IPv6 sends neighbour discovery and listener reports: frames of a type
        // we know.
        Poller poller = new Poller(1);
        poller.set(0, tap, Poller.POLLIN);
        assumeTrue(poller.poll(3_000_000_000L) == 1, "this kernel sends nothing by itself (IPv6 is off)");
        int lengthBytes = Files.read(tap, buffer, 0, 65_536);
        assertThat(lengthBytes).isBetween(14, 1294);
        assertEquals((byte) 0x86, buffer.get(JAVA_BYTE, 12));
        assertEquals((byte) 0xDD, buffer.get(JAVA_BYTE, 13));
        assertEquals(0, Interfaces.setUp(name, false));
        assertEquals(0, Interfaces.isUp(name));
    }

    @Test
    void aGatheredFrameWithAVirtioHeaderIsOneFrame() {
        tap = Tap.open(name, true, false);
        assertEquals(0, Interfaces.setUp(name, true));
        VirtioNetHeader.put(buffer, 0, 0, VirtioNetHeader.GSO_NONE, 0, 0, 0, 0);
        IoVectors pieces = new IoVectors(3);
        pieces.add(buffer, 0, VirtioNetHeader.BYTES);
        pieces.add(buffer, 100, 14);
        pieces.add(buffer, 200, FRAME_BYTES - 14);
        assertEquals(VirtioNetHeader.BYTES + FRAME_BYTES, pieces.writev(tap));
    }

    @Test
    void aPersistentTapStaysUntilItIsToldNotTo() {
        tap = Tap.open(name, false, false);
        assertEquals(0, Tap.setPersistent(tap, true));
        Files.close(tap);
        assertEquals(0, Interfaces.isUp(name), "still there");
        tap = Tap.open(name, false, false);
        assertEquals(0, Tap.setPersistent(tap, false));
        Files.close(tap);
        tap = -1;
        assertEquals(-Errno.ENODEV, Interfaces.isUp(name));
    }

    @Test
    void whatIsNoTapSaysSo() {
        int event = EventFd.create();
        assertEquals(-Errno.ENOTTY, Tap.flags(event));
        assertEquals(-Errno.EBADF, Tap.flags(-1));
        assertThrows(SystemCallException.class, () -> Tap.name(event));
        assertEquals(-Errno.ENAMETOOLONG, Tap.open("a-name-of-16-byt", false, false));
        assertEquals(-Errno.ENODEV, Interfaces.setUp("no-such-if", true));
        assertEquals(-Errno.EINVAL, Tap.open("lo", false, false), "an interface of another kind");
        Files.close(event);
    }
}
