package dev.doorbell.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Against an oracle that builds each segment as a TCP or UDP sender would, field by field, from arrays.
class SegmenterTest {
    private static final long SEED = 4242;
    private static final int TCP_FLAGS = 0x80 | 0x10 | 0x08 | 0x01; // CWR, ACK, PSH, FIN

    private final Segmenter segmenter = new Segmenter();
    private final SegmentationPlan plan = new SegmentationPlan();

    /// Headers of one large packet.
    private record Shape(boolean ipv4, boolean tcp, int options, int id, int sequence, int tag) {
        int ipBytes() {
            return ipv4 ? 20 : 40;
        }

        int layer4Bytes() {
            return tcp ? 20 + options : 8;
        }

        int headerBytes() {
            return 14 + ipBytes() + layer4Bytes();
        }

        /// A whole frame with right lengths and checksums, `last` with the sender's flags of the last one.
        byte[] frame(byte[] payload, int segment, int from, boolean last, boolean clearsCwr) {
            ByteBuffer frame = ByteBuffer.allocate(headerBytes() + payload.length);
            frame.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
            frame.putShort((short) (ipv4 ? 0x0800 : 0x86DD));
            int layer4 = layer4Bytes() + payload.length;
            if (ipv4) {
                frame.put((byte) 0x45).put((byte) 0).putShort((short) (20 + layer4));
                frame.putShort((short) (id + segment)).putShort((short) 0x4000);
                frame.put((byte) 64).put((byte) (tcp ? 6 : 17)).putShort((short) 0);
                frame.putInt(0x0A000001).putInt(0x0A000002);
                frame.putShort(24, (short) InternetChecksum.toStore(sum(frame.array(), 14, 34)));
            } else {
                frame.putInt(0x6000_0000)
                        .putShort((short) layer4)
                        .put((byte) (tcp ? 6 : 17))
                        .put((byte) 64);
                for (int i = 0; i < 16; i++) frame.put((byte) i);
                for (int i = 0; i < 16; i++) frame.put((byte) (i * 3));
            }
            int start = frame.position();
            frame.putShort((short) 1234).putShort((short) 80);
            if (tcp) {
                int flags = TCP_FLAGS;
                if (!last) flags &= ~0x09;
                if (segment > 0 && clearsCwr) flags &= ~0x80;
                frame.putInt(sequence + from)
                        .putInt(99)
                        .put((byte) (((20 + options) / 4) << 4))
                        .put((byte) flags);
                frame.putShort((short) 512).putShort((short) 0).putShort((short) 0);
                for (int i = 0; i < options; i++) frame.put((byte) 1);
            } else {
                frame.putShort((short) layer4).putShort((short) 0);
            }
            frame.put(payload);
            int pseudo = sum(frame.array(), ipv4 ? 26 : 22, start) + (tcp ? 6 : 17) + layer4;
            int checksum = sum(frame.array(), start, frame.limit()) + pseudo % 0xFFFF;
            frame.putShort(start + (tcp ? 16 : 6), (short)
                    InternetChecksum.toStore(checksum % 0xFFFF == 0 ? 0xFFFF : checksum % 0xFFFF));
            return frame.array();
        }

        private static int sum(byte[] bytes, int from, int to) {
            long sum = 0;
            for (int i = from; i < to; i++) sum += ((i - from) & 1) == 0 ? (bytes[i] & 0xFFL) << 8 : bytes[i] & 0xFF;
            return sum == 0 ? 0 : (int) (1 + (sum - 1) % 0xFFFF);
        }

        /// The prototype as a driver of this chip leaves it: no lengths, no IP checksum, the
        /// pseudo-header's sum without length in place of the TCP or UDP checksum.
        byte[] prototype(byte[] payload) {
            byte[] frame = frame(payload, 0, 0, true, false);
            ByteBuffer buffer = ByteBuffer.wrap(frame);
            buffer.putShort(ipv4 ? 16 : 18, (short) 0);
            if (ipv4) buffer.putShort(24, (short) 0);
            int start = 14 + ipBytes();
            if (!tcp) buffer.putShort(start + 4, (short) 0);
            int seed = sum(frame, ipv4 ? 26 : 22, start) + (tcp ? 6 : 17);
            buffer.putShort(start + (tcp ? 16 : 6), (short) (seed % 0xFFFF));
            return frame;
        }

        List<byte[]> segments(byte[] payload, int mss, boolean clearsCwr) {
            List<byte[]> all = new ArrayList<>();
            for (int from = 0, i = 0; from < payload.length; from += mss, i++) {
                int count = Math.min(mss, payload.length - from);
                byte[] part = new byte[count];
                System.arraycopy(payload, from, part, 0, count);
                byte[] frame = frame(part, i, from, from + count == payload.length, clearsCwr);
                all.add(tag < 0 ? frame : tagged(frame, tag));
            }
            return all;
        }
    }

    private static byte[] tagged(byte[] frame, int tag) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(frame, 0, 12);
        out.write(0x81);
        out.write(0);
        out.write(tag >> 8);
        out.write(tag);
        out.write(frame, 12, frame.length - 12);
        return out.toByteArray();
    }

    private static Shape shape(Random random) {
        return new Shape(
                random.nextBoolean(),
                random.nextInt(4) > 0,
                4 * random.nextInt(11),
                random.nextInt(0x10000),
                random.nextInt(),
                random.nextBoolean() ? random.nextInt(0x10000) : -1);
    }

    private void planFor(Shape shape, int payload, int mss) {
        int layer4 = 14 + shape.ipBytes();
        plan.begin(shape.headerBytes(), mss, payload);
        plan.headers(14, shape.ipv4(), layer4, shape.tcp());
        if (shape.ipv4()) plan.ipChecksum(24, 14, 34);
        plan.layer4Checksum(layer4 + (shape.tcp() ? 16 : 6), layer4, 0);
        if (shape.tag() >= 0) plan.vlanTag(0x8100, shape.tag(), VlanTag.BEHIND_ADDRESSES);
        assertTrue(plan.isPossible());
    }

    private List<byte[]> emitAll(FrameBatch source, FrameBatch target) {
        List<byte[]> all = new ArrayList<>();
        for (int done = 0; done < plan.segments(); ) {
            target.clear();
            int made = segmenter.emit(plan, source, 0, done, target);
            assertTrue(made > 0, "segment " + done);
            for (int i = 0; i < made; i++) all.add(Batches.bytes(target, i));
            done += made;
        }
        return all;
    }

    private static void assertFrames(List<byte[]> expected, List<byte[]> actual, String where) {
        assertEquals(expected.size(), actual.size(), where);
        for (int i = 0; i < expected.size(); i++)
            assertArrayEquals(expected.get(i), actual.get(i), where + ", segment " + i);
    }

    @Test
    void randomPacketsComeOutAsTheirSenderWouldHaveCutThem() {
        Random random = new Random(SEED);
        for (int round = 0; round < 400; round++) {
            Shape shape = shape(random);
            byte[] payload = Batches.random(random, 1 + random.nextInt(5000));
            int mss = 1 + random.nextInt(random.nextBoolean() ? 1500 : 6000);
            if (payload.length / mss > 200) mss += 30;
            FrameBatch source = new FrameBatch(1, 8192, 0);
            Batches.addScattered(source, shape.prototype(payload), random);
            planFor(shape, payload.length, mss);
            segmenter.begin(plan, source, 0);
            FrameBatch target = new FrameBatch(7, 900, 7 * Segmenter.SCRATCH_BYTES);
            assertFrames(
                    shape.segments(payload, mss, false),
                    emitAll(source, target),
                    "seed " + SEED + ", round " + round + ", " + shape + ", mss " + mss);
        }
    }

    @Test
    void largeFramesOfAHostAreCutByTheirOwnHeaders() {
        Random random = new Random(SEED + 1);
        FrameHeaders headers = new FrameHeaders();
        for (int round = 0; round < 200; round++) {
            Shape shape = shape(random);
            byte[] payload = Batches.random(random, 1 + random.nextInt(9000));
            int mss = 500 + random.nextInt(1000);
            byte[] large = shape.frame(payload, 0, 0, true, false);
            Shape untagged = new Shape(shape.ipv4(), shape.tcp(), shape.options(), shape.id(), shape.sequence(), -1);
            FrameBatch source = new FrameBatch(1, 8192, 0);
            Batches.addScattered(source, large, random);
            headers.parse(source, 0, 0x8100);
            assertTrue(plan.fromHeaders(headers, mss));
            segmenter.beginSeeded(plan, source, 0, headers.pseudoHeaderSum());
            FrameBatch target = new FrameBatch(16, 4096, 16 * Segmenter.SCRATCH_BYTES);
            List<byte[]> expected = untagged.segments(payload, mss, true);
            // the kernel's header carries a complete IP checksum: it must not be summed in
            assertFrames(expected, emitAll(source, target), "seed " + (SEED + 1) + ", round " + round + ", " + shape);
        }
    }

    @Test
    void exactMultipleMakesNoEmptyLastFrame() {
        Shape shape = new Shape(true, true, 0, 1, 1, -1);
        byte[] payload = new byte[3000];
        FrameBatch source = new FrameBatch(1, 4, 0);
        Batches.add(source, shape.prototype(payload));
        planFor(shape, 3000, 1000);
        segmenter.begin(plan, source, 0);
        assertEquals(
                3,
                emitAll(source, new FrameBatch(8, 64, 8 * Segmenter.SCRATCH_BYTES))
                        .size());
    }

    @Test
    void openChecksumsHoldThePseudoHeaderWithTheSegmentsLength() {
        Shape shape = new Shape(true, true, 0, 1, 1, 5);
        byte[] payload = new byte[1500];
        FrameBatch source = new FrameBatch(1, 4, 0);
        Batches.add(source, shape.prototype(payload));
        planFor(shape, 1500, 1000);
        plan.leaveChecksumOpen();
        segmenter.begin(plan, source, 0);
        FrameBatch target = new FrameBatch(8, 64, 8 * Segmenter.SCRATCH_BYTES);
        assertEquals(2, segmenter.emit(plan, source, 0, 0, target));
        assertEquals(38, target.checksumStart(1));
        assertEquals(16, target.checksumOffset(1));
        byte[] last = Batches.bytes(target, 1);
        int seed = 0x0A00 + 1 + 0x0A00 + 2 + 6 + 520;
        assertEquals(seed, ByteBuffer.wrap(last).getShort(54) & 0xFFFF);
    }

    @Test
    void shortSegmentsAreFilledUpWhereAsked() {
        Shape shape = new Shape(true, false, 0, 1, 1, -1);
        FrameBatch source = new FrameBatch(1, 4, 0);
        Batches.add(source, shape.prototype(new byte[11]));
        planFor(shape, 11, 10);
        plan.padTo(60);
        segmenter.begin(plan, source, 0);
        FrameBatch target = new FrameBatch(8, 64, 8 * Segmenter.SCRATCH_BYTES);
        segmenter.emit(plan, source, 0, 0, target);
        assertEquals(60, target.lengthBytes(0));
        assertEquals(60, target.lengthBytes(1));
        assertEquals(29, ByteBuffer.wrap(Batches.bytes(target, 1)).getShort(16), "padding is not in the IP length");
    }

    @Test
    void targetWithoutRoomTakesWhatFitsAndTheRestLater() {
        Shape shape = new Shape(true, true, 12, 65_535, -1, -1);
        byte[] payload = Batches.random(new Random(1), 5000);
        FrameBatch source = new FrameBatch(1, 512, 0);
        Batches.addScattered(source, shape.prototype(payload), new Random(2));
        planFor(shape, 5000, 700);
        segmenter.begin(plan, source, 0);
        FrameBatch target = new FrameBatch(64, 512, 2 * 72);
        assertEquals(2, segmenter.emit(plan, source, 0, 0, target), "scratch memory for two headers");
        assertFrames(shape.segments(payload, 700, false), emitAll(source, target), "in pieces");
    }

    @Test
    void plansThatCannotComeToAnEndOrEditBeyondTheHeaderAreImpossible() {
        plan.begin(54, 0, 100);
        plan.headers(14, true, 34, true);
        assertFalse(plan.isPossible(), "no payload per segment");
        plan.begin(0, 100, 100);
        assertFalse(plan.isPossible(), "no header");
        plan.begin(54, 100, 0);
        assertFalse(plan.isPossible(), "no payload");
        plan.begin(54, 100, -5);
        assertFalse(plan.isPossible(), "less than no payload");
        plan.begin(47, 100, 100);
        assertFalse(plan.isPossible(), "TCP flags beyond the header");
        plan.begin(39, 100, 100);
        plan.headers(14, true, 34, false);
        assertFalse(plan.isPossible(), "UDP length beyond the header");
        plan.begin(54, 100, 100);
        plan.headers(49, true, 34, true);
        assertFalse(plan.isPossible(), "IP fields beyond the header");
        plan.begin(256, 100, 100);
        plan.headers(14, true, 34, true);
        assertFalse(plan.isPossible(), "header longer than the chip can repeat");
    }
}
