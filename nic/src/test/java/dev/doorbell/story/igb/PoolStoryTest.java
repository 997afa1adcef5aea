package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.MRQC_IPV4;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ_RSS;
import static dev.doorbell.register.IgbBits.RCTL_BAM;
import static dev.doorbell.register.IgbBits.RCTL_LPE;
import static dev.doorbell.register.IgbBits.RCTL_MPE;
import static dev.doorbell.register.IgbBits.RCTL_SBP;
import static dev.doorbell.register.IgbBits.RCTL_UPE;
import static dev.doorbell.register.IgbBits.RCTL_VFE;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.VLVF_LVLAN;
import static dev.doorbell.register.IgbBits.VLVF_POOLSEL_SHIFT;
import static dev.doorbell.register.IgbBits.VLVF_VI_EN;
import static dev.doorbell.register.IgbBits.VMOLR_AUPE;
import static dev.doorbell.register.IgbBits.VMOLR_BAM;
import static dev.doorbell.register.IgbBits.VMOLR_LPE;
import static dev.doorbell.register.IgbBits.VMOLR_MPME;
import static dev.doorbell.register.IgbBits.VMOLR_ROMPE;
import static dev.doorbell.register.IgbBits.VMOLR_ROPE;
import static dev.doorbell.register.IgbBits.VMOLR_RSSE;
import static dev.doorbell.register.IgbBits.VMOLR_STRCRC;
import static dev.doorbell.register.IgbBits.VMOLR_STRVLAN;
import static dev.doorbell.register.IgbBits.VT_CTL_DEF_PL_SHIFT;
import static dev.doorbell.register.IgbBits.VT_CTL_DIS_DEF_POOL;
import static dev.doorbell.register.IgbBits.VT_CTL_IGMAC;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.MTA;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RETA;
import static dev.doorbell.register.IgbRegister.ROC;
import static dev.doorbell.register.IgbRegister.RPLOLR;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static dev.doorbell.register.IgbRegister.UTA;
import static dev.doorbell.register.IgbRegister.VFRE;
import static dev.doorbell.register.IgbRegister.VFTA;
import static dev.doorbell.register.IgbRegister.VLVF;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which pools a received frame goes to, and in which queue of each.
class PoolStoryTest {
    private static final String BROADCAST = "ffffffffffff";
    private static final String GROUP = "01aa00123456"; // bit 3 of word 43 of a hash table
    private static final String UNKNOWN = "02aa00123456"; // the same bit

    private final FilterBench bench = new FilterBench();
    private final int[] vlanTable = new int[128];

    /// Pool n has the address 02:00:00:00:00:0n; pool 7 is the default; frames are replicated.
    @BeforeEach
    void eightPools() {
        for (int pool = 0; pool < 8; pool++) bench.address(pool, "02:00:00:00:00:0" + pool, 1 << pool);
        bench.write(MRQC, MRQC_MRQE_VMDQ);
        bench.write(VT_CTL, VT_CTL_RPL_EN | 7 << VT_CTL_DEF_PL_SHIFT);
    }

    private static Flow to(String destination) {
        return Flow.ethernet(0x88B5).payload(50).to(destination);
    }

    private static Flow toPool(int pool) {
        return to("02000000000" + pool);
    }

    private void assertQueues(int queues, Flow flow) {
        assertEquals(Integer.toBinaryString(queues), Integer.toBinaryString(bench.judge(flow.bytes())));
    }

    private void policy(int pool, int bits) {
        bench.write(VMOLR, pool, bits);
    }

    private void vlan(int entry, int vlan, int pools) {
        bench.write(VLVF, entry, vlan | pools << VLVF_POOLSEL_SHIFT | VLVF_VI_EN);
        vlanTable[vlan >>> 5] |= 1 << (vlan & 31);
        bench.write(VFTA, vlan >>> 5, vlanTable[vlan >>> 5]);
    }

    @Test
    void eachPoolGetsWhatIsAddressedToIt() {
        for (int pool = 0; pool < 8; pool++) {
            assertQueues(1 << pool, toPool(pool));
            assertFalse(bench.verdict.replicated);
            assertFalse(bench.verdict.inexact);
        }
        assertEquals(8, bench.read(GPRC));
    }

    @Test
    void oneAddressMayBelongToManyPools() {
        bench.address(20, "02:00:00:00:00:99", 0b1001_0110);
        assertQueues(0b1001_0110, to("020000000099"));
        assertTrue(bench.verdict.replicated);
        bench.address(9, "02:00:00:00:00:99", 0b0000_0001);
        assertQueues(0b1001_0111, to("020000000099"));
    }

    @Test
    void unknownStationsAreForTheDefaultPool() {
        assertQueues(1 << 7, to(UNKNOWN));
        bench.write(VT_CTL, VT_CTL_RPL_EN | 2 << VT_CTL_DEF_PL_SHIFT);
        assertQueues(1 << 2, to(UNKNOWN));
        bench.write(VT_CTL, VT_CTL_RPL_EN | VT_CTL_DIS_DEF_POOL | 2 << VT_CTL_DEF_PL_SHIFT);
        assertQueues(0, to(UNKNOWN));
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_NO_POOL));
    }

    @Test
    void promiscuousModesAreTheDefaultPools() {
        bench.write(VT_CTL, VT_CTL_RPL_EN | VT_CTL_DIS_DEF_POOL | 2 << VT_CTL_DEF_PL_SHIFT);
        bench.write(RCTL, RCTL_UPE);
        assertQueues(1 << 2, to(UNKNOWN));
        assertQueues(1 << 3, toPool(3));
        assertQueues(0, to(GROUP));
        bench.write(RCTL, RCTL_MPE);
        assertQueues(0, to(UNKNOWN));
        assertQueues(1 << 2, to(GROUP));
        assertQueues(0, to(BROADCAST));
    }

    @Test
    void anEntryWithoutPoolsLeavesTheFrameToTheDefaultPool() {
        bench.address(3, "02:00:00:00:00:03", 0);
        assertQueues(1 << 7, toPool(3));
    }

    @Test
    void broadcastsAreForThePoolsThatTakeThem() {
        bench.write(RCTL, RCTL_BAM);
        assertQueues(0, to(BROADCAST));
        policy(1, VMOLR_BAM);
        policy(6, VMOLR_BAM);
        assertQueues(0b0100_0010, to(BROADCAST));
        assertTrue(bench.verdict.replicated);
        assertFalse(bench.verdict.inexact);
        bench.write(RCTL, 0);
        assertQueues(0b0100_0010, to(BROADCAST));
    }

    @Test
    void groupsPassExactlyOrByHashOrAll() {
        policy(1, VMOLR_ROMPE);
        policy(2, VMOLR_ROPE);
        assertQueues(0, to(GROUP));
        bench.write(MTA, 43, 1 << 3);
        assertQueues(1 << 1, to(GROUP));
        assertTrue(bench.verdict.inexact);
        policy(5, VMOLR_MPME);
        assertQueues(0b10_0010, to(GROUP));
        assertFalse(bench.verdict.inexact, "one pool wants them all");
        assertQueues(0b10_0000, to("01aa00999999"));
        bench.address(20, "01:aa:00:12:34:56", 1 << 4);
        assertQueues(0b11_0000, to(GROUP));
        assertFalse(bench.verdict.inexact);
        assertQueues(0, to(BROADCAST));
    }

    @Test
    void stationsPassByTheirOwnHash() {
        policy(1, VMOLR_ROMPE);
        policy(2, VMOLR_ROPE);
        bench.write(MTA, 43, -1);
        assertQueues(1 << 7, to(UNKNOWN));
        bench.write(UTA, 43, 1 << 3);
        assertQueues(1 << 2, to(UNKNOWN));
        assertTrue(bench.verdict.inexact);
        assertQueues(1 << 3, toPool(3));
        for (int word = 0; word < 128; word++) bench.write(UTA, word, -1);
        assertQueues(1 << 2, to("020000aaaaaa"));
        assertQueues(1 << 3, toPool(3));
        policy(2, 0);
        assertQueues(1 << 7, to(UNKNOWN));
        assertFalse(bench.verdict.inexact);
    }

    @Test
    void withVlansAPoolGetsItsOwnOnly() {
        bench.write(RCTL, RCTL_VFE);
        bench.write(VT_CTL, VT_CTL_RPL_EN | VT_CTL_DIS_DEF_POOL);
        vlan(0, 5, 0b0000_1100);
        vlan(31, 6, 0b0000_0001);
        assertQueues(1 << 2, toPool(2).tag(5));
        assertQueues(1 << 3, toPool(3).tag(0x6005));
        assertQueues(0, toPool(2).tag(6));
        assertQueues(0, toPool(2).tag(7));
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_OTHER_VLAN), "VFTA has no 7");
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_NO_POOL));
        assertQueues(0, toPool(2));
        policy(2, VMOLR_AUPE);
        assertQueues(1 << 2, toPool(2));
        bench.write(VLVF, 0, 5 | 0b1100 << VLVF_POOLSEL_SHIFT);
        assertQueues(0, toPool(2).tag(5));
        bench.write(RCTL, 0);
        assertQueues(1 << 2, toPool(2).tag(9));
    }

    @Test
    void aVlansEntriesAddUp() {
        bench.write(RCTL, RCTL_VFE);
        for (int pool = 0; pool < 8; pool++) policy(pool, VMOLR_BAM);
        vlan(4, 5, 0b0000_1100);
        vlan(9, 5, 0b0010_0001);
        assertQueues(0b0010_1101, to(BROADCAST).tag(5));
    }

    @Test
    void whatNoPoolOfItsVlanTakesIsForTheDefaultPool() {
        bench.write(RCTL, RCTL_VFE);
        vlan(0, 5, 0b0000_0001);
        assertQueues(1 << 7, toPool(2).tag(5));
        assertQueues(1 << 7, toPool(2));
    }

    @Test
    void localVlansDoNotComeFromTheWire() {
        bench.write(RCTL, RCTL_VFE);
        vlan(0, 5, 0xFF);
        bench.write(VLVF, 0, 5 | 0xFF << VLVF_POOLSEL_SHIFT | VLVF_VI_EN | VLVF_LVLAN);
        assertQueues(0, toPool(2).tag(5));
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_OTHER_VLAN));
        byte[] looped = toPool(2).tag(5).bytes();
        assertEquals(1 << 2, bench.judge(looped, 72, 3));
    }

    @Test
    void ignoringAddressesTheVlanDecides() {
        bench.write(RCTL, RCTL_VFE);
        bench.write(VT_CTL, VT_CTL_RPL_EN | VT_CTL_IGMAC);
        vlan(0, 5, 0b0101_0000);
        assertQueues(0b0101_0000, toPool(1).tag(5));
        assertQueues(0b0101_0000, to(GROUP).tag(5));
    }

    @Test
    void poolsThatMayNotReceiveGetNothing() {
        for (int pool = 0; pool < 8; pool++) policy(pool, VMOLR_BAM);
        bench.write(VFRE, 0b0011_0011);
        assertQueues(0b0011_0011, to(BROADCAST));
        assertQueues(0, toPool(2));
        assertQueues(0, to(UNKNOWN));
        bench.write(VFRE, 0);
        assertQueues(0, to(BROADCAST));
        assertEquals(3, bench.counter(IgbCounter.RECEIVE_NO_POOL));
    }

    @Test
    void withoutReplicationOnePoolGetsTheFrame() {
        bench.write(VT_CTL, 3 << VT_CTL_DEF_PL_SHIFT);
        for (int pool = 1; pool < 8; pool++) policy(pool, VMOLR_BAM);
        assertQueues(1 << 3, to(BROADCAST));
        assertFalse(bench.verdict.replicated);
        bench.write(VT_CTL, 0);
        assertQueues(1 << 1, to(BROADCAST));
        bench.address(20, "02:00:00:00:00:99", 0b1001_0100);
        assertQueues(1 << 2, to("020000000099"));
    }

    @Test
    void eachPoolHasItsOwnLimit() {
        bench.write(RCTL, RCTL_LPE);
        for (int pool = 0; pool < 8; pool++) policy(pool, VMOLR_BAM);
        policy(1, VMOLR_BAM | VMOLR_LPE | 3000);
        policy(2, VMOLR_BAM | VMOLR_LPE | 2999);
        policy(3, VMOLR_BAM | VMOLR_LPE | 1000);
        assertEquals(0b0000_0010, bench.judge(to(BROADCAST).bytes(3000), 3000, FilterBench.WIRE));
        assertEquals(0, bench.read(ROC));
        assertEquals(0, bench.judge(to(BROADCAST).bytes(3001), 3001, FilterBench.WIRE));
        assertEquals(1, bench.read(ROC));
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_BAD_LENGTH));
        assertEquals(0b1111_0111, bench.judge(to(BROADCAST).bytes(1518), 1518, FilterBench.WIRE));
        assertEquals(0b1111_1111, bench.judge(to(BROADCAST).bytes(1000), 1000, FilterBench.WIRE));
        assertEquals(0b1111_0111, bench.judge(to(BROADCAST).tag(5).bytes(1522), 1522, FilterBench.WIRE));
    }

    @Test
    void theCardsLimitComesFirst() {
        policy(1, VMOLR_LPE | 3000);
        assertEquals(0, bench.judge(toPool(1).bytes(2000), 2000, FilterBench.WIRE));
        assertEquals(1, bench.read(ROC));
        bench.write(RCTL, RCTL_SBP);
        assertEquals(1 << 1, bench.judge(toPool(1).bytes(2000), 2000, FilterBench.WIRE));
    }

    private static Flow flow(int pool) {
        return Flow.ip4("10.0.0.1", "10.0.0.2").protocol(1).payload(30).to("02000000000" + pool);
    }

    @Test
    void withRssAPoolMayUseItsSecondQueue() {
        bench.write(MRQC, MRQC_MRQE_VMDQ_RSS | MRQC_IPV4);
        bench.write(RXCSUM, RXCSUM_PCSD);
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0x0101_0101);
        assertQueues(1 << 3, flow(3));
        assertEquals(0, bench.verdict.rssType, "not for this pool");
        policy(3, VMOLR_RSSE);
        assertQueues(1 << 11, flow(3));
        assertEquals(2, bench.verdict.rssType);
        assertQueues(1 << 3, toPool(3));
        assertQueues(1 << 4, flow(4));
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0x0E0E_0E0E);
        assertQueues(1 << 3, flow(3));
        assertEquals(2, bench.verdict.rssType);
        bench.write(MRQC, MRQC_MRQE_VMDQ | MRQC_IPV4);
        assertQueues(1 << 3, flow(3));
        assertEquals(0, bench.verdict.rssType);
    }

    @Test
    void replicatedFramesUseEachPoolsOwnQueue() {
        bench.write(MRQC, MRQC_MRQE_VMDQ_RSS | MRQC_IPV4);
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0x0101_0101);
        policy(0, VMOLR_BAM);
        policy(5, VMOLR_BAM | VMOLR_RSSE);
        byte[] frame = flow(0).to(BROADCAST).bytes();
        assertEquals(1 | 1 << 13, bench.judge(frame));
    }

    @Test
    void stripsAsThePoolSaysOrTheReplicatedFramesPolicy() {
        bench.write(CTRL, 0);
        policy(2, VMOLR_STRVLAN | VMOLR_BAM);
        policy(3, VMOLR_STRCRC | VMOLR_BAM);
        bench.judge(toPool(2).tag(5).bytes());
        assertTrue(bench.stripsTag(2));
        assertTrue(bench.stripsTag(10));
        assertFalse(bench.stripsFcs(2));
        bench.judge(toPool(3).tag(5).bytes());
        assertFalse(bench.stripsTag(3));
        assertTrue(bench.stripsFcs(11));
        bench.judge(to(BROADCAST).tag(5).bytes());
        bench.write(RPLOLR, VMOLR_STRVLAN);
        assertTrue(bench.stripsTag(3));
        assertFalse(bench.stripsFcs(3));
        bench.write(RPLOLR, VMOLR_STRCRC);
        assertFalse(bench.stripsTag(2));
        assertTrue(bench.stripsFcs(2));
    }

    @Test
    void reservedModesWithThePoolsBitUsePools() {
        for (int mode : new int[] {1, 7}) {
            bench.write(MRQC, mode);
            assertQueues(1 << 4, toPool(4));
        }
        bench.write(MRQC, 0);
        assertQueues(1, toPool(4));
    }
}
