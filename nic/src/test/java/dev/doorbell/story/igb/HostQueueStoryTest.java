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
import static dev.doorbell.register.IgbBits.LBM_MAC;
import static dev.doorbell.register.IgbBits.MRQC_DEF_Q_SHIFT;
import static dev.doorbell.register.IgbBits.MRQC_IPV4;
import static dev.doorbell.register.IgbBits.MRQC_IPV4_TCP;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_RSS;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ_RSS;
import static dev.doorbell.register.IgbBits.RCTL_LBM_SHIFT;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.SYNQF_EN;
import static dev.doorbell.register.IgbBits.SYNQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.VMOLR_RSSE;
import static dev.doorbell.register.IgbRegister.ETQF;
import static dev.doorbell.register.IgbRegister.FTQF;
import static dev.doorbell.register.IgbRegister.IMIR;
import static dev.doorbell.register.IgbRegister.IMIREXT;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RETA;
import static dev.doorbell.register.IgbRegister.RSSRK;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static dev.doorbell.register.IgbRegister.SYNQF;
import static dev.doorbell.register.IgbRegister.VFRE;
import static dev.doorbell.register.IgbRegister.VLAPQF;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Wire;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which receive queue a frame gets that the host's card has put into one of its queues already.
class HostQueueStoryTest {
    private static final int FOUR_QUEUES = 0x0302_0100;
    /// A flow whose hash is 0x51CCC178 with the key below: entry 0x78, queue 0 of four.
    private static final Flow FLOW = Flow.ip4("66.9.149.187", "161.142.100.80").tcp(2794, 1766);
    private static final int FLOW_HASH = 0x51CC_C178;
    private static final int TYPE_IPV4_TCP = 1;
    private static final Flow ARP = Flow.ethernet(0x0806).payload(46);

    private final FilterBench bench = FilterBench.station();

    @BeforeEach
    void program() {
        bench.write(RSSRK, 0, 0xDA56_5A6D);
        bench.write(RSSRK, 1, 0xC20E_5B25);
        bench.write(RSSRK, 2, 0x3D25_6741);
        bench.write(RSSRK, 3, 0xB08F_A343);
        table(FOUR_QUEUES);
        bench.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4_TCP | MRQC_IPV4);
        bench.write(RXCSUM, RXCSUM_PCSD);
        for (int i = 0; i < 8; i++) bench.write(FTQF, i, 0xF000_8000); // as drivers leave them: idle
    }

    private void table(int fourEntries) {
        for (int i = 0; i < 32; i++) bench.write(RETA, i, fourEntries);
    }

    private void assertQueue(int expected, int hostQueue, Flow flow) {
        assertEquals(1 << expected, bench.judgeBy(hostQueue, flow.bytes()), "from queue " + hostQueue + ": " + flow);
    }

    /// The hash and its type are the card's own all the same.
    @Test
    void aFrameOfTheHostsQueueGoesToOurs() {
        for (int queue = 0; queue < 4; queue++) {
            assertQueue(queue, queue, FLOW);
            assertEquals(FLOW_HASH, bench.verdict.rssHash);
            assertEquals(TYPE_IPV4_TCP, bench.verdict.rssType);
        }
        assertQueue(0, FrameBatch.ANY_QUEUE, FLOW);
    }

    @Test
    void soDoesAFrameWithoutAHash() {
        bench.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4_TCP | 1 << MRQC_DEF_Q_SHIFT);
        assertQueue(3, 3, ARP);
        assertEquals(0, bench.verdict.rssType);
        assertQueue(1, FrameBatch.ANY_QUEUE, ARP);
    }

    /// A guest with fewer queues than the host's card: the hash spreads what is left, always the
    /// same way.
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 15, 16, 17, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aQueueThatTheTableDoesNotNameIsLeftToTheHash(int hostQueue) {
        table(0x0100_0100);
        for (int i = 0; i < 64; i++) {
            Flow flow = Flow.ip4("10.0.0." + i, "10.9.8.7").tcp(1000 + i, 80);
            int byHash = bench.judge(flow.bytes());
            assertEquals(byHash, bench.judgeBy(hostQueue, flow.bytes()), flow.toString());
        }
        assertQueue(1, 1, FLOW);
        assertQueue(0, hostQueue, ARP); // MRQC's default
    }

    /// `ethtool -X eth0 equal 1`: one queue is meant, whatever the host does.
    @Test
    void aTableOfOneQueueKeepsEverythingThere() {
        table(0x0202_0202);
        for (int queue = 0; queue < 4; queue++) assertQueue(2, queue, FLOW);
    }

    @Test
    void oneEntryIsEnoughToNameAQueue() {
        table(0);
        bench.write(RETA, 17, 0x0000_0D00);
        assertQueue(13, 13, FLOW);
        assertQueue(0, 12, FLOW);
        bench.write(RETA, 17, 0);
        assertQueue(0, 13, FLOW);
    }

    @Test
    void withoutSpreadingThereIsTheDefaultQueueOnly() {
        bench.write(MRQC, 2 << MRQC_DEF_Q_SHIFT);
        for (int queue = 0; queue < 4; queue++) assertQueue(2, queue, FLOW);
    }

    @Test
    void theGuestsFiltersComeFirst() {
        bench.write(ETQF, 5, 0x0806 | ETQF_FILTER_EN | ETQF_QUEUE_EN | 1 << ETQF_QUEUE_SHIFT);
        assertQueue(1, 3, ARP);
        bench.write(SYNQF, SYNQF_EN | 2 << SYNQF_QUEUE_SHIFT);
        assertQueue(2, 3, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1, 2, 2));
        assertQueue(3, 3, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1, 2));
        bench.write(VLAPQF, (8 | 1) << (4 * 5));
        assertQueue(1, 3, Flow.ip4("10.0.0.1", "10.0.0.2").tag(5 << 13).tcp(1, 2));
        assertQueue(3, 3, Flow.ip4("10.0.0.1", "10.0.0.2").tag(4 << 13).tcp(1, 2));
    }

    /// A 5-tuple filter of the guest's (`ethtool -N`), as Linux sets it: protocol TCP, port 80.
    @Test
    void aFiveTupleFilterComesFirst() {
        bench.write(IMIR, 0, 0x5000); // port 80 as the wire has it
        bench.write(IMIREXT, 0, IMIREXT_SIZE_BP | IMIREXT_CTRL_BP);
        int others = FTQF_MASK_SRC | FTQF_MASK_DST | FTQF_MASK_SPORT;
        bench.write(FTQF, 0, 6 | FTQF_QUEUE_EN | FTQF_VF_BP | 1 << FTQF_QUEUE_SHIFT | others);
        assertQueue(1, 3, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 80));
        assertQueue(3, 3, Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1000, 81));
    }

    /// The host's card knows nothing of pools, nor of which of a pool's two queues is meant.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 9})
    void poolsAreTheGuestsAlone(int hostQueue) {
        bench.address(0, "52:54:00:12:34:56", 1 << 2);
        bench.write(VFRE, 0xFF);
        bench.write(VMOLR, 2, VMOLR_RSSE);
        bench.write(MRQC, MRQC_MRQE_VMDQ_RSS | MRQC_IPV4_TCP);
        assertQueue(2, hostQueue, FLOW);
        table(0x0101_0101);
        assertQueue(10, hostQueue, FLOW);
    }

    /// In what a whole card stores: rings, hashes, and what a segmented arrival becomes.
    @Test
    void aWholeCardStoresByTheHostsQueues() {
        IgbBench card = IgbBench.withLink();
        ReceiveRing[] rings = start(card);
        for (int queue = 3; queue >= 0; queue--) card.wire.arriveBy(queue, FLOW.bytes());
        card.wire.arrive(FLOW.bytes());
        card.runUntilIdle();
        for (int queue = 0; queue < 4; queue++) {
            assertEquals(FLOW_HASH, (int) (rings[queue].word0(0) >>> 32), "hash in queue " + queue);
            assertEquals(queue == 0 ? 2 : 1, rings[queue].takeAll().size(), "frames of queue " + queue);
        }
    }

    /// Short frames, frames with an open checksum and large frames are rebuilt on their way in.
    @Test
    void rebuiltFramesKeepTheirQueue() {
        IgbBench card = IgbBench.withLink();
        ReceiveRing[] rings = start(card);
        card.wire.arriveBy(2, ARP.bytes(40));
        Packet packet = Packet.tcp4(5000, 1);
        byte[] open = packet.withOpenChecksum();
        System.arraycopy(Frames.STATION, 0, open, 0, 6);
        card.wire.arriveBy(1, open, new Wire.Offload(34, 16, FrameBatch.SEGMENT_TCP4, 1000, 54));
        byte[] small = Packet.tcp4(500, 1).withOpenChecksum();
        System.arraycopy(Frames.STATION, 0, small, 0, 6);
        card.wire.arriveBy(3, small, new Wire.Offload(34, 16, FrameBatch.SEGMENT_NONE, 0, 0));
        card.runUntilIdle();
        assertEquals(0, rings[0].takeAll().size());
        assertEquals(5, rings[1].takeAll().size());
        assertEquals(1, rings[2].takeAll().size());
        assertEquals(1, rings[3].takeAll().size());
    }

    /// Frames that wait for a descriptor have been judged; what waits for them has not, and keeps
    /// its queue too.
    @Test
    void framesThatWaitedKeepTheirQueue() {
        IgbBench card = IgbBench.withLink();
        ReceiveRing[] rings = start(card);
        for (int i = 0; i < ReceiveRing.ENTRIES + 10; i++) card.wire.arriveBy(3, FLOW.bytes());
        for (int i = 0; i < 10; i++) card.wire.arriveBy(1, FLOW.bytes());
        card.runUntilIdle();
        assertEquals(ReceiveRing.ENTRIES - 1, rings[3].takeAll().size());
        card.runUntilIdle();
        assertEquals(11, rings[3].takeAll().size());
        assertEquals(10, rings[1].takeAll().size());
        assertEquals(0, rings[0].takeAll().size());
    }

    /// Which queue sent a frame says nothing about which one receives it.
    @Test
    void loopedFramesCarryNoQueue() {
        IgbBench card = IgbBench.withLink();
        ReceiveRing[] rings = start(card);
        card.write(RCTL, ReceiveRing.RECEIVER_ON | LBM_MAC << RCTL_LBM_SHIFT);
        TransmitRing sender = TransmitRing.start(card, 3);
        sender.append(FLOW.bytes(80), TransmitRing.SEND).ring();
        card.runUntilIdle();
        assertEquals(1, rings[0].takeAll().size());
        assertEquals(0, rings[3].takeAll().size());
    }

    private static ReceiveRing[] start(IgbBench card) {
        card.write(RSSRK, 0, 0xDA56_5A6D);
        card.write(RSSRK, 1, 0xC20E_5B25);
        card.write(RSSRK, 2, 0x3D25_6741);
        card.write(RSSRK, 3, 0xB08F_A343);
        for (int i = 0; i < 32; i++) card.write(RETA, i, FOUR_QUEUES);
        card.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4_TCP | MRQC_IPV4);
        card.write(RXCSUM, RXCSUM_PCSD);
        ReceiveRing[] rings = new ReceiveRing[4];
        for (int queue = 0; queue < 4; queue++) rings[queue] = new ReceiveRing(card, queue).start();
        card.write(RCTL, ReceiveRing.RECEIVER_ON);
        return rings;
    }
}
