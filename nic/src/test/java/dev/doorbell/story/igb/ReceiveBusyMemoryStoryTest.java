package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_VME;
import static dev.doorbell.register.IgbBits.DESCTYPE_SPLIT;
import static dev.doorbell.register.IgbBits.DESCTYPE_SPLIT_ALWAYS;
import static dev.doorbell.register.IgbBits.ICR_RXDMT0;
import static dev.doorbell.register.IgbBits.PSRTYPE_IPV4_TCP;
import static dev.doorbell.register.IgbBits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_LPE;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.RXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.IgbBits.SRRCTL_DESCTYPE_SHIFT;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.MPC;
import static dev.doorbell.register.IgbRegister.PSRTYPE;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.SRRCTL;
import static dev.doorbell.story.igb.ReceiveRing.ENTRIES;
import static dev.doorbell.story.igb.ReceiveRing.RECEIVER_ON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same frames on memory that is there at once and on memory that stutters, as one reached by
/// messages does: what the guest finds, the counters and the causes must come out the same.
class ReceiveBusyMemoryStoryTest {
    private static final int FRAMES = 400;
    private static final int CYCLES_UNTIL_QUIET = 400;

    /// What a guest has seen in the end.
    private static final class Run {
        private final ReceiveRing guest = ReceiveRing.running();
        private final IgbBench bench = guest.bench();
        private final List<byte[]> parts = new ArrayList<>(); // headers and packets, descriptor by descriptor
        private final List<Long> words = new ArrayList<>();
        private int causes;
        private int next;

        /// @param stutterSeed 0 for memory that is there at once
        private Run(long trafficSeed, long stutterSeed) {
            bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
            int type = trafficSeed % 2 == 0 ? DESCTYPE_SPLIT : DESCTYPE_SPLIT_ALWAYS;
            bench.write(SRRCTL, type << SRRCTL_DESCTYPE_SHIFT | 1 << 8);
            bench.write(PSRTYPE, PSRTYPE_IPV4_TCP);
            bench.write(RXDCTL, RXDCTL_ENABLE | (int) (trafficSeed % 5) << RXDCTL_WTHRESH_SHIFT);
            bench.write(RCTL, RECEIVER_ON | RCTL_LPE | 3 << RCTL_BSIZE_SHIFT);
            if (stutterSeed != 0) bench.memory.stutter(stutterSeed);
            SplittableRandom random = new SplittableRandom(trafficSeed);
            for (int i = 0; i < FRAMES; i++) {
                switch (random.nextInt(3)) {
                    case 0 -> bench.wire.arrive(Frames.toStation(20 + random.nextInt(1400), i));
                    case 1 ->
                        bench.wire.arrive(Packet.tcp4(random.nextInt(3000), i).toStation());
                    default ->
                        bench.wire.arrive(Frames.tagged(
                                Packet.udp6(random.nextInt(200), i).toStation(), 0x8100, i));
                }
                if (random.nextInt(6) == 0) settle();
            }
            settle();
        }

        /// Lets the card finish, and does what a driver does then.
        private void settle() {
            for (int cycle = 0; cycle < CYCLES_UNTIL_QUIET; cycle++) {
                bench.card.doWork();
                collect();
            }
            causes |= bench.read(ICR) & ~ICR_RXDMT0;
        }

        private void collect() {
            while (guest.done(next)) {
                words.add(guest.word0(next));
                words.add(guest.word1(next));
                int header = AdvancedReceiveDescriptor.headerBytes(guest.word0(next));
                boolean overflow = (guest.status(next) & AdvancedReceiveDescriptor.HBO) != 0;
                parts.add(overflow ? new byte[0] : guest.header(next, header));
                parts.add(guest.packet(next, guest.length(next)));
                guest.put(next);
                guest.tail(next);
                next = (next + 1) % ENTRIES;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void framesComeOutTheSameHoweverTheMemoryStutters(long seed) {
        Run calm = new Run(seed, 0);
        Run busy = new Run(seed, seed + 1000);

        assertTrue(calm.parts.size() > 2 * FRAMES, "there was traffic");
        assertEquals(calm.words, busy.words);
        for (int i = 0; i < calm.parts.size(); i++)
            assertArrayEquals(calm.parts.get(i), busy.parts.get(i), "part " + i);
        assertEquals(FRAMES, calm.bench.read(GPRC));
        assertEquals(FRAMES, busy.bench.read(GPRC));
        assertEquals(0, busy.bench.read(MPC));
        assertEquals(calm.guest.head(), busy.guest.head());
        assertEquals(calm.causes, busy.causes);
        for (IgbCounter counter : Arrays.asList(IgbCounter.RECEIVE_FRAMES, IgbCounter.RECEIVE_BYTES))
            assertEquals(calm.bench.counter(counter), busy.bench.counter(counter), counter.label());
        assertEquals(0, busy.bench.counter(IgbCounter.RECEIVE_DMA_FAULTS));
    }

    /// The guest takes a descriptor back while the card is in the midst of its buffer.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void descriptorTakenBackInTheMidstOfAFrame(long seed) {
        ReceiveRing guest = ReceiveRing.running();
        IgbBench bench = guest.bench();
        bench.write(SRRCTL, 1 << SRRCTL_DESCTYPE_SHIFT);
        bench.write(RCTL, RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        bench.memory.stutter(seed);
        byte[] frame = Packet.tcp4(1400, 1).toStation();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 3; i++) bench.wire.arrive(frame);
        for (int cycle = 0; cycle < 2000; cycle++) {
            bench.card.doWork();
            if (random.nextInt(3) == 0) guest.tail(Math.floorMod(guest.head() - random.nextInt(2), ENTRIES));
        }
        guest.tail(Math.floorMod(guest.head() - 1, ENTRIES));
        for (int cycle = 0; cycle < 500; cycle++) bench.card.doWork();
        List<byte[]> frames = guest.takeAll();
        assertEquals(3, frames.size());
        for (byte[] received : frames) assertArrayEquals(frame, received);
    }

    /// The memory keeps a bounded number of reads until their step is over; a queue turned off ends
    /// its step.
    @Test
    void queueThatIsTurnedOffWhileItWaitsDoesNotHoldTheMemory() {
        ReceiveRing guest = ReceiveRing.running();
        IgbBench bench = guest.bench();
        bench.memory.stutter(5);
        for (int round = 0; round < 3000; round++) {
            bench.wire.arrive(Frames.toStation(60, round));
            bench.card.doWork();
            bench.write(RXDCTL, 0);
            bench.card.doWork();
            bench.write(RXDCTL, RXDCTL_ENABLE);
            guest.tail(63);
        }
        assertEquals(0, bench.counter(IgbCounter.RECEIVE_DMA_FAULTS));
    }
}
