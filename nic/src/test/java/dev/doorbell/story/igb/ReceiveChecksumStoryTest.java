package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_VME;
import static dev.doorbell.register.IgbBits.RFCTL_IPV6_XSUM_DIS;
import static dev.doorbell.register.IgbBits.RXCSUM_CRCOFL;
import static dev.doorbell.register.IgbBits.RXCSUM_IPOFLD;
import static dev.doorbell.register.IgbBits.RXCSUM_IPPCSE;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.RXCSUM_TUOFLD;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.RFCTL;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.IPCS;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.IPE;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.IPIDV;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.L4CS;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.L4E;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.UDPCS;
import static dev.doorbell.ring.AdvancedReceiveDescriptor.UDPV;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Sums;
import dev.doorbell.story.Wire;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// What RXCSUM and RFCTL make the descriptors say.
class ReceiveChecksumStoryTest {
    private static final int BOTH = RXCSUM_IPOFLD | RXCSUM_TUOFLD;
    private static final int RESULTS = IPCS | L4CS | UDPCS | IPE | L4E;
    private static final int MORE_FRAGMENTS = 0x2000;

    private final ReceiveRing guest = ReceiveRing.running();
    private final IgbBench bench = guest.bench();

    /// Lets a frame arrive and says which descriptor it is in.
    private int arrive(byte[] frame) {
        guest.takeAll();
        int index = guest.head();
        guest.arrive(frame);
        return index;
    }

    private int results(byte[] frame) {
        return guest.status(arrive(frame)) & RESULTS;
    }

    private static Flow ip4() {
        return Flow.ip4("10.0.0.1", "10.0.0.2");
    }

    /// The frame with a right IPv4 header checksum.
    private static byte[] summed(byte[] frame) {
        int sum = Sums.stored(Sums.add(Sums.sum(frame, 14, 24), Sums.sum(frame, 26, 34)));
        frame[24] = (byte) (sum >> 8);
        frame[25] = (byte) sum;
        return frame;
    }

    @Test
    void rightSumsAreReportedAsChecked() {
        bench.write(RXCSUM, BOTH);
        assertEquals(IPCS | L4CS, results(Packet.tcp4(100, 1).toStation()));
        assertEquals(IPCS | L4CS, results(Packet.tcp4(1, 1).toStation()), "padding is not summed");
        assertEquals(IPCS | L4CS | UDPCS, results(Packet.udp4(101, 1).toStation()));
    }

    @Test
    void wrongSumsAreReportedAsCheckedAndWrong() {
        bench.write(RXCSUM, BOTH);
        byte[] frame = Packet.tcp4(100, 1).toStation();
        frame[100] ^= 1;
        assertEquals(IPCS | L4CS | L4E, results(frame));

        frame = Packet.udp4(100, 1).toStation();
        frame[22] ^= 1; // time to live
        assertEquals(IPCS | IPE | L4CS | UDPCS, results(frame));
    }

    @Test
    void eachBitOfTheRegisterTurnsItsOwnCheckOn() {
        byte[] frame = Packet.tcp4(100, 1).toStation();
        bench.write(RXCSUM, 0);
        assertEquals(0, results(frame));
        bench.write(RXCSUM, RXCSUM_CRCOFL);
        assertEquals(0, results(frame));
        bench.write(RXCSUM, RXCSUM_IPOFLD);
        assertEquals(IPCS, results(frame));
        bench.write(RXCSUM, RXCSUM_TUOFLD);
        assertEquals(L4CS, results(frame));
    }

    @Test
    void ipv6HasNoHeaderSumAndABitThatStopsTheRest() {
        byte[] frame = Packet.tcp6(100, 1).toStation();
        bench.write(RXCSUM, BOTH);
        assertEquals(L4CS, results(frame));
        assertEquals(L4CS | UDPCS, results(Packet.udp6(101, 1).toStation()));
        bench.write(RFCTL, RFCTL_IPV6_XSUM_DIS);
        assertEquals(0, results(frame));
        assertEquals(IPCS | L4CS, results(Packet.tcp4(100, 1).toStation()));
        bench.write(RFCTL, 0);
        frame[60] ^= 4;
        assertEquals(L4CS | L4E, results(frame));
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
        assertEquals(IPCS, results(summed(frame)));
    }

    @Test
    void otherProtocolsAreNotChecked() {
        bench.write(RXCSUM, BOTH | RXCSUM_CRCOFL);
        assertEquals(0, results(Frames.toStation(100, 1)));
        assertEquals(IPCS, results(summed(ip4().protocol(1).payload(50).bytes())));
    }

    /// The SCTP packet from byte 34 on with its CRC32c, least significant byte first.
    private static byte[] protectedSctp(byte[] frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 34, frame.length - 34);
        int value = (int) crc.getValue();
        for (int i = 0; i < 4; i++) frame[42 + i] = (byte) (value >>> (8 * i));
        return frame;
    }

    @Test
    void sctpIsCheckedWithItsOwnBit() {
        byte[] frame = protectedSctp(summed(ip4().sctp(1, 2)
                .payload("forty bytes and three chunks that are none".getBytes(US_ASCII))
                .bytes()));
        bench.write(RXCSUM, BOTH);
        assertEquals(IPCS, results(frame));
        bench.write(RXCSUM, RXCSUM_CRCOFL);
        assertEquals(L4CS, results(frame));
        frame[60] ^= 1;
        assertEquals(L4CS | L4E, results(frame));
        bench.write(RXCSUM, RXCSUM_IPOFLD);
        assertEquals(IPCS, results(frame));
    }

    @Test
    void tagBeforeThePacketDoesNotMatterStrippedOrNot() {
        bench.write(RXCSUM, BOTH);
        byte[] frame = Frames.tagged(Packet.tcp4(100, 1).toStation(), 0x8100, 5);
        assertEquals(IPCS | L4CS, results(frame));
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        assertEquals(IPCS | L4CS, results(frame));
        frame[120] ^= 1;
        assertEquals(IPCS | L4CS | L4E, results(frame));
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
        assertEquals(IPCS | L4CS, guest.status(0) & RESULTS);
        assertEquals(IPCS | L4CS, guest.status(1) & RESULTS);
    }

    @Test
    void identificationIsReportedOfIpv4OnlyAndNotWithTheHash() {
        bench.write(RXCSUM, 0);
        int index = arrive(Packet.tcp4(100, 1).toStation());
        assertEquals(IPIDV, guest.status(index) & IPIDV);
        assertEquals(0xFFFE, AdvancedReceiveDescriptor.ipId(guest.word0(index)));
        index = arrive(Packet.tcp6(100, 1).toStation());
        assertEquals(0, guest.status(index) & IPIDV);
        assertEquals(0, AdvancedReceiveDescriptor.ipId(guest.word0(index)));
        bench.write(RXCSUM, RXCSUM_PCSD);
        index = arrive(Packet.tcp4(100, 1).toStation());
        assertEquals(0, guest.status(index) & IPIDV);
        assertEquals(0, guest.word0(index) >>> 32, "no RSS: hash 0");
    }

    /// The sums of a UDP packet's fragments and its pseudo header add up to 0xFFFF: what software
    /// makes of them.
    @Test
    void fragmentsAreSummedForSoftware() {
        byte[] whole = Packet.udp4(992, 5).toStation(); // 1000 bytes behind the IP header
        byte[] first = Arrays.copyOf(whole, 34 + 600);
        byte[] last = Arrays.copyOf(whole, 34 + 400);
        System.arraycopy(whole, 34 + 600, last, 34, 400);
        fragment(first, MORE_FRAGMENTS);
        fragment(last, 600 / 8);
        bench.write(RXCSUM, RXCSUM_IPOFLD | RXCSUM_IPPCSE);

        int at = arrive(first);
        assertEquals(IPCS | IPIDV | UDPV, guest.status(at) & (RESULTS | IPIDV | UDPV));
        int sum = AdvancedReceiveDescriptor.packetChecksum(guest.word0(at));
        at = arrive(last);
        assertEquals(IPCS | IPIDV, guest.status(at) & (RESULTS | IPIDV | UDPV));
        sum = Sums.add(sum, AdvancedReceiveDescriptor.packetChecksum(guest.word0(at)));
        int pseudo = Sums.add(Sums.sum(whole, 26, 34), 17 + 1000);
        assertEquals(0xFFFF, Sums.add(sum, pseudo));
    }

    private static void fragment(byte[] frame, int fragmentWord) {
        int total = frame.length - 14;
        frame[16] = (byte) (total >> 8);
        frame[17] = (byte) total;
        frame[20] = (byte) (fragmentWord >> 8);
        frame[21] = (byte) fragmentWord;
        summed(frame);
    }

    @Test
    void firstFragmentWithoutAChecksumIsNotMarked() {
        bench.write(RXCSUM, RXCSUM_IPPCSE);
        byte[] frame = ip4().udp(1, 2, new byte[56]).fragment(MORE_FRAGMENTS).bytes();
        assertEquals(0, guest.status(arrive(frame)) & UDPV);
        frame[40] = 1;
        assertEquals(UDPV, guest.status(arrive(frame)) & UDPV);
        bench.write(RXCSUM, 0);
        assertEquals(0, guest.status(arrive(frame)) & UDPV, "the sum is not that of a fragment");
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
            bench.write(RXCSUM, random.nextInt(4) << 8 | start);
            bench.write(CTRL, strips ? bench.read(CTRL) | CTRL_VME : bench.read(CTRL) & ~CTRL_VME);
            byte[] arriving = tagged ? Frames.tagged(frame, 0x8100, 1) : frame;

            int index = arrive(arriving);

            byte[] stored = tagged && !strips ? Frames.padded(arriving) : frame;
            int least = tagged && strips ? 56 : 60;
            if (stored.length < least) stored = Arrays.copyOf(stored, least);
            assertEquals(
                    Sums.sum(stored, Math.min(start, stored.length), stored.length) % 0xFFFF,
                    AdvancedReceiveDescriptor.packetChecksum(guest.word0(index)) % 0xFFFF,
                    "seed 17, round " + round);
        }
    }
}
