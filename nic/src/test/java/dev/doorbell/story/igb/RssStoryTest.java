package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.MRQC_IPV4;
import static dev.doorbell.register.IgbBits.MRQC_IPV4_TCP;
import static dev.doorbell.register.IgbBits.MRQC_IPV4_UDP;
import static dev.doorbell.register.IgbBits.MRQC_IPV6;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_EX;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_TCP;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_TCP_EX;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_UDP;
import static dev.doorbell.register.IgbBits.MRQC_IPV6_UDP_EX;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_RSS;
import static dev.doorbell.register.IgbBits.RFCTL_IPV6_DIS;
import static dev.doorbell.register.IgbBits.RFCTL_IPV6_EX_DIS;
import static dev.doorbell.register.IgbBits.RFCTL_NEW_IPV6_EXT_DIS;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RETA;
import static dev.doorbell.register.IgbRegister.RFCTL;
import static dev.doorbell.register.IgbRegister.RSSRK;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Receive-side scaling: hashes, types and queues.
class RssStoryTest {
    /// The key of the published vectors, as it stands in RSSRK.
    private static final int[] KEY = {
        0xDA56_5A6D, 0xC20E_5B25, 0x3D25_6741, 0xB08F_A343, 0xCB2B_CAD0,
        0xB430_7BAE, 0xA32D_CB77, 0x0CF2_3080, 0x3BB7_426A, 0xFA01_ACBE
    };
    private static final int ALL_IPV6 =
            MRQC_IPV6 | MRQC_IPV6_EX | MRQC_IPV6_TCP | MRQC_IPV6_TCP_EX | MRQC_IPV6_UDP | MRQC_IPV6_UDP_EX;
    private static final String SOURCE6 = "3ffe250102001fff0000000000000007";
    private static final String TARGET6 = "3ffe2501020000030000000000000001";
    private static final String OTHER_SOURCE6 = "3ffe050100080000026097fffe40efab";
    private static final String GROUP6 = "ff020000000000000000000000000001";

    private final FilterBench bench = FilterBench.station();

    @BeforeEach
    void program() {
        for (int i = 0; i < KEY.length; i++) bench.write(RSSRK, i, KEY[i]);
        bench.write(RXCSUM, RXCSUM_PCSD);
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0x0302_0100);
    }

    private void types(int bits) {
        bench.write(MRQC, MRQC_MRQE_RSS | bits);
    }

    private void assertHash(int type, int hash, Flow flow) {
        int queues = bench.judge(flow.bytes());
        assertEquals(type, bench.verdict.rssType, "type of " + flow);
        assertEquals(Integer.toHexString(hash), Integer.toHexString(bench.verdict.rssHash), "hash of " + flow);
        assertEquals(type == 0 ? 1 : 1 << (hash & 3), queues, "queue of " + flow);
    }

    @ParameterizedTest
    @CsvSource({
        "66.9.149.187, 2794, 161.142.100.80, 1766, 51CCC178, 323E8FC2",
        "199.92.111.2, 14230, 65.69.140.83, 4739, C626B0EA, D718262A",
        "24.19.198.95, 12898, 12.22.207.184, 38024, 5C2B394A, D2D0A5DE"
    })
    void publishedVectorsOfIpv4(String source, int from, String target, int to, String withPorts, String without) {
        int ports = Integer.parseUnsignedInt(withPorts, 16);
        int addresses = Integer.parseUnsignedInt(without, 16);
        types(MRQC_IPV4_TCP | MRQC_IPV4 | MRQC_IPV4_UDP);
        assertHash(1, ports, Flow.ip4(source, target).tcp(from, to));
        assertHash(7, ports, Flow.ip4(source, target).udp(from, to));
        assertHash(2, addresses, Flow.ip4(source, target).protocol(1).payload(40));
        types(MRQC_IPV4);
        assertHash(2, addresses, Flow.ip4(source, target).tcp(from, to));
    }

    @Test
    void publishedVectorsOfIpv6() {
        types(ALL_IPV6);
        assertHash(3, 0x4020_7D3D, Flow.ip6(SOURCE6, TARGET6).tcp(2794, 1766));
        assertHash(8, 0x4020_7D3D, Flow.ip6(SOURCE6, TARGET6).udp(2794, 1766));
        assertHash(5, 0x2CC1_8CD5, Flow.ip6(SOURCE6, TARGET6).payload(30));
        assertHash(3, 0xDDE5_1BBF, Flow.ip6(OTHER_SOURCE6, GROUP6).tcp(14230, 4739));
        assertHash(5, 0x0F0C_461C, Flow.ip6(OTHER_SOURCE6, GROUP6).payload(30));
    }

    @Test
    void nothingAskedForMeansNoHashAndTheDefaultQueue() {
        types(0);
        assertHash(0, 0, Flow.ip4("1.2.3.4", "5.6.7.8").tcp(1, 2));
        assertHash(0, 0, Flow.ip6(SOURCE6, TARGET6).udp(1, 2));
        types(MRQC_IPV4_TCP);
        assertHash(0, 0, Flow.ip4("1.2.3.4", "5.6.7.8").udp(1, 2));
        types(-1 << 16);
        assertHash(0, 0, Flow.ethernet(0x0806).payload(46));
    }

    @Test
    void fragmentsAndSctpHaveNoPortsToHash() {
        types(-1 << 16);
        Flow whole = Flow.ip4("66.9.149.187", "161.142.100.80");
        assertHash(2, 0x323E_8FC2, whole.udp(2794, 1766).fragment(0x2000));
        assertHash(
                2,
                0x323E_8FC2,
                Flow.ip4("66.9.149.187", "161.142.100.80").tcp(2794, 1766).fragment(5));
        assertHash(2, 0x323E_8FC2, Flow.ip4("66.9.149.187", "161.142.100.80").sctp(2794, 1766));
        assertHash(
                4,
                0x2CC1_8CD5,
                Flow.ip6(SOURCE6, TARGET6).extensions(44, "0600000100000000").tcp(2794, 1766));
    }

    @Test
    void extendedTypesHashTheAddressesOfMobileIpv6() {
        String routing = "3c02020100000000" + TARGET6; // then destination options with the home address
        String options = "0602" + "01020000" + "c910" + SOURCE6;
        Flow mobile = Flow.ip6(OTHER_SOURCE6, GROUP6)
                .extensions(43, routing + options)
                .tcp(2794, 1766);
        types(MRQC_IPV6_TCP_EX);
        assertHash(6, 0x4020_7D3D, mobile);
        types(MRQC_IPV6_EX);
        assertHash(4, 0x2CC1_8CD5, mobile);
        types(MRQC_IPV6_TCP_EX | MRQC_IPV6_TCP);
        assertHash(6, 0x4020_7D3D, mobile);
        Flow datagram = Flow.ip6(OTHER_SOURCE6, GROUP6)
                .extensions(43, routing + options.replaceFirst("06", "11"))
                .udp(2794, 1766);
        types(MRQC_IPV6_UDP_EX | MRQC_IPV6);
        assertHash(9, 0x4020_7D3D, datagram);
    }

    @Test
    void plainTypesHashTheHeadersAddressesWhateverFollows() {
        String routing = "0602020100000000" + TARGET6;
        types(MRQC_IPV6_TCP);
        assertHash(
                3,
                0xDDE5_1BBF,
                Flow.ip6(OTHER_SOURCE6, GROUP6).extensions(43, routing).tcp(14230, 4739));
        types(MRQC_IPV6);
        assertHash(
                5,
                0x0F0C_461C,
                Flow.ip6(OTHER_SOURCE6, GROUP6).extensions(43, routing).tcp(14230, 4739));
    }

    /// The numbers are the same; a model of the chip reports 3 where we report 6, and 4 where we
    /// report 5.
    @Test
    void extendedTypesAloneTakePlainPacketsToo() {
        types(MRQC_IPV6_TCP_EX);
        assertHash(6, 0x4020_7D3D, Flow.ip6(SOURCE6, TARGET6).tcp(2794, 1766));
        types(MRQC_IPV6_UDP_EX);
        assertHash(9, 0x4020_7D3D, Flow.ip6(SOURCE6, TARGET6).udp(2794, 1766));
        types(MRQC_IPV6_EX);
        assertHash(4, 0x2CC1_8CD5, Flow.ip6(SOURCE6, TARGET6).tcp(2794, 1766));
    }

    /// Every stock driver sets IPV6_EX_DIS.
    @Test
    void extensionHeadersThatAreNotLookedBehindHideThePorts() {
        types(ALL_IPV6);
        bench.write(RFCTL, RFCTL_IPV6_EX_DIS);
        String hopByHop = "0600010400000000";
        assertHash(
                5,
                0x2CC1_8CD5,
                Flow.ip6(SOURCE6, TARGET6).extensions(0, hopByHop).tcp(2794, 1766));
        assertHash(3, 0x4020_7D3D, Flow.ip6(SOURCE6, TARGET6).tcp(2794, 1766));
        types(ALL_IPV6 & ~MRQC_IPV6);
        assertHash(0, 0, Flow.ip6(SOURCE6, TARGET6).extensions(0, hopByHop).tcp(2794, 1766));
        bench.write(RFCTL, RFCTL_NEW_IPV6_EXT_DIS);
        assertHash(
                6,
                0x4020_7D3D,
                Flow.ip6(SOURCE6, TARGET6).extensions(0, hopByHop).tcp(2794, 1766));
        String routing = "0602020100000000" + TARGET6;
        assertHash(0, 0, Flow.ip6(SOURCE6, GROUP6).extensions(43, routing).tcp(2794, 1766));
    }

    @Test
    void ipv6SwitchedOffIsNotHashed() {
        types(ALL_IPV6);
        bench.write(RFCTL, RFCTL_IPV6_DIS);
        assertHash(0, 0, Flow.ip6(SOURCE6, TARGET6).tcp(2794, 1766));
    }

    @Test
    void withoutPcsdTheQueueIsTheHashsButTheDescriptorGetsNone() {
        types(MRQC_IPV4_TCP);
        bench.write(RXCSUM, 0);
        assertEquals(
                1,
                bench.judge(Flow.ip4("66.9.149.187", "161.142.100.80")
                        .tcp(2794, 1766)
                        .bytes()));
        bench.write(RETA, 0x78 / 4, 0x0000_0007);
        assertEquals(
                1 << 7,
                bench.judge(Flow.ip4("66.9.149.187", "161.142.100.80")
                        .tcp(2794, 1766)
                        .bytes()));
        assertEquals(0, bench.verdict.rssType);
        assertEquals(0, bench.verdict.rssHash);
    }

    @Test
    void everyEntryOfTheTableNamesItsQueue() {
        types(MRQC_IPV4);
        Random random = new Random(82576);
        int[] entries = new int[128];
        for (int i = 0; i < 128; i++) entries[i] = random.nextInt(16);
        for (int i = 0; i < 32; i++)
            bench.write(
                    RETA,
                    i,
                    entries[4 * i] | entries[4 * i + 1] << 8 | entries[4 * i + 2] << 16 | entries[4 * i + 3] << 24);
        boolean[] seen = new boolean[128];
        for (int i = 0; i < 4000; i++) {
            byte[] frame = Flow.ip4("10.0." + (i >> 8) + "." + (i & 255), "10.9.8.7")
                    .protocol(1)
                    .payload(26)
                    .bytes();
            int queues = bench.judge(frame);
            int entry = bench.verdict.rssHash & 0x7F;
            seen[entry] = true;
            assertEquals(1 << entries[entry], queues, "entry " + entry);
        }
        for (int i = 0; i < 128; i++) assertEquals(true, seen[i], "entry " + i + " was never hit");
    }

    @Test
    void queueNumbersBeyondTheCardsAreCut() {
        types(MRQC_IPV4);
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0xF3F3_F3F3);
        assertEquals(
                1 << 3, bench.judge(Flow.ip4("1.2.3.4", "5.6.7.8").protocol(1).bytes()));
    }

    @Test
    void aNewKeyCountsFromTheNextFrameOn() {
        types(MRQC_IPV4);
        Flow flow = Flow.ip4("66.9.149.187", "161.142.100.80").protocol(1);
        assertHash(2, 0x323E_8FC2, flow);
        for (int i = 0; i < 10; i++) bench.write(RSSRK, i, 0);
        assertHash(2, 0, flow);
        for (int i = 0; i < 10; i++) bench.write(RSSRK, i, KEY[i]);
        assertHash(2, 0x323E_8FC2, flow);
        bench.resetAll();
        program();
        bench.address(0, "52:54:00:12:34:56", 0);
        types(MRQC_IPV4);
        assertHash(2, 0x323E_8FC2, flow);
    }

    /// An oracle written apart: bit by bit over the whole input.
    @Test
    void randomKeysAndFlowsAreTheDefinitions() {
        Random random = new Random(4711);
        types(MRQC_IPV4_TCP | MRQC_IPV6_TCP);
        for (int round = 0; round < 300; round++) {
            byte[] key = new byte[40];
            random.nextBytes(key);
            for (int i = 0; i < 10; i++)
                bench.write(
                        RSSRK,
                        i,
                        (key[4 * i] & 255)
                                | (key[4 * i + 1] & 255) << 8
                                | (key[4 * i + 2] & 255) << 16
                                | key[4 * i + 3] << 24);
            boolean four = random.nextBoolean();
            byte[] input = new byte[four ? 12 : 36];
            random.nextBytes(input);
            byte[] frame = (four ? Flow.ip4("0.0.0.0", "0.0.0.0") : Flow.ip6(SOURCE6, TARGET6))
                    .tcp(0, 0)
                    .bytes();
            System.arraycopy(input, 0, frame, four ? 26 : 22, input.length);
            bench.judge(frame);
            assertEquals(toeplitz(key, input), bench.verdict.rssHash, "round " + round);
        }
    }

    private static int toeplitz(byte[] key, byte[] input) {
        int result = 0;
        for (int bit = 0; bit < 8 * input.length; bit++) {
            if ((input[bit / 8] >> (7 - bit % 8) & 1) == 0) continue;
            int window = 0;
            for (int i = bit; i < bit + 32; i++) window = window << 1 | (key[i / 8] >> (7 - i % 8) & 1);
            result ^= window;
        }
        return result;
    }
}
