package dev.doorbell.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.driver.LibraryRig.Chip;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.story.Packet;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the cards do to frames for a user of the library: large TCP packets cut up, checksums filled in and
/// checked. The frames come back by a loopback plug.
class OffloadTest {
    private static final int MSS = 1000;
    private static final int FRAME_BYTES = 2048;

    private final FrameBatch out = new FrameBatch(32, 64, 32 * FRAME_BYTES);
    private final FrameBatch in = new FrameBatch(64, 640, 0);

    private static LibraryRig started(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, DriverOptions.DEFAULT);
        rig.driver.start();
        return rig;
    }

    /// Adds a frame whose bytes lie in driver memory, as a large one must.
    private void add(LibraryRig rig, byte[] bytes) {
        long at = rig.memory.take(bytes.length, 64);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, rig.memory.segment(), at, bytes.length);
        out.beginFrame();
        assertTrue(out.addSlice(rig.memory.segment(), at, bytes.length));
        out.endFrame();
    }

    /// Sends what was added and receives what comes back.
    private List<byte[]> roundTrip(LibraryRig rig) {
        assertEquals(out.size(), rig.driver.transmit(out, 0));
        rig.settle();
        assertTrue(rig.driver.idle());
        rig.driver.receive(in);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            byte[] frame = new byte[in.lengthBytes(i)];
            in.copyTo(i, 0, frame.length, MemorySegment.ofArray(frame), 0);
            frames.add(frame);
        }
        return frames;
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void largeTcpPacketLeavesAsTheFramesThatAStackWouldHaveMade(Chip chip) {
        LibraryRig rig = started(chip);
        Packet four = Packet.tcp4(10 * MSS + 1, 1);
        Packet six = Packet.tcp6(3 * MSS, 2);
        add(rig, four.prototype());
        out.openChecksum(0, four.layer4Start(), 16);
        out.segment(0, FrameBatch.SEGMENT_TCP4, MSS, four.headerBytes());
        add(rig, six.prototype());
        out.openChecksum(1, six.layer4Start(), 16);
        out.segment(1, FrameBatch.SEGMENT_TCP6, MSS, six.headerBytes());

        List<byte[]> frames = roundTrip(rig);

        List<byte[]> expected = new ArrayList<>(four.segments(MSS));
        expected.addAll(six.segments(MSS));
        assertEquals(11 + 3, expected.size());
        assertEquals(expected.size(), frames.size());
        for (int i = 0; i < expected.size(); i++) {
            byte[] frame = expected.get(i).length < 60 ? java.util.Arrays.copyOf(expected.get(i), 60) : expected.get(i);
            assertArrayEquals(frame, frames.get(i), "frame " + i);
        }
        assertEquals(ReceivedChecksum.GOOD, rig.driver.checksumOf(in, 0));
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void openChecksumsAreFilledIn(Chip chip) {
        LibraryRig rig = started(chip);
        List<Packet> packets =
                List.of(Packet.tcp4(700, 1), Packet.udp4(701, 2), Packet.tcp6(702, 3), Packet.udp6(703, 4));
        for (int i = 0; i < packets.size(); i++) {
            Packet packet = packets.get(i);
            add(rig, packet.withOpenChecksum());
            out.openChecksum(i, packet.layer4Start(), packet.checksumAt() - packet.layer4Start());
        }

        List<byte[]> frames = roundTrip(rig);

        assertEquals(packets.size(), frames.size());
        for (int i = 0; i < packets.size(); i++)
            assertArrayEquals(packets.get(i).finished(), frames.get(i), "packet " + i);
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void checksumsOfReceivedFramesAreTold(Chip chip) {
        LibraryRig rig = started(chip);
        byte[] damaged = Packet.tcp4(200, 2).toStation();
        damaged[100] ^= 1;
        byte[] damagedHeader = Packet.udp4(200, 3).toStation();
        damagedHeader[22] ^= 1; // the time to live
        byte[] neither = Packet.udp4(200, 4).toStation();
        neither[12] = (byte) 0x88; // a type for experiments
        neither[13] = (byte) 0xB5;
        add(rig, Packet.tcp4(200, 1).toStation());
        add(rig, damaged);
        add(rig, damagedHeader);
        add(rig, neither);
        add(rig, Packet.udp4(200, 5).toStation());

        assertEquals(5, roundTrip(rig).size());

        assertEquals(ReceivedChecksum.GOOD, rig.driver.checksumOf(in, 0));
        assertEquals(ReceivedChecksum.WRONG, rig.driver.checksumOf(in, 1));
        assertEquals(ReceivedChecksum.WRONG, rig.driver.checksumOf(in, 2));
        assertEquals(ReceivedChecksum.NONE, rig.driver.checksumOf(in, 3));
        assertEquals(ReceivedChecksum.GOOD, rig.driver.checksumOf(in, 4));
        assertTrue(in.checksumVouched(0), "the batch says so of good ones");
        assertTrue(!in.checksumVouched(1) && !in.checksumVouched(2) && !in.checksumVouched(3));
    }
}
