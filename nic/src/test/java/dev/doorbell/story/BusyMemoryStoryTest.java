package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.ICR_RXDMT0;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_LPE;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.GPTC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TOTL;
import static dev.doorbell.register.E1000Register.TSCTC;
import static dev.doorbell.ring.TransmitDataDescriptor.IXSM;
import static dev.doorbell.ring.TransmitDataDescriptor.TSE;
import static dev.doorbell.ring.TransmitDataDescriptor.TXSM;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IDE;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static dev.doorbell.ring.TransmitDescriptor.VLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same traffic on memory that is there at once and on memory that stutters, as one reached by messages
/// does: the frames, the descriptors, the counters and the causes must come out the same.
class BusyMemoryStoryTest {
    private static final int PACKETS = 150;
    private static final int CYCLES_UNTIL_QUIET = 300;

    /// What a guest and its peer have seen in the end.
    private static final class Run {
        private final Rings guest;
        private final Bench bench;
        private final List<byte[]> sent = new ArrayList<>();
        private final List<byte[]> received = new ArrayList<>();
        private final List<Long> transmitWords = new ArrayList<>();
        private int causes;
        private int nextReceive;

        /// @param stutterSeed 0 for memory that is there at once
        private Run(long trafficSeed, long stutterSeed) {
            guest = Rings.running();
            bench = guest.bench();
            bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
            bench.write(RCTL, RCTL_EN | RCTL_BAM | RCTL_SECRC | RCTL_LPE | 3 << RCTL_BSIZE_SHIFT);
            bench.write(IMS, -1);
            if (stutterSeed != 0) bench.memory.stutter(stutterSeed);
            SplittableRandom random = new SplittableRandom(trafficSeed);
            for (int i = 0; i < PACKETS; i++) {
                appendPacket(random, i);
                int arriving = random.nextInt(4);
                for (int j = 0; j < arriving; j++)
                    bench.wire.arrive(Frames.toStation(20 + random.nextInt(1400), random.nextInt()));
                if (random.nextInt(3) == 0) settle();
            }
            settle();
        }

        private void appendPacket(SplittableRandom random, int i) {
            long end = EOP | IFCS | RS | (random.nextInt(4) == 0 ? IDE : 0) | (random.nextInt(4) == 0 ? VLE : 0);
            if (room() < 8) settle();
            switch (random.nextInt(4)) {
                case 0 -> guest.append(Frames.toPeer(20 + random.nextInt(1400), i), end, i);
                case 1 -> {
                    byte[] frame = Frames.toPeer(600, i);
                    guest.append(Arrays.copyOf(frame, 250), IFCS)
                            .append(Arrays.copyOfRange(frame, 250, 251), IFCS)
                            .append(Arrays.copyOfRange(frame, 251, 600), end, i);
                }
                case 2 -> {
                    Packet packet = Packet.udp6(random.nextInt(1200), i);
                    guest.append(
                            TransmitContextDescriptor.word0(14, 0, 0, 54, 60, 0),
                            TransmitContextDescriptor.word1(0, RS, 0, 0));
                    byte[] frame = packet.withOpenChecksum();
                    guest.append(guest.buffer(frame), TransmitDataDescriptor.word1(frame.length, end | TXSM, i));
                }
                default -> {
                    Packet packet = Packet.tcp4(1 + random.nextInt(9000), i);
                    guest.append(
                            TransmitContextDescriptor.word0(14, 24, 33, 34, 50, 0),
                            TransmitContextDescriptor.word1(
                                    packet.payloadBytes(),
                                    TransmitContextDescriptor.TSE
                                            | TransmitContextDescriptor.TCP
                                            | TransmitContextDescriptor.IPV4,
                                    54,
                                    500 + random.nextInt(1000)));
                    byte[] frame = packet.prototype();
                    guest.append(
                            guest.buffer(frame),
                            TransmitDataDescriptor.word1(frame.length, end | TSE | IXSM | TXSM, i));
                }
            }
            guest.doorbell();
        }

        private int room() {
            return Math.floorMod(bench.read(TDH) - guest.transmitTail() - 1, Rings.ENTRIES);
        }

        /// Lets the card finish, and does what a driver does then.
        private void settle() {
            for (int cycle = 0; cycle < CYCLES_UNTIL_QUIET; cycle++) {
                bench.card.doWork();
                collectReceived();
            }
            sent.addAll(bench.wire.takeAll());
            causes |= bench.read(ICR) & ~ICR_RXDMT0; // how far the ring empties depends on the driver's pace
            for (int i = 0; i < Rings.ENTRIES; i++) transmitWords.add(guest.transmitWord1(i));
        }

        private void collectReceived() {
            while (LegacyReceiveDescriptor.done(guest.receiveWord1(nextReceive))) {
                long word1 = guest.receiveWord1(nextReceive);
                received.add(guest.received(nextReceive, LegacyReceiveDescriptor.lengthBytes(word1)));
                transmitWords.add(word1);
                guest.putReceive(nextReceive, Rings.receiveBuffer(nextReceive));
                bench.write(RDT, nextReceive);
                nextReceive = (nextReceive + 1) % Rings.ENTRIES;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void trafficComesOutTheSameHoweverTheMemoryStutters(long seed) {
        Run calm = new Run(seed, 0);
        Run busy = new Run(seed, seed + 1000);

        assertTrue(calm.sent.size() > PACKETS && calm.received.size() > PACKETS / 2, "there was traffic");
        assertSame(calm.sent, busy.sent, "sent");
        assertSame(calm.received, busy.received, "received");
        for (var register : List.of(GPTC, GPRC, TOTL, TSCTC, TDH, RDH))
            assertEquals(calm.bench.read(register), busy.bench.read(register), register.name());
        assertEquals(calm.causes, busy.causes);
        assertEquals(
                calm.transmitWords.stream().sorted().toList(),
                busy.transmitWords.stream().sorted().toList(),
                "descriptors as written back");
    }

    /// The memory keeps a bounded number of reads until their step is over; a step that cannot go on is
    /// over.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void transmitterThatIsTurnedOffWhileItWaitsDoesNotHoldTheMemory(long seed) {
        Rings guest = Rings.running();
        Bench bench = guest.bench();
        bench.memory.stutter(seed);
        guest.append(Frames.toPeer(100, 1), EOP | IFCS | RS).doorbell();
        bench.card.doWork();
        bench.write(TCTL, 0);
        for (int i = 0; i < 40_000; i++) {
            if (bench.wire.waiting() < 10) bench.wire.arrive(Frames.toStation(60, i));
            bench.card.doWork();
            bench.write(RDT, Math.floorMod(bench.read(RDH) - 1, Rings.ENTRIES));
        }
        bench.write(TCTL, TCTL_EN);
        for (int i = 0; i < CYCLES_UNTIL_QUIET; i++) bench.card.doWork();
        assertArrayEquals(Frames.toPeer(100, 1), bench.wire.takeOnly());
        assertEquals(0, bench.counter(E1000Counter.RECEIVE_DMA_FAULTS));
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual, String what) {
        assertEquals(expected.size(), actual.size(), what);
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), actual.get(i), what + " " + i);
    }
}
