package dev.doorbell.story.igb;

import static dev.doorbell.device.igb.filter.TransmitSwitch.TO_POOLS;
import static dev.doorbell.device.igb.filter.TransmitSwitch.TO_WIRE;
import static dev.doorbell.register.IgbBits.DTXCTL_SPOOF_INT;
import static dev.doorbell.register.IgbBits.DTXSWC_LLE_SHIFT;
import static dev.doorbell.register.IgbBits.DTXSWC_LOOPBACK_EN;
import static dev.doorbell.register.IgbBits.DTXSWC_VLAN_SPOOF_SHIFT;
import static dev.doorbell.register.IgbBits.ICR_DOUTSYNC;
import static dev.doorbell.register.IgbBits.MRQC_IPV4;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_RSS;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ_RSS;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.VLVF_LVLAN;
import static dev.doorbell.register.IgbBits.VLVF_POOLSEL_SHIFT;
import static dev.doorbell.register.IgbBits.VLVF_VI_EN;
import static dev.doorbell.register.IgbBits.VMOLR_BAM;
import static dev.doorbell.register.IgbBits.VMOLR_ROPE;
import static dev.doorbell.register.IgbBits.VMOLR_RSSE;
import static dev.doorbell.register.IgbBits.VT_CTL_DEF_PL_SHIFT;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.DTXCTL;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RETA;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static dev.doorbell.register.IgbRegister.SSVPC;
import static dev.doorbell.register.IgbRegister.UTA;
import static dev.doorbell.register.IgbRegister.VLVF;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;
import static dev.doorbell.register.IgbRegister.WVBR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The switch between pools: where a transmitted frame goes, who gets it, and which are forged.
class PoolSwitchStoryTest {
    private static final String BROADCAST = "ffffffffffff";
    private static final String OUTSIDE = "025500000001";

    private final FilterBench bench = new FilterBench();

    @BeforeEach
    void eightPools() {
        for (int pool = 0; pool < 8; pool++) bench.address(pool, "02:00:00:00:00:0" + pool, 1 << pool);
        bench.write(MRQC, MRQC_MRQE_VMDQ);
        bench.write(VT_CTL, VT_CTL_RPL_EN | 7 << VT_CTL_DEF_PL_SHIFT);
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN);
    }

    private static Flow between(int from, String destination) {
        return Flow.ethernet(0x88B5).payload(50).from("02000000000" + from).to(destination);
    }

    private static Flow between(int from, int to) {
        return between(from, "02000000000" + to);
    }

    private int sent(int queue, Flow flow) {
        return bench.destinations(flow.bytes(), queue);
    }

    private int looped(int originPool, Flow flow) {
        return bench.judge(flow.bytes(), 68, originPool);
    }

    @Test
    void isInUseWithPoolsAndItsSwitchOrWithARule() {
        assertTrue(bench.switches());
        bench.write(DTXSWC, 0xFF << DTXSWC_LLE_SHIFT);
        assertFalse(bench.switches());
        bench.write(DTXSWC, 1 << 3);
        assertTrue(bench.switches());
        bench.write(DTXSWC, 1 << DTXSWC_VLAN_SPOOF_SHIFT);
        assertTrue(bench.switches());
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN);
        bench.write(MRQC, MRQC_MRQE_RSS);
        assertFalse(bench.switches());
        bench.write(MRQC, 0);
        assertEquals(TO_WIRE, sent(0, between(0, 1)));
    }

    @Test
    void stationsInsideStayInsideTheOthersAreOnTheWire() {
        assertEquals(TO_POOLS, sent(2, between(2, 5)));
        assertEquals(TO_POOLS, sent(10, between(2, 5)), "the pool's second queue");
        assertEquals(TO_WIRE, sent(2, between(2, OUTSIDE)));
        assertEquals(TO_WIRE | TO_POOLS, sent(2, between(2, BROADCAST)));
        assertEquals(TO_WIRE | TO_POOLS, sent(2, between(2, "01aa00123456")));
    }

    @Test
    void unknownStationsAreShownToPoolsThatListen() {
        for (int word = 0; word < 128; word++) bench.write(UTA, word, -1);
        bench.write(VMOLR, 6, VMOLR_ROPE);
        assertEquals(TO_WIRE | TO_POOLS, sent(2, between(2, OUTSIDE)));
        assertEquals(1 << 6, looped(2, between(2, OUTSIDE)));
    }

    @Test
    void localVlansNeverReachTheWire() {
        bench.write(VLVF, 0, 5 | 0xFF << VLVF_POOLSEL_SHIFT | VLVF_VI_EN | VLVF_LVLAN);
        assertEquals(TO_POOLS, sent(2, between(2, BROADCAST).tag(5)));
        assertEquals(TO_POOLS, sent(2, between(2, OUTSIDE).tag(5)));
        assertEquals(TO_WIRE, sent(2, between(2, OUTSIDE).tag(6)));
    }

    @Test
    void aLoopedFrameHasNoDefaultPoolAndNoHash() {
        bench.write(MRQC, MRQC_MRQE_VMDQ_RSS | MRQC_IPV4);
        bench.write(RXCSUM, RXCSUM_PCSD);
        bench.write(VMOLR, 5, VMOLR_RSSE);
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0x0101_0101);
        assertEquals(0, looped(2, between(2, OUTSIDE)));
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_NO_POOL));
        byte[] frame = Flow.ip4("1.2.3.4", "5.6.7.8")
                .protocol(1)
                .payload(30)
                .to("020000000005")
                .bytes();
        assertEquals(1 << 5, bench.judge(frame, 68, 2));
        assertEquals(0, bench.verdict.rssType);
        assertEquals(1 << 13, bench.judge(frame, 68, FilterBench.WIRE));
        assertEquals(1, bench.read(GPRC), "the MAC saw one of them");
    }

    @Test
    void noPoolHearsItselfUnlessItAsks() {
        for (int pool = 0; pool < 8; pool++) bench.write(VMOLR, pool, VMOLR_BAM);
        assertEquals(0xFB, looped(2, between(2, BROADCAST)));
        assertEquals(0, looped(2, between(2, 2)));
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN | 1 << (DTXSWC_LLE_SHIFT + 2));
        assertEquals(0xFF, looped(2, between(2, BROADCAST)));
        assertEquals(1 << 2, looped(2, between(2, 2)));
        assertEquals(0xF7, looped(3, between(3, BROADCAST)));
    }

    private void assertForged(int pool, Flow flow) {
        long before = bench.counter(IgbCounter.TRANSMIT_FORGED);
        assertEquals(0, sent(pool, flow));
        assertEquals(before + 1, bench.counter(IgbCounter.TRANSMIT_FORGED));
        assertEquals(1 << pool, bench.read(WVBR));
        assertEquals(0, bench.read(WVBR), "reading clears");
        assertEquals(1, bench.read(SSVPC));
    }

    @Test
    void aPoolMustSendFromItsOwnAddress() {
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN | 1 << 2);
        assertEquals(TO_WIRE, sent(2, between(2, OUTSIDE)));
        assertEquals(TO_WIRE, sent(10, between(2, OUTSIDE)));
        assertForged(2, between(3, OUTSIDE));
        assertForged(2, between(3, BROADCAST));
        assertEquals(TO_WIRE, sent(3, between(4, OUTSIDE)), "no rule for this pool");
        bench.address(20, "02:00:00:00:00:08", 0b0000_0101);
        assertEquals(TO_WIRE, sent(2, between(8, OUTSIDE)));
    }

    @Test
    void aPoolMustSendInItsOwnVlans() {
        bench.write(DTXSWC, 1 << (DTXSWC_VLAN_SPOOF_SHIFT + 2));
        bench.write(VLVF, 7, 5 | 0b0100 << VLVF_POOLSEL_SHIFT | VLVF_VI_EN);
        bench.write(VLVF, 8, 6 | 0b1000 << VLVF_POOLSEL_SHIFT | VLVF_VI_EN);
        assertEquals(TO_WIRE, sent(2, between(9, OUTSIDE).tag(5)));
        assertForged(2, between(2, OUTSIDE).tag(6));
        assertForged(2, between(2, OUTSIDE).tag(7));
        assertEquals(TO_WIRE, sent(2, between(2, OUTSIDE)), "an untagged frame is in no VLAN");
        assertEquals(TO_WIRE, sent(3, between(2, OUTSIDE).tag(7)));
    }

    @Test
    void offendersAreTold() {
        bench.write(DTXSWC, 0xFF);
        bench.write(DTXCTL, 0);
        bench.read(ICR);
        sent(2, between(3, OUTSIDE));
        assertEquals(0, bench.read(ICR) & ICR_DOUTSYNC);
        bench.write(DTXCTL, DTXCTL_SPOOF_INT);
        sent(2, between(3, OUTSIDE));
        sent(5, between(3, OUTSIDE));
        assertEquals(ICR_DOUTSYNC, bench.read(ICR) & ICR_DOUTSYNC);
        assertEquals(1 << 2 | 1 << 5, bench.read(WVBR));
    }

    @Test
    void aFrameShorterThanItsHeaderIsTheTransmittersAffair() {
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN | 0xFFFF);
        assertEquals(TO_WIRE, bench.destinations(new byte[13], 0));
    }
}
