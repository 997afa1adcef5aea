package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.ETQF_FILTER_EN;
import static dev.doorbell.register.IgbBits.ETQF_QUEUE_EN;
import static dev.doorbell.register.IgbBits.ETQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.FTQF_MASK_DST;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SPORT;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SRC;
import static dev.doorbell.register.IgbBits.FTQF_QUEUE_EN;
import static dev.doorbell.register.IgbBits.FTQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.FTQF_VF_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_CTRL_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_SIZE_BP;
import static dev.doorbell.register.IgbBits.IMIR_PORT_BP;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbBits.SYNQF_EN;
import static dev.doorbell.register.IgbBits.SYNQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.VMOLR_BAM;
import static dev.doorbell.register.IgbBits.VT_CTL_DIS_DEF_POOL;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.ETQF;
import static dev.doorbell.register.IgbRegister.FTQF;
import static dev.doorbell.register.IgbRegister.IMIR;
import static dev.doorbell.register.IgbRegister.IMIREXT;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.SYNQF;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Queue filters where pools are in use: an ethertype's queue stands for all pools, another filter's
/// only for the pool that owns it. Inferred: no source says more than that VMDq honours ethertype
/// filters.
class PoolQueueFilterStoryTest {
    private static final String BROADCAST = "ffffffffffff";

    private final FilterBench bench = new FilterBench();

    @BeforeEach
    void eightPools() {
        for (int pool = 0; pool < 8; pool++) {
            bench.address(pool, "02:00:00:00:00:0" + pool, 1 << pool);
            bench.write(VMOLR, pool, VMOLR_BAM);
        }
        bench.write(MRQC, MRQC_MRQE_VMDQ);
        bench.write(VT_CTL, VT_CTL_RPL_EN | VT_CTL_DIS_DEF_POOL);
    }

    private static Flow syn(int pool) {
        return Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1, 80, 2).to("02000000000" + pool);
    }

    private void tcpTo(int queue, int pool) {
        bench.write(IMIR, 0, IMIR_PORT_BP);
        bench.write(IMIREXT, 0, IMIREXT_SIZE_BP | IMIREXT_CTRL_BP);
        bench.write(
                FTQF,
                0,
                6 | FTQF_QUEUE_EN | queue << FTQF_QUEUE_SHIFT | pool | FTQF_MASK_SRC | FTQF_MASK_DST | FTQF_MASK_SPORT);
    }

    @Test
    void anEthertypesQueueIsTheOnlyOne() {
        bench.write(ETQF, 0, 0x88CC | ETQF_FILTER_EN | ETQF_QUEUE_EN | 6 << ETQF_QUEUE_SHIFT);
        assertEquals(
                1 << 6,
                bench.judge(Flow.ethernet(0x88CC).payload(50).to(BROADCAST).bytes()));
        assertEquals(
                1 << 6,
                bench.judge(Flow.ethernet(0x88CC).payload(50).to("020000000002").bytes()));
        assertEquals(
                0,
                bench.judge(Flow.ethernet(0x88CC).payload(50).to("020000000099").bytes()),
                "for nobody here");
    }

    @Test
    void aFilterPicksAQueueWithinItsPool() {
        tcpTo(11, FTQF_VF_BP);
        assertEquals(1 << 11, bench.judge(syn(3).bytes()));
        assertEquals(1 << 4, bench.judge(syn(4).bytes()));
        assertEquals(0xF7 | 1 << 11, bench.judge(syn(3).to(BROADCAST).bytes()));
    }

    @Test
    void aFilterOfOnePoolLooksAtThatPoolsFramesOnly() {
        tcpTo(0, 0); // the pool's number has no bits in the register as its drivers write it: 0
        assertEquals(1, bench.judge(syn(0).bytes()));
        tcpTo(8, 0);
        assertEquals(1 << 8, bench.judge(syn(0).bytes()));
        tcpTo(11, 0);
        assertEquals(1 << 3, bench.judge(syn(3).bytes()));
    }

    @Test
    void aSynFilterStaysWithinItsPoolToo() {
        bench.write(SYNQF, SYNQF_EN | 3 << SYNQF_QUEUE_SHIFT);
        assertEquals(1 << 3, bench.judge(syn(3).bytes()));
        assertEquals(1 << 2, bench.judge(syn(2).bytes()));
    }
}
