package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EXT_VLAN;
import static dev.doorbell.register.IgbBits.CTRL_VME;
import static dev.doorbell.register.IgbBits.DTXSWC_LOOPBACK_EN;
import static dev.doorbell.register.IgbBits.ETQF_FILTER_EN;
import static dev.doorbell.register.IgbBits.ETQF_IMM_INT;
import static dev.doorbell.register.IgbBits.MRQC_IPV4_TCP;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_RSS;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbBits.RAH_POOL_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.IgbBits.RXCSUM_IPOFLD;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.RXCSUM_TUOFLD;
import static dev.doorbell.register.IgbBits.VMOLR_STRCRC;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.ETQF;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.MTA;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAL;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RETA;
import static dev.doorbell.register.IgbRegister.RSSRK;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static dev.doorbell.register.IgbRegister.SRRCTL;
import static dev.doorbell.register.IgbRegister.TSYNCRXCTL;
import static dev.doorbell.register.IgbRegister.VET;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.story.igb.ReceiveRing.ONE_BUFFER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Sums;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// What descriptors say, byte by byte, in the legacy and in the advanced format.
class ReceiveFormatStoryTest {
    private static final int[] KEY = {
        0xDA56_5A6D, 0xC20E_5B25, 0x3D25_6741, 0xB08F_A343, 0xCB2B_CAD0,
        0xB430_7BAE, 0xA32D_CB77, 0x0CF2_3080, 0x3BB7_426A, 0xFA01_ACBE
    };
    private static final int CHECKS = RXCSUM_IPOFLD | RXCSUM_TUOFLD;

    private ReceiveRing guest = ReceiveRing.running();
    private final IgbBench bench = guest.bench();

    private void assertDescriptor(String expected, int index) {
        byte[] bytes = bench.memory.get(guest.ringIova() + 16L * index, 16);
        assertEquals(expected, HexFormat.ofDelimiter(" ").formatHex(bytes));
    }

    private static String le16(int value) {
        return HexFormat.of().toHexDigits((byte) value) + " " + HexFormat.of().toHexDigits((byte) (value >> 8));
    }

    private void legacy() {
        bench.write(RCTL, 0);
        guest.start(ReceiveRing.LEGACY);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON);
    }

    @Test
    void advancedWithHash() {
        for (int i = 0; i < KEY.length; i++) bench.write(RSSRK, i, KEY[i]);
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0);
        bench.write(RXCSUM, CHECKS | RXCSUM_PCSD);
        bench.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4_TCP);
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        guest.arrive(Flow.ip4("66.9.149.187", "161.142.100.80")
                .tag(0x2064)
                .tcp(2794, 1766)
                .payload(100)
                .bytes());
        // RSS type 1, IPv4 and TCP; hash; DD EOP VP L4CS IPCS, both sums wrong; 154 bytes; tag
        assertDescriptor("11 01 00 00 78 c1 cc 51 6b 00 00 60 9a 00 64 20", 0);
    }

    /// Without PCSD: the IP header's identification and the sum of the packet from RXCSUM.PCSS on.
    @Test
    void advancedWithChecksum() {
        bench.write(RXCSUM, CHECKS | 14);
        byte[] frame = Packet.udp4(91, 3).toStation();
        guest.arrive(frame);
        int sum = Sums.sum(frame, 14, frame.length);
        // IPv4 and UDP; IP id FFFE; DD EOP UDPCS L4CS IPCS IPIDV; 133 bytes
        assertDescriptor("10 02 00 00 fe ff " + le16(sum) + " 73 02 00 00 85 00 00 00", 0);
    }

    @Test
    void advancedOfAFrameWithoutIp() {
        bench.write(RXCSUM, CHECKS | RXCSUM_PCSD);
        guest.arrive(Frames.toStation(1000, 1));
        assertDescriptor("00 00 00 00 00 00 00 00 03 00 00 00 e8 03 00 00", 0);
    }

    @Test
    void advancedDescriptorsOfALongFrame() {
        bench.write(RXCSUM, CHECKS | RXCSUM_PCSD);
        bench.write(SRRCTL, ONE_BUFFER & ~0x7F);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        guest.arrive(Packet.tcp6(300, 1).toStation());
        assertDescriptor("40 01 00 00 00 00 00 00 01 00 00 00 00 01 00 00", 0);
        assertDescriptor("40 01 00 00 00 00 00 00 23 00 00 00 76 00 00 00", 1);
    }

    /// Word 0, the buffer's address, stays as it is.
    @Test
    void legacyFormat() {
        legacy();
        bench.write(RXCSUM, CHECKS | 14);
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        byte[] plain = Packet.tcp4(100, 3).toStation();
        guest.arrive(Frames.tagged(plain, 0x8100, 0x3007));
        int sum = Sums.sum(plain, 14, plain.length);
        String address = "00 00 20 00 00 00 00 00 ";
        // 154 bytes, sum; DD EOP VP TCPCS IPCS, no error; tag
        assertDescriptor(address + "9a 00 " + le16(sum) + " 6b 00 07 30", 0);
        assertArrayEquals(plain, guest.packet(0, plain.length));
    }

    @Test
    void legacyFormatSaysWhatIsWrong() {
        legacy();
        bench.write(RXCSUM, CHECKS);
        byte[] frame = Packet.udp4(20, 3).toStation();
        frame[22] ^= 1; // the IP header
        frame[50] ^= 1; // the payload
        guest.arrive(frame);
        // DD EOP UDPCS TCPCS IPCS; TCPE and IPE
        assertEquals(0x6073L, guest.word1(0) >>> 32);
    }

    @Test
    void legacyFormatSaysWhenNothingWasChecked() {
        legacy();
        guest.arrive(Frames.toStation(100, 1));
        assertEquals(0x07L, guest.word1(0) >>> 32, "DD EOP IXSM");
        bench.write(RXCSUM, 0);
        guest.arrive(Packet.tcp4(20, 1).toStation());
        assertEquals(0x07L, guest.word1(1) >>> 32);
    }

    @Test
    void legacyDescriptorsOfALongFrame() {
        legacy();
        bench.write(SRRCTL, 0);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        byte[] frame = Packet.tcp4(600, 1).toStation();
        guest.arrive(frame);
        assertEquals(0x01L, guest.word1(0) >>> 32);
        assertEquals(0x01L, guest.word1(1) >>> 32);
        assertEquals(0x63L, guest.word1(2) >>> 32);
        assertArrayEquals(frame, guest.frameAt(0));
    }

    /// The tag stays in the frame, and VP clear, without CTRL.VME.
    @Test
    void tagIsOnlyReportedWhereItIsStripped() {
        byte[] tagged = Frames.tagged(Frames.toStation(100, 1), 0x8100, 0x3007);
        guest.arrive(tagged);
        assertEquals(0, guest.status(0) & AdvancedReceiveDescriptor.VP);
        assertEquals(0, AdvancedReceiveDescriptor.vlanTag(guest.word1(0)));
        assertArrayEquals(tagged, guest.packet(0, tagged.length));
    }

    /// A frame of 64 bytes on the wire loses its tag and is not padded again.
    @Test
    void strippedFrameMayBeShorterThanAnyOnTheWire() {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        guest.arrive(Frames.tagged(Frames.toStation(20, 1), 0x8100, 0x3007));
        assertEquals(56, guest.length(0));
        assertArrayEquals(Arrays.copyOf(Frames.toStation(20, 1), 56), guest.packet(0, 56));
    }

    @Test
    void ofTwoTagsTheInnerOneIsStripped() {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        bench.write(CTRL_EXT, bench.read(CTRL_EXT) | CTRL_EXT_EXT_VLAN);
        bench.write(VET, 0x88A8_8100);
        byte[] plain = Frames.toStation(100, 1);
        byte[] outer = Frames.tagged(plain, 0x88A8, 9);
        byte[] both = Frames.tagged(Frames.tagged(plain, 0x8100, 0x3007), 0x88A8, 9);
        guest.arrive(both, outer);

        assertEquals(AdvancedReceiveDescriptor.VP, guest.status(0) & AdvancedReceiveDescriptor.VP);
        assertEquals(0x3007, AdvancedReceiveDescriptor.vlanTag(guest.word1(0)));
        assertArrayEquals(outer, guest.frameAt(0));
        assertEquals(0, guest.status(1) & AdvancedReceiveDescriptor.VP, "no pair, no tag");
        assertArrayEquals(outer, guest.frameAt(1));
    }

    @Test
    void inexactMatchIsSaid() {
        byte[] group = HexFormat.of().parseHex("01aa00123456");
        bench.write(MTA, 43, 1 << 3);
        guest.arrive(Frames.frame(group, Frames.PEER, 100, 1), Frames.toStation(100, 1));
        assertEquals(AdvancedReceiveDescriptor.PIF, guest.status(0) & AdvancedReceiveDescriptor.PIF);
        assertEquals(0, guest.status(1) & AdvancedReceiveDescriptor.PIF);
    }

    @Test
    void frameOfALowLatencyFilterIsMarked() {
        bench.write(ETQF, 0, ETQF_FILTER_EN | ETQF_IMM_INT | 0x88B5);
        guest.arrive(Frames.toStation(100, 1));
        int status = guest.status(0);
        assertEquals(AdvancedReceiveDescriptor.DYNINT, status & AdvancedReceiveDescriptor.DYNINT);
        assertEquals(0x8000, AdvancedReceiveDescriptor.packetType(guest.word0(0)), "the filter's index");
    }

    /// Every frame is to be stamped, but one stamp is held until it is read.
    @Test
    void stampedFrameIsMarked() {
        bench.write(TSYNCRXCTL, 1 << 4 | 4 << 1);
        guest.arrive(Frames.toStation(100, 1), Frames.toStation(100, 2));
        assertEquals(AdvancedReceiveDescriptor.TS, guest.status(0) & AdvancedReceiveDescriptor.TS);
        assertEquals(0, guest.status(1) & AdvancedReceiveDescriptor.TS);
    }

    /// Pool 1 sends to pool 0.
    @Test
    void frameOfAnotherPoolIsMarked() {
        for (int pool = 0; pool < 2; pool++) {
            bench.write(RAL, pool, 0x0000_5452);
            bench.write(RAH, pool, (0x5634 + pool) | 1 << (RAH_POOL_SHIFT + pool) | RAH_AV);
            bench.write(VMOLR, pool, 0x2600 | VMOLR_STRCRC);
        }
        bench.write(MRQC, MRQC_MRQE_VMDQ);
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN);
        byte[] frame = Frames.frame(
                HexFormat.of().parseHex("525400003456"), HexFormat.of().parseHex("525400003556"), 100, 1);
        TransmitRing.start(bench, 1).append(frame).ring();
        guest.arrive(frame);
        assertArrayEquals(frame, guest.frameAt(0));
        assertArrayEquals(frame, guest.frameAt(1));
        assertEquals(AdvancedReceiveDescriptor.LB, guest.status(0) & AdvancedReceiveDescriptor.LB);
        assertEquals(0, guest.status(1) & AdvancedReceiveDescriptor.LB, "this one came from the wire");
    }
}
