package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.TDWBAL_HEAD_WB_EN;
import static dev.doorbell.register.IgbBits.TXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.TXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.TDWBAL;
import static dev.doorbell.register.IgbRegister.TSCTC;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IFCS;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.TXSM;
import static dev.doorbell.story.igb.TransmitRing.SEND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same frames from several queues on memory that is there at once and on memory that stutters, as one reached by
/// messages does: each queue's frames, descriptors and the counters must come out the same.
class TransmitBusyMemoryTest {
    private static final int[] QUEUES = {0, 3, 9};
    private static final long HEADS = 0x70_0000;
    private static final int PACKETS = 150;

    /// What the network and the guest have seen in the end.
    private static final class Run {
        private final IgbBench bench = IgbBench.withLink();
        private final List<TransmitRing> rings = new ArrayList<>();
        private final List<List<byte[]>> sent = new ArrayList<>();
        private final List<Long> words = new ArrayList<>();

        /// @param stutterSeed 0 for memory that is there at once
        private Run(long trafficSeed, long stutterSeed) {
            for (int queue : QUEUES) {
                rings.add(TransmitRing.start(bench, queue));
                sent.add(new ArrayList<>());
            }
            bench.write(TXDCTL, 3, TXDCTL_ENABLE | 5 << TXDCTL_WTHRESH_SHIFT);
            bench.write(TDWBAL, 9, (int) HEADS | TDWBAL_HEAD_WB_EN);
            if (stutterSeed != 0) bench.memory.stutter(stutterSeed);
            SplittableRandom random = new SplittableRandom(trafficSeed);
            for (int i = 0; i < PACKETS; i++) {
                int which = random.nextInt(QUEUES.length);
                TransmitRing ring = rings.get(which);
                if (Math.floorMod(ring.head() - ring.tail() - 1, TransmitRing.ENTRIES) < 8) settle();
                append(ring, random, which);
                ring.doorbell();
                bench.wire.room(random.nextInt(4) == 0 ? random.nextInt(5) : 1000);
                for (int cycle = random.nextInt(5); cycle > 0; cycle--) bench.card.doWork();
                if (random.nextInt(5) == 0) settle();
            }
            settle();
        }

        /// Every frame names its queue in its last byte.
        private static void append(TransmitRing ring, SplittableRandom random, int which) {
            switch (random.nextInt(4)) {
                case 0 -> ring.append(marked(Frames.toPeer(60 + random.nextInt(1400), random.nextInt()), which));
                case 1 -> {
                    byte[] frame = marked(Frames.toPeer(600, random.nextInt()), which);
                    long buffer = ring.buffer(frame);
                    ring.append(buffer, AdvancedTransmitDescriptor.word1(250, IFCS, 0, 600))
                            .append(buffer + 250, AdvancedTransmitDescriptor.word1(1, IFCS, 0, 0))
                            .append(buffer + 251, AdvancedTransmitDescriptor.word1(349, SEND, 0, 0));
                }
                case 2 -> {
                    Packet packet = Packet.udp4(100 + random.nextInt(1200), random.nextInt());
                    ring.appendContext(packet, 0).append(marked(packet.withOpenChecksum(), which), SEND | TXSM | IXSM);
                }
                default -> {
                    Packet packet = Packet.tcp6(1 + random.nextInt(9000), random.nextInt());
                    ring.appendContext(packet, 500 + random.nextInt(1000));
                    byte[] frame = marked(packet.prototype(), which);
                    ring.append(
                            ring.buffer(frame),
                            AdvancedTransmitDescriptor.word1(
                                    frame.length, SEND | TransmitRing.segmentation(packet), 0, packet.payloadBytes()));
                }
            }
        }

        /// The lower half of the source address tells the queue, in every segment.
        private static byte[] marked(byte[] frame, int which) {
            frame[11] = (byte) which;
            return frame;
        }

        private void settle() {
            bench.wire.room(Integer.MAX_VALUE);
            for (int cycle = 0; cycle < 300; cycle++) bench.card.doWork();
            for (byte[] frame : bench.wire.takeAll()) sent.get(frame[11]).add(frame);
            for (TransmitRing ring : rings) for (int i = 0; i < TransmitRing.ENTRIES; i++) words.add(ring.word1(i));
            words.add((long) bench.memory.getInt(HEADS));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void trafficComesOutTheSameHoweverTheMemoryStutters(long seed) {
        Run calm = new Run(seed, 0);
        Run busy = new Run(seed, seed + 1000);

        for (int which = 0; which < QUEUES.length; which++) {
            List<byte[]> expected = calm.sent.get(which);
            List<byte[]> actual = busy.sent.get(which);
            assertTrue(expected.size() > 30, "there was traffic");
            assertEquals(expected.size(), actual.size(), "queue " + QUEUES[which]);
            for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), actual.get(i), "frame " + i);
            assertEquals(calm.rings.get(which).head(), busy.rings.get(which).head());
        }
        assertEquals(calm.bench.read(GPTC), busy.bench.read(GPTC));
        assertEquals(calm.bench.read(TSCTC), busy.bench.read(TSCTC));
        assertEquals(0, busy.bench.counter(IgbCounter.TRANSMIT_DMA_FAULTS));
        assertEquals(calm.words.getLast(), busy.words.getLast(), "the head in memory");
        int last = 3 * TransmitRing.ENTRIES + 1;
        assertEquals(
                calm.words.subList(calm.words.size() - last, calm.words.size()),
                busy.words.subList(busy.words.size() - last, busy.words.size()),
                "descriptors as written back");
    }

    /// The memory keeps a bounded number of reads until their step is over; a step that cannot go on is
    /// over.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void queueThatIsTurnedOffWhileItWaitsDoesNotHoldTheOthers(long seed) {
        IgbBench bench = IgbBench.withLink();
        TransmitRing off = TransmitRing.start(bench, 1);
        TransmitRing on = TransmitRing.start(bench, 2);
        bench.memory.stutter(seed);
        off.append(Frames.toPeer(100, 1)).doorbell();
        bench.card.doWork();
        bench.write(TXDCTL, 1, 0);
        for (int i = 0; i < 2000; i++) {
            on.append(Frames.toPeer(60, i)).doorbell();
            for (int cycle = 0; cycle < 20; cycle++) bench.card.doWork();
        }
        assertEquals(2000, bench.wire.takeAll().size());
        bench.write(TXDCTL, 1, TXDCTL_ENABLE);
        for (int cycle = 0; cycle < 50; cycle++) bench.card.doWork();
        assertArrayEquals(Frames.toPeer(100, 1), bench.wire.takeOnly());
    }
}
