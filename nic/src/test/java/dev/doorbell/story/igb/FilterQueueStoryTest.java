package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.ETQF_FILTER_EN;
import static dev.doorbell.register.IgbBits.ETQF_IMM_INT;
import static dev.doorbell.register.IgbBits.ETQF_QUEUE_EN;
import static dev.doorbell.register.IgbBits.ETQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.FTQF_MASK_DST;
import static dev.doorbell.register.IgbBits.FTQF_MASK_PROTO;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SPORT;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SRC;
import static dev.doorbell.register.IgbBits.FTQF_QUEUE_EN;
import static dev.doorbell.register.IgbBits.FTQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.IMIREXT_CTRL_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_SIZE_BP;
import static dev.doorbell.register.IgbBits.IMIRVP_EN;
import static dev.doorbell.register.IgbBits.IMIR_PORT_BP;
import static dev.doorbell.register.IgbBits.MRQC_DEF_Q_SHIFT;
import static dev.doorbell.register.IgbBits.MRQC_IPV4;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_RSS;
import static dev.doorbell.register.IgbBits.RFCTL_SYNQFP;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.SYNQF_EN;
import static dev.doorbell.register.IgbBits.SYNQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbRegister.ETQF;
import static dev.doorbell.register.IgbRegister.FTQF;
import static dev.doorbell.register.IgbRegister.IMIR;
import static dev.doorbell.register.IgbRegister.IMIREXT;
import static dev.doorbell.register.IgbRegister.IMIRVP;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RETA;
import static dev.doorbell.register.IgbRegister.RFCTL;
import static dev.doorbell.register.IgbRegister.RSSRK;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static dev.doorbell.register.IgbRegister.SYNQF;
import static dev.doorbell.register.IgbRegister.VLAPQF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ethertype, SYN and VLAN priority filters, what they do and in which order; the packet types.
class FilterQueueStoryTest {
    private static final int LLDP = 0x88CC;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    private final FilterBench bench = FilterBench.station();

    private static Flow lldp() {
        return Flow.ethernet(LLDP).payload(50);
    }

    private static Flow tcp(int flags) {
        return Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 80, flags);
    }

    private void assertQueue(int queue, Flow flow) {
        assertEquals(1 << queue, bench.judge(flow.bytes()), flow.toString());
    }

    /// RSS that sends every IPv4 packet to queue 9.
    private void spreadToNine() {
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0x0909_0909);
        bench.write(RXCSUM, RXCSUM_PCSD);
        bench.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4);
    }

    /// A 5-tuple filter that takes every IP packet.
    private void everyPacketTo(int queue) {
        bench.write(IMIR, 0, IMIR_PORT_BP);
        bench.write(IMIREXT, 0, IMIREXT_SIZE_BP | IMIREXT_CTRL_BP);
        bench.write(
                FTQF,
                0,
                FTQF_QUEUE_EN
                        | queue << FTQF_QUEUE_SHIFT
                        | FTQF_MASK_PROTO
                        | FTQF_MASK_SRC
                        | FTQF_MASK_DST
                        | FTQF_MASK_SPORT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void anEthertypeNamesItsQueueAndItsPacketType(int filter) {
        bench.write(ETQF, filter, LLDP | ETQF_FILTER_EN | ETQF_QUEUE_EN | (7 - filter) << ETQF_QUEUE_SHIFT);
        assertQueue(7 - filter, lldp());
        assertEquals(0x8000 | filter << 4, bench.verdict.packetType);
        assertFalse(bench.verdict.immediate);
        assertQueue(7 - filter, lldp().tag(5));
        assertQueue(0, Flow.ethernet(LLDP + 1).payload(50));
        assertEquals(0, bench.verdict.packetType);
    }

    @Test
    void aFilterThatIsOffDoesNothing() {
        bench.write(ETQF, 2, LLDP | ETQF_QUEUE_EN | ETQF_IMM_INT | 3 << ETQF_QUEUE_SHIFT);
        assertQueue(0, lldp());
        assertEquals(0, bench.verdict.packetType);
        assertFalse(bench.verdict.immediate);
    }

    @Test
    void withoutAQueueItMarksOnly() {
        bench.write(ETQF, 2, LLDP | ETQF_FILTER_EN | ETQF_IMM_INT | 3 << ETQF_QUEUE_SHIFT);
        assertQueue(0, lldp());
        assertEquals(0x8020, bench.verdict.packetType);
        assertTrue(bench.verdict.immediate);
        assertQueue(0, Flow.ethernet(0x0806).payload(50));
        assertFalse(bench.verdict.immediate, "no trace of the frame before");
    }

    @Test
    void ofTwoThatMatchTheFirstCounts() {
        bench.write(ETQF, 6, LLDP | ETQF_FILTER_EN | ETQF_QUEUE_EN | 6 << ETQF_QUEUE_SHIFT);
        bench.write(ETQF, 4, LLDP | ETQF_FILTER_EN | ETQF_QUEUE_EN | 4 << ETQF_QUEUE_SHIFT);
        assertQueue(4, lldp());
        assertEquals(0x8040, bench.verdict.packetType);
    }

    @Test
    void aSynNamesItsQueueAndInterruptsAtOnce() {
        bench.write(SYNQF, SYNQF_EN | 5 << SYNQF_QUEUE_SHIFT);
        assertQueue(5, tcp(SYN));
        assertTrue(bench.verdict.immediate);
        assertQueue(0, tcp(SYN | ACK));
        assertQueue(0, tcp(ACK));
        assertFalse(bench.verdict.immediate);
        assertQueue(0, Flow.ip4("1.2.3.4", "5.6.7.8").udp(1, 2));
        assertQueue(
                5,
                Flow.ip6("20010db8000000000000000000000001", "20010db8000000000000000000000002")
                        .tcp(1, 2, SYN));
        bench.write(SYNQF, 5 << SYNQF_QUEUE_SHIFT);
        assertQueue(0, tcp(SYN));
    }

    @Test
    void synAndFiveTupleAreOrderedByTheGuest() {
        bench.write(SYNQF, SYNQF_EN | 5 << SYNQF_QUEUE_SHIFT);
        everyPacketTo(12);
        assertQueue(12, tcp(SYN));
        assertQueue(12, tcp(ACK));
        bench.write(RFCTL, RFCTL_SYNQFP);
        assertQueue(5, tcp(SYN));
        assertQueue(12, tcp(ACK));
    }

    @Test
    void ethertypeThenFiveTupleThenPriorityThenHash() {
        spreadToNine();
        assertQueue(9, tcp(ACK).tag(0xE005));
        bench.write(VLAPQF, 0x8 << 28 | 2 << 28);
        assertQueue(2, tcp(ACK).tag(0xE005));
        assertQueue(9, tcp(ACK).tag(0xC005));
        everyPacketTo(12);
        assertQueue(12, tcp(ACK).tag(0xE005));
        bench.write(ETQF, 0, 0x0800 | ETQF_FILTER_EN | ETQF_QUEUE_EN | 1 << ETQF_QUEUE_SHIFT);
        assertQueue(1, tcp(ACK).tag(0xE005));
        assertEquals(2, bench.verdict.rssType, "the hash is told all the same");
    }

    @Test
    void whatNobodyNamesGoesToTheDefaultQueue() {
        bench.write(MRQC, 6 << MRQC_DEF_Q_SHIFT);
        assertQueue(6, tcp(ACK));
        assertQueue(6, lldp());
        spreadToNine();
        bench.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4 | 6 << MRQC_DEF_Q_SHIFT);
        assertQueue(9, tcp(ACK));
        assertQueue(6, lldp());
    }

    @Test
    void valuesOfMrqcThatMeanNothingSpreadNothing() {
        spreadToNine();
        for (int mode : new int[] {0, 4, 6}) {
            bench.write(MRQC, mode | MRQC_IPV4);
            assertEquals(1, bench.judge(tcp(ACK).bytes()), "mode " + mode);
            assertEquals(0, bench.verdict.rssType);
        }
        for (int i = 0; i < 10; i++) bench.write(RSSRK, i, -1);
        bench.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4);
        assertQueue(9, tcp(ACK));
    }

    @Test
    void eachVlanPriorityMayHaveAQueue() {
        for (int priority = 0; priority < 8; priority++) {
            bench.write(VLAPQF, (8 | (priority & 3)) << (4 * priority));
            for (int sent = 0; sent < 8; sent++)
                assertQueue(sent == priority ? priority & 3 : 0, lldp().tag(sent << 13 | 9));
            assertQueue(0, lldp());
        }
        bench.write(VLAPQF, 0x3333_3333);
        assertQueue(0, lldp().tag(0x6009));
    }

    @Test
    void vlanPrioritiesFromAThresholdOnInterruptAtOnce() {
        bench.write(IMIRVP, 5);
        bench.judge(lldp().tag(0xE001).bytes());
        assertFalse(bench.verdict.immediate);
        bench.write(IMIRVP, 5 | IMIRVP_EN);
        for (int priority = 0; priority < 8; priority++) {
            bench.judge(lldp().tag(priority << 13 | 1).bytes());
            assertEquals(priority >= 5, bench.verdict.immediate, "priority " + priority);
        }
        bench.judge(lldp().bytes());
        assertFalse(bench.verdict.immediate);
    }

    private void assertPacketType(int type, Flow flow) {
        bench.judge(flow.bytes());
        assertEquals(Integer.toHexString(type), Integer.toHexString(bench.verdict.packetType), flow.toString());
    }

    @Test
    void packetTypesSayWhichHeadersAreThere() {
        String a = "20010db8000000000000000000000001";
        assertPacketType(0x000, lldp());
        assertPacketType(0x110, tcp(ACK));
        assertPacketType(0x110, tcp(ACK).tag(3));
        assertPacketType(0x210, Flow.ip4("1.2.3.4", "5.6.7.8").udp(1, 2));
        assertPacketType(0x410, Flow.ip4("1.2.3.4", "5.6.7.8").sctp(1, 2));
        assertPacketType(0x010, Flow.ip4("1.2.3.4", "5.6.7.8").protocol(1).payload(30));
        assertPacketType(0x1010, Flow.ip4("1.2.3.4", "5.6.7.8").protocol(50).payload(30));
        assertPacketType(0x2010, Flow.ip4("1.2.3.4", "5.6.7.8").protocol(51).payload(30));
        assertPacketType(
                0x130, Flow.ip4("1.2.3.4", "5.6.7.8").extensions(0, "01010101").tcp(1, 2));
        assertPacketType(0x010, tcp(ACK).fragment(0x2000));
        assertPacketType(0x140, Flow.ip6(a, a).tcp(1, 2));
        assertPacketType(0x240, Flow.ip6(a, a).udp(1, 2));
        assertPacketType(0x440, Flow.ip6(a, a).sctp(1, 2));
        assertPacketType(0x040, Flow.ip6(a, a).payload(30));
        assertPacketType(0x1C0, Flow.ip6(a, a).extensions(0, "0600010400000000").tcp(1, 2));
        assertPacketType(
                0x0C0, Flow.ip6(a, a).extensions(44, "0600000100000000").tcp(1, 2));
    }
}
