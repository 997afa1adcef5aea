package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapOffloadTest {
    private static final int TCP4_AT = 34;
    private static final int FRAME_BYTES = TCP4_AT + 20 + 3000;

    private final MemorySegment memory = Arena.ofAuto().allocate(16_384);
    private final FrameBatch batch = Frames.emptyBatch();

    /// Puts a header and a frame where a read would, applies it and closes the frame if it was accepted.
    private boolean applied(int flags, int gsoType, int segmentBytes, int start, int offset, byte[] frame) {
        VirtioNetHeader.put(memory, 0, flags, gsoType, 9999, segmentBytes, start, offset);
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, VirtioNetHeader.BYTES, frame.length);
        batch.beginFrame();
        batch.addSlice(memory, VirtioNetHeader.BYTES, frame.length);
        boolean accepted = TapOffload.apply(memory, 0, frame.length, batch);
        if (accepted) batch.endFrame();
        else batch.abandonFrame();
        return accepted;
    }

    private static byte[] tcp(boolean six) {
        return TcpFrame.open(six, new byte[3000]);
    }

    @Test
    void finishedFrameStaysFinished() {
        assertThat(applied(0, VirtioNetHeader.GSO_NONE, 0, 0, 0, Frames.random(1, 60)))
                .isTrue();
        assertThat(batch.checksumStart(0)).isEqualTo(FrameBatch.CHECKSUM_COMPLETE);
        assertThat(batch.checksumVouched(0)).isFalse();
    }

    @Test
    void verifiedChecksumIsVouchedFor() {
        assertThat(applied(VirtioNetHeader.F_DATA_VALID, VirtioNetHeader.GSO_NONE, 0, 0, 0, Frames.random(1, 60)))
                .isTrue();
        assertThat(batch.checksumVouched(0)).isTrue();
    }

    @Test
    void openChecksumIsPassedOn() {
        assertThat(applied(VirtioNetHeader.F_NEEDS_CSUM, VirtioNetHeader.GSO_NONE, 0, 34, 6, Frames.random(1, 60)))
                .isTrue();
        assertThat(batch.checksumStart(0)).isEqualTo(34);
        assertThat(batch.checksumOffset(0)).isEqualTo(6);
        assertThat(batch.segmentType(0)).isEqualTo(FrameBatch.SEGMENT_NONE);
    }

    @ParameterizedTest
    @CsvSource({"false, 1, 1, 34", "true, 4, 2, 54", "false, 129, 1, 34"})
    void largeTcpFrameGetsItsHeaderLengthFromTheFrameNotFromTheHint(
            boolean six, int gsoType, int segmentType, int start) {
        assertThat(applied(VirtioNetHeader.F_NEEDS_CSUM, gsoType, 1448, start, 16, tcp(six)))
                .isTrue();
        assertThat(batch.segmentType(0)).isEqualTo(segmentType);
        assertThat(batch.segmentBytes(0)).isEqualTo(1448);
        assertThat(batch.headerBytes(0)).isEqualTo(start + 20);
    }

    @Test
    void largeUdpFrameHasEightBytesOfHeader() {
        assertThat(applied(VirtioNetHeader.F_NEEDS_CSUM, VirtioNetHeader.GSO_UDP_L4, 1000, 34, 6, tcp(false)))
                .isTrue();
        assertThat(batch.segmentType(0)).isEqualTo(FrameBatch.SEGMENT_UDP);
        assertThat(batch.headerBytes(0)).isEqualTo(42);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # flags, gsoType, segmentBytes, start, offset: why not
            1, 0, 0, 13, 0,             sum begins inside of the Ethernet header
            1, 0, 0, 65535, 65535,      far outside
            1, 0, 0, 3053, 0,           the second byte is behind the end
            1, 0, 0, 3000, 53,          the same by the offset
            0, 1, 1448, 34, 16,         segmentation without an open checksum
            2, 1, 1448, 34, 16,         the same with a valid checksum
            1, 1, 0, 34, 16,            segments of nothing
            1, 1, 1448, 34, 6,          no TCP checksum at 6
            1, 5, 1448, 34, 16,         no UDP checksum at 16
            1, 2, 1448, 34, 16,         no such type
            1, 3, 1448, 34, 6,          UDP fragmentation is not asked for
            1, 127, 1448, 34, 16,       no such type
            1, 1, 1448, 3036, 16,       TCP header reaches behind the end
            """)
    void headerThatContradictsTheFrameIsRefused(
            int flags, int gsoType, int segmentBytes, int start, int offset, String why) {
        byte[] frame = tcp(false);
        if (start + 12 < frame.length) frame[start + 12] = (byte) 0xF0; // the longest TCP header
        if (start == TCP4_AT) frame[start + 12] = 0x50;
        assertThat(applied(flags, gsoType, segmentBytes, start, offset, frame))
                .as(why)
                .isFalse();
        assertThat(batch.size()).isZero();
    }

    @Test
    void tcpHeaderShorterThanItsFixedPartIsRefused() {
        byte[] frame = tcp(false);
        frame[TCP4_AT + 12] = 0x40;
        assertThat(applied(VirtioNetHeader.F_NEEDS_CSUM, VirtioNetHeader.GSO_TCPV4, 1448, TCP4_AT, 16, frame))
                .isFalse();
    }

    /// Whatever the sixteen-bit fields hold, what is accepted lies within the frame.
    @Test
    void acceptedNumbersAlwaysLieWithinTheFrame() {
        int[] edges = {0, 1, 13, 14, 33, 34, 35, FRAME_BYTES - 37, FRAME_BYTES - 3, FRAME_BYTES - 2, 0x7FFF, 0xFFFF};
        for (int flags = 0; flags < 4; flags++)
            for (int gsoType = 0; gsoType < 7; gsoType++)
                for (int start : edges)
                    for (int offset : edges) {
                        batch.clear();
                        if (!applied(flags, gsoType, 1448, start, offset, tcp(false))) continue;
                        if (batch.checksumStart(0) != FrameBatch.CHECKSUM_COMPLETE)
                            assertThat(batch.checksumStart(0) + batch.checksumOffset(0) + 2)
                                    .isLessThanOrEqualTo(FRAME_BYTES);
                        assertThat(batch.headerBytes(0)).isLessThanOrEqualTo(FRAME_BYTES);
                    }
    }

    @Test
    void headerBytesAreThoseOfTheStructure() {
        FrameBatch out = Frames.batch(tcp(false));
        out.openChecksum(0, 34, 16);
        out.segment(0, FrameBatch.SEGMENT_TCP4, 1448, 54);
        MemorySegment header = Arena.ofAuto().allocate(VirtioNetHeader.BYTES);

        assertThat(TapOffload.describe(out, 0, header)).isTrue();

        // flags NEEDS_CSUM, gso TCPV4, hdr_len 54, gso_size 1448, csum_start 34, csum_offset 16
        assertThat(HexFormat.of().formatHex(header.toArray(ValueLayout.JAVA_BYTE)))
                .isEqualTo("0101" + "3600" + "a805" + "2200" + "1000");
    }

    @Test
    void frameThatTheKernelHasNoWordForIsRefused() {
        FrameBatch out = Frames.batch(tcp(false), tcp(false), tcp(false), tcp(false), tcp(false), tcp(false));
        out.segment(0, FrameBatch.SEGMENT_TCP4, 1448, 54); // no open checksum
        out.openChecksum(1, 34, 6);
        out.segment(1, FrameBatch.SEGMENT_UDP, 1000, 42);
        out.openChecksum(2, FRAME_BYTES - 1, 0);
        out.openChecksum(3, 34, 16);
        out.segment(3, FrameBatch.SEGMENT_TCP4, 65_536, 54);
        out.openChecksum(4, 34, 16);
        out.segment(4, FrameBatch.SEGMENT_TCP4, 1448, FRAME_BYTES + 1);
        out.openChecksum(5, 34, 16);
        out.segment(5, FrameBatch.SEGMENT_TCP6, 1448, 40);
        MemorySegment header = Arena.ofAuto().allocate(VirtioNetHeader.BYTES);
        for (int i = 0; i < out.size(); i++)
            assertThat(TapOffload.describe(out, i, header)).as("frame %d", i).isFalse();
    }
}
