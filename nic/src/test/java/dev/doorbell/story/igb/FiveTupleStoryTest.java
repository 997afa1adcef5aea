package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.FTQF_MASK_DST;
import static dev.doorbell.register.IgbBits.FTQF_MASK_PROTO;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SPORT;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SRC;
import static dev.doorbell.register.IgbBits.FTQF_QUEUE_EN;
import static dev.doorbell.register.IgbBits.FTQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.FTQF_VF_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_ACK;
import static dev.doorbell.register.IgbBits.IMIREXT_CTRL_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_FIN;
import static dev.doorbell.register.IgbBits.IMIREXT_PSH;
import static dev.doorbell.register.IgbBits.IMIREXT_RST;
import static dev.doorbell.register.IgbBits.IMIREXT_SIZE_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_SYN;
import static dev.doorbell.register.IgbBits.IMIREXT_URG;
import static dev.doorbell.register.IgbBits.IMIR_PORT_BP;
import static dev.doorbell.register.IgbBits.IMIR_PORT_IM_EN;
import static dev.doorbell.register.IgbBits.IMIR_PRIORITY_SHIFT;
import static dev.doorbell.register.IgbRegister.DAQF;
import static dev.doorbell.register.IgbRegister.FTQF;
import static dev.doorbell.register.IgbRegister.IMIR;
import static dev.doorbell.register.IgbRegister.IMIREXT;
import static dev.doorbell.register.IgbRegister.SAQF;
import static dev.doorbell.register.IgbRegister.SPQF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The 5-tuple filters: each field, its mask, priorities and actions. Programmed as the drivers of
/// the chip do: addresses and ports in network order, which on a little-endian machine is
/// byte-swapped.
class FiveTupleStoryTest {
    private static final int ALL_MASKED = FTQF_MASK_PROTO | FTQF_MASK_SRC | FTQF_MASK_DST | FTQF_MASK_SPORT;
    private static final int IDLE = 0xF000_8000;
    private static final int SOURCE = 0x0100_000A; // 10.0.0.1
    private static final int TARGET = 0x0200_000A;
    private static final int SOURCE_PORT = 0xE803; // 1000
    private static final int TARGET_PORT = 0x5000; // 80
    private static final int TCP = 6;

    private final FilterBench bench = FilterBench.station();

    @BeforeEach
    void idle() {
        for (int i = 0; i < 8; i++) bench.write(FTQF, i, IDLE);
    }

    private static Flow tcp() {
        return Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 80);
    }

    private static Flow udp() {
        return Flow.ip4("10.0.0.1", "10.0.0.2").udp(1000, 80);
    }

    /// Filter `index` with every field set; `masks` leaves some out.
    private void filter(int index, int queue, int masks) {
        bench.write(SAQF, index, SOURCE);
        bench.write(DAQF, index, TARGET);
        bench.write(SPQF, index, SOURCE_PORT);
        bench.write(IMIR, index, TARGET_PORT);
        bench.write(IMIREXT, index, IMIREXT_SIZE_BP | IMIREXT_CTRL_BP);
        bench.write(FTQF, index, TCP | FTQF_QUEUE_EN | FTQF_VF_BP | queue << FTQF_QUEUE_SHIFT | masks);
    }

    private void assertQueue(int queue, Flow flow) {
        assertEquals(1 << queue, bench.judge(flow.bytes()), flow.toString());
    }

    @Test
    void allFiveFieldsMustMatch() {
        filter(0, 9, 0);
        assertQueue(9, tcp());
        assertQueue(9, tcp().tag(77));
        assertQueue(0, Flow.ip4("10.0.0.9", "10.0.0.2").tcp(1000, 80));
        assertQueue(0, Flow.ip4("10.0.0.1", "10.0.0.9").tcp(1000, 80));
        assertQueue(0, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1001, 80));
        assertQueue(0, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 81));
        assertQueue(0, udp());
        assertFalse(bench.verdict.immediate);
    }

    @Test
    void eachMaskLeavesItsFieldOut() {
        filter(0, 9, FTQF_MASK_SRC);
        assertQueue(9, Flow.ip4("10.0.0.9", "10.0.0.2").tcp(1000, 80));
        assertQueue(0, Flow.ip4("10.0.0.1", "10.0.0.9").tcp(1000, 80));
        filter(0, 9, FTQF_MASK_DST);
        assertQueue(9, Flow.ip4("10.0.0.1", "10.0.0.9").tcp(1000, 80));
        assertQueue(0, Flow.ip4("10.0.0.9", "10.0.0.2").tcp(1000, 80));
        filter(0, 9, FTQF_MASK_SPORT);
        assertQueue(9, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1001, 80));
        assertQueue(0, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 81));
        filter(0, 9, FTQF_MASK_PROTO);
        assertQueue(9, udp());
        assertQueue(9, Flow.ip4("10.0.0.1", "10.0.0.2").sctp(1000, 80));
        filter(0, 9, 0);
        bench.write(IMIR, 0, TARGET_PORT | IMIR_PORT_BP);
        assertQueue(9, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 81));
        assertQueue(0, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1001, 80));
    }

    @Test
    void twoTuplesTakeIpv6Too() {
        String a = "20010db8000000000000000000000001";
        filter(0, 9, FTQF_MASK_SRC | FTQF_MASK_DST | FTQF_MASK_SPORT);
        assertQueue(9, Flow.ip6(a, a).tcp(5, 80));
        assertQueue(0, Flow.ip6(a, a).tcp(5, 81));
        filter(0, 9, FTQF_MASK_DST | FTQF_MASK_SPORT);
        assertQueue(0, Flow.ip6(a, a).tcp(5, 80));
    }

    @Test
    void everythingMaskedTakesEveryIpPacket() {
        filter(3, 9, ALL_MASKED);
        bench.write(IMIR, 3, IMIR_PORT_BP);
        assertQueue(9, udp());
        assertQueue(9, tcp().fragment(0x2000));
        assertQueue(9, Flow.ip4("1.2.3.4", "5.6.7.8").protocol(1).payload(20));
        assertQueue(0, Flow.ethernet(0x0806).payload(40));
    }

    @Test
    void idleAndResetFiltersDoNothing() {
        assertQueue(0, tcp());
        assertFalse(bench.verdict.immediate);
        bench.resetAll();
        bench.address(0, "52:54:00:12:34:56", 0);
        assertQueue(0, tcp());
        assertQueue(0, Flow.ip4("0.0.0.0", "0.0.0.0").protocol(0));
        bench.write(FTQF, 2, FTQF_QUEUE_EN | 3 << FTQF_QUEUE_SHIFT);
        assertQueue(0, Flow.ip4("0.0.0.0", "0.0.0.0").protocol(0)); // SIZE is compared, and 0
    }

    @Test
    void fragmentsHaveNoPorts() {
        filter(0, 9, 0);
        assertQueue(0, tcp().fragment(0x2000));
        filter(0, 9, FTQF_MASK_SPORT);
        bench.write(IMIR, 0, IMIR_PORT_BP);
        assertQueue(9, tcp().fragment(0x2000));
    }

    @Test
    void theHighestPriorityThenTheLowestNumber() {
        for (int i = 0; i < 8; i++) filter(i, 8 + i, 0);
        assertQueue(8, tcp());
        bench.write(IMIR, 5, TARGET_PORT | 3 << IMIR_PRIORITY_SHIFT);
        assertQueue(13, tcp());
        bench.write(IMIR, 6, TARGET_PORT | 3 << IMIR_PRIORITY_SHIFT);
        assertQueue(13, tcp());
        bench.write(IMIR, 7, TARGET_PORT | 7 << IMIR_PRIORITY_SHIFT);
        assertQueue(15, tcp());
        bench.write(FTQF, 7, IDLE);
        assertQueue(13, tcp());
    }

    @Test
    void packetsShorterThanASizeOnly() {
        filter(0, 9, 0);
        bench.write(IMIREXT, 0, 200 | IMIREXT_CTRL_BP);
        assertEquals(1 << 9, bench.judge(tcp().bytes(4 + 199), 4 + 199, FilterBench.WIRE));
        assertEquals(1, bench.judge(tcp().bytes(4 + 200), 4 + 200, FilterBench.WIRE));
    }

    @Test
    void anyOfTheFlagsAskedFor() {
        int[] flag = {IMIREXT_FIN, IMIREXT_SYN, IMIREXT_RST, IMIREXT_PSH, IMIREXT_ACK, IMIREXT_URG};
        filter(0, 9, 0);
        for (int bit = 0; bit < 6; bit++) {
            bench.write(IMIREXT, 0, IMIREXT_SIZE_BP | flag[bit]);
            for (int sent = 0; sent < 64; sent++)
                assertQueue(
                        (sent >> bit & 1) != 0 ? 9 : 0,
                        Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 80, sent));
        }
        bench.write(IMIREXT, 0, IMIREXT_SIZE_BP | IMIREXT_SYN | IMIREXT_FIN);
        assertQueue(9, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 80, 1));
        assertQueue(9, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 80, 2));
        bench.write(IMIREXT, 0, IMIREXT_SIZE_BP);
        assertQueue(0, tcp());
    }

    @Test
    void anImmediateInterruptNeedsNoQueue() {
        bench.write(FTQF, 4, IDLE);
        bench.write(IMIR, 4, TARGET_PORT | IMIR_PORT_IM_EN);
        bench.write(IMIREXT, 4, IMIREXT_SIZE_BP | IMIREXT_CTRL_BP);
        assertQueue(0, tcp());
        assertTrue(bench.verdict.immediate);
        assertQueue(0, udp());
        assertTrue(bench.verdict.immediate);
        assertQueue(0, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 81));
        assertFalse(bench.verdict.immediate);
    }

    @Test
    void queueNumbersBeyondTheCardsAreCut() {
        filter(0, 0x3F2, 0);
        assertQueue(2, tcp());
    }
}
