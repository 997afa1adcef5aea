package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.RXCSUM_IPOFLD;
import static dev.doorbell.register.E1000Bits.RXCSUM_IPV6OFL;
import static dev.doorbell.register.E1000Bits.RXCSUM_TUOFLD;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.RXCSUM;
import static dev.doorbell.ring.LegacyReceiveDescriptor.IPCS;
import static dev.doorbell.ring.LegacyReceiveDescriptor.IPE;
import static dev.doorbell.ring.LegacyReceiveDescriptor.IXSM;
import static dev.doorbell.ring.LegacyReceiveDescriptor.TCPCS;
import static dev.doorbell.ring.LegacyReceiveDescriptor.TCPE;
import static dev.doorbell.ring.LegacyReceiveDescriptor.UDPCS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What RXCSUM makes the descriptors say.
class ReceiveChecksumStoryTest {
    private static final int BOTH = RXCSUM_IPOFLD | RXCSUM_TUOFLD;
    private static final long RESULTS = IXSM | IPCS | TCPCS | UDPCS | IPE | TCPE;

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    private long word1(byte[] frame) {
        int index = bench.read(RDH);
        guest.putReceive(index, Rings.receiveBuffer(index));
        bench.wire.arrive(frame);
        bench.runUntilIdle();
        bench.write(RDT, index);
        return guest.receiveWord1(index);
    }

    private long results(byte[] frame) {
        return word1(frame) & RESULTS;
    }

    @Test
    void rightSumsAreReportedAsChecked() {
        bench.write(RXCSUM, BOTH);
        assertEquals(IPCS | TCPCS, results(Packet.tcp4(100, 1).toStation()));
        assertEquals(IPCS | TCPCS, results(Packet.tcp4(1, 1).toStation()), "padding is not summed");
        assertEquals(IPCS | TCPCS, results(Packet.udp4(101, 1).toStation()));
    }

    @Test
    void wrongSumsAreReportedAsErrorsOfTheirOwn() {
        bench.write(RXCSUM, BOTH);
        byte[] frame = Packet.tcp4(100, 1).toStation();
        frame[100] ^= 1;
        assertEquals(IPCS | TCPCS | TCPE, results(frame));

        frame = Packet.udp4(100, 1).toStation();
        frame[22] ^= 1; // time to live
        assertEquals(IPCS | IPE | TCPCS, results(frame));
        assertEquals(LegacyReceiveDescriptor.DD | LegacyReceiveDescriptor.EOP, word1(frame) & 3L << 32, "delivered");
    }

    @Test
    void eachBitOfTheRegisterTurnsItsOwnCheckOn() {
        byte[] frame = Packet.tcp4(100, 1).toStation();
        bench.write(RXCSUM, 0);
        assertEquals(IXSM, results(frame));
        bench.write(RXCSUM, RXCSUM_IPOFLD);
        assertEquals(IPCS, results(frame));
        bench.write(RXCSUM, RXCSUM_TUOFLD);
        assertEquals(TCPCS, results(frame));
    }

    @Test
    void ipv6HasNoHeaderSumAndItsOwnBitForTheRest() {
        byte[] frame = Packet.tcp6(100, 1).toStation();
        bench.write(RXCSUM, BOTH);
        assertEquals(IXSM, results(frame));
        bench.write(RXCSUM, BOTH | RXCSUM_IPV6OFL);
        assertEquals(TCPCS, results(frame));
        assertEquals(TCPCS, results(Packet.udp6(101, 1).toStation()));
        frame[60] ^= 4;
        assertEquals(TCPCS | TCPE, results(frame));
    }

    @Test
    void udpWithoutAChecksumIsNotChecked() {
        bench.write(RXCSUM, BOTH);
        byte[] frame = Packet.udp4(100, 1).toStation();
        frame[40] = 0;
        frame[41] = 0;
        assertEquals(IPCS, results(frame));
    }

    @Test
    void fragmentsHaveTheirIpHeaderCheckedOnly() {
        bench.write(RXCSUM, BOTH);
        byte[] frame = Packet.tcp4(100, 1).toStation();
        frame[20] = 0x20; // more fragments, in place of "do not fragment"
        int sum = Sums.sum(frame, 14, 24);
        sum = Sums.stored(Sums.add(sum, Sums.sum(frame, 26, 34)));
        frame[24] = (byte) (sum >> 8);
        frame[25] = (byte) sum;
        assertEquals(IPCS, results(frame));
    }

    @Test
    void otherProtocolsAreNotChecked() {
        bench.write(RXCSUM, BOTH);
        assertEquals(IXSM, results(Frames.toStation(100, 1)));
    }

    @Test
    void tagBeforeThePacketDoesNotMatterStrippedOrNot() {
        bench.write(RXCSUM, BOTH);
        byte[] frame = Frames.tagged(Packet.tcp4(100, 1).toStation(), 0x8100, 5);
        assertEquals(IPCS | TCPCS, results(frame));
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        assertEquals(IPCS | TCPCS, results(frame));
        frame[120] ^= 1;
        assertEquals(IPCS | TCPCS | TCPE, results(frame));
    }

    @Test
    void hostThatLeavesTheChecksumOpenOrVouchesForItIsBelieved() {
        bench.write(RXCSUM, BOTH);
        byte[] open = Packet.tcp4(100, 1).withOpenChecksum();
        System.arraycopy(Frames.STATION, 0, open, 0, 6);
        bench.wire.arrive(open, new Wire.Offload(34, 16, FrameBatch.SEGMENT_NONE, 0, 0));
        byte[] unchecked = Packet.tcp4(100, 1).toStation();
        unchecked[100] ^= 1;
        bench.wire.arriveVouched(unchecked);
        bench.runUntilIdle();
        assertEquals(IPCS | TCPCS, guest.receiveWord1(0) & RESULTS);
        assertEquals(IPCS | TCPCS, guest.receiveWord1(1) & RESULTS);
    }

    @Test
    void packetChecksumRunsFromPcssToTheEndOfTheFrameAsStored() {
        Random random = new Random(17);
        for (int round = 0; round < 300; round++) {
            Packet packet = random.nextBoolean()
                    ? Packet.tcp4(random.nextInt(1400), round)
                    : Packet.udp6(random.nextInt(1400), round);
            byte[] frame = packet.toStation();
            boolean tagged = random.nextBoolean();
            boolean strips = random.nextBoolean();
            boolean extra = random.nextInt(4) == 0; // bytes behind the packet
            if (extra) frame = Arrays.copyOf(frame, frame.length + random.nextInt(20));
            int start = random.nextInt(256);
            bench.write(RXCSUM, random.nextInt(8) << 8 | start);
            bench.write(CTRL, strips ? bench.read(CTRL) | CTRL_VME : bench.read(CTRL) & ~CTRL_VME);
            byte[] arriving = tagged ? Frames.tagged(frame, 0x8100, 1) : frame;

            long word1 = word1(arriving);

            byte[] stored = tagged && !strips ? Frames.padded(arriving) : frame;
            int least = tagged && strips ? 56 : 60;
            if (stored.length < least) stored = Arrays.copyOf(stored, least);
            assertEquals(
                    Sums.sum(stored, Math.min(start, stored.length), stored.length) % 0xFFFF,
                    LegacyReceiveDescriptor.packetChecksum(word1) % 0xFFFF,
                    "seed 17, round " + round);
        }
    }
}
