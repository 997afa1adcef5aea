package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.ETQF_1588;
import static dev.doorbell.register.IgbBits.ETQF_FILTER_EN;
import static dev.doorbell.register.IgbBits.ETQF_QUEUE_EN;
import static dev.doorbell.register.IgbBits.ETQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.MRQC_IPV4;
import static dev.doorbell.register.IgbBits.MRQC_IPV4_TCP;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_RSS;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.TSYNCRXCTL_EN;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.ETQF;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.MTA;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RETA;
import static dev.doorbell.register.IgbRegister.RSSRK;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static dev.doorbell.register.IgbRegister.TSYNCRXCTL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.ring.AdvancedReceiveDescriptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Filters and hashes as the guest of a whole card sees them: in which ring a frame ends and what its
/// descriptor says.
class RssTrafficStoryTest {
    private final IgbBench bench = IgbBench.withLink();
    private final ReceiveRing[] rings = new ReceiveRing[4];

    @BeforeEach
    void program() {
        bench.write(RSSRK, 0, 0xDA56_5A6D);
        bench.write(RSSRK, 1, 0xC20E_5B25);
        bench.write(RSSRK, 2, 0x3D25_6741);
        bench.write(RSSRK, 3, 0xB08F_A343);
        for (int i = 0; i < 32; i++) bench.write(RETA, i, 0x0302_0100);
        start();
    }

    private void start() {
        bench.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4_TCP | MRQC_IPV4);
        bench.write(RXCSUM, RXCSUM_PCSD);
        for (int queue = 0; queue < 4; queue++) rings[queue] = new ReceiveRing(bench, queue).start();
        bench.write(RCTL, ReceiveRing.RECEIVER_ON);
    }

    private void arrive(Flow flow) {
        bench.wire.arrive(flow.bytes());
        bench.runUntilIdle();
    }

    @Test
    void flowsSpreadOverTheRingsWithTheirHashes() {
        int frames = 0;
        for (int i = 0; i < 200; i++) {
            arrive(Flow.ip4("10.0.0.1", "10.0.0." + i).tcp(1000 + i, 80).payload(20));
            for (int queue = 0; queue < 4; queue++) {
                ReceiveRing ring = rings[queue];
                int slot = (ring.head() + ReceiveRing.ENTRIES - 1) % ReceiveRing.ENTRIES;
                long word0 = ring.word0(slot);
                if (ring.takeAll().isEmpty()) continue;
                frames++;
                assertEquals(1, AdvancedReceiveDescriptor.rssType(word0));
                assertEquals(0x110, AdvancedReceiveDescriptor.packetType(word0));
                assertEquals(queue, (int) (word0 >>> 32) & 3);
            }
        }
        assertEquals(200, frames);
    }

    @Test
    void anEthertypeFilterShowsInTheDescriptor() {
        bench.write(ETQF, 5, 0x88CC | ETQF_FILTER_EN | ETQF_QUEUE_EN | 3 << ETQF_QUEUE_SHIFT);
        arrive(Flow.ethernet(0x88CC).payload(50));
        assertEquals(0x8050, AdvancedReceiveDescriptor.packetType(rings[3].word0(0)));
        assertEquals(1, rings[3].takeAll().size());
    }

    @Test
    void anInexactMatchShowsInTheDescriptor() {
        bench.write(MTA, 43, 1 << 3);
        arrive(Flow.ethernet(0x88B5).payload(50).to("01aa00123456"));
        assertTrue((rings[0].status(0) & AdvancedReceiveDescriptor.PIF) != 0);
        arrive(Flow.ethernet(0x88B5).payload(50));
        assertEquals(0, rings[0].status(1) & AdvancedReceiveDescriptor.PIF);
    }

    @Test
    void aTimeStampShowsInTheDescriptor() {
        bench.write(ETQF, 3, 0x88F7 | ETQF_FILTER_EN | ETQF_1588);
        bench.write(TSYNCRXCTL, TSYNCRXCTL_EN);
        byte[] sync = new byte[46];
        sync[1] = 2;
        arrive(Flow.ethernet(0x88F7).payload(sync));
        assertTrue((rings[0].status(0) & AdvancedReceiveDescriptor.TS) != 0);
        assertEquals(0x8030, AdvancedReceiveDescriptor.packetType(rings[0].word0(0)));
        sync[0] = 1;
        arrive(Flow.ethernet(0x88F7).payload(sync));
        assertEquals(0, rings[0].status(1) & AdvancedReceiveDescriptor.TS);
    }

    /// Key and table survive a software reset, the filters do not.
    @Test
    void afterASoftwareReset() {
        bench.write(ETQF, 5, 0x88CC | ETQF_FILTER_EN | ETQF_QUEUE_EN | 3 << ETQF_QUEUE_SHIFT);
        Flow flow = Flow.ip4("66.9.149.187", "161.142.100.80").protocol(1).payload(30);
        arrive(flow);
        assertEquals(1, rings[0x323E_8FC2 & 3].takeAll().size());
        bench.write(CTRL, CTRL_RST);
        bench.awaitLink();
        start();
        arrive(flow);
        assertEquals(0x323E_8FC2, (int) (rings[0x323E_8FC2 & 3].word0(0) >>> 32));
        arrive(Flow.ethernet(0x88CC).payload(50));
        assertEquals(1, rings[0].takeAll().size());
        assertEquals(0, rings[3].takeAll().size());
    }
}
