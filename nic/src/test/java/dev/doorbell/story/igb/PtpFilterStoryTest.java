package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.ETQF_1588;
import static dev.doorbell.register.IgbBits.ETQF_FILTER_EN;
import static dev.doorbell.register.IgbBits.FTQF_1588;
import static dev.doorbell.register.IgbBits.FTQF_MASK_DST;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SRC;
import static dev.doorbell.register.IgbBits.FTQF_VF_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_CTRL_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_SIZE_BP;
import static dev.doorbell.register.IgbBits.TSYNCRXCTL_EN;
import static dev.doorbell.register.IgbRegister.ETQF;
import static dev.doorbell.register.IgbRegister.FTQF;
import static dev.doorbell.register.IgbRegister.IMIR;
import static dev.doorbell.register.IgbRegister.IMIREXT;
import static dev.doorbell.register.IgbRegister.RXSATRH;
import static dev.doorbell.register.IgbRegister.RXSTMPH;
import static dev.doorbell.register.IgbRegister.SPQF;
import static dev.doorbell.register.IgbRegister.TSYNCRXCFG;
import static dev.doorbell.register.IgbRegister.TSYNCRXCTL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which received frames are stamped. The filters are programmed as the Linux driver does: an
/// ethertype filter for PTP over Ethernet, a 5-tuple filter from and to port 319 for PTP over UDP.
class PtpFilterStoryTest {
    private static final int L2_V2 = 0;
    private static final int L4_V1 = 1;
    private static final int L2_L4_V2 = 2;
    private static final int ALL = 4;
    private static final int EVENT_V2 = 5;
    private static final int SYNC = 0;
    private static final int DELAY_REQUEST = 1;
    private static final int FOLLOW_UP = 8;
    private static final short SEQUENCE = 0x0A0B; // the register has it as on the wire
    private static final int EVENT_PORT = 319;

    private final FilterBench bench = FilterBench.station();

    @BeforeEach
    void filters() {
        bench.write(ETQF, 3, 0x88F7 | ETQF_FILTER_EN | ETQF_1588);
        bench.write(IMIR, 3, Short.reverseBytes((short) EVENT_PORT) & 0xFFFF);
        bench.write(SPQF, 3, Short.reverseBytes((short) EVENT_PORT) & 0xFFFF);
        bench.write(IMIREXT, 3, IMIREXT_SIZE_BP | IMIREXT_CTRL_BP);
        bench.write(FTQF, 3, 17 | FTQF_VF_BP | FTQF_1588 | FTQF_MASK_SRC | FTQF_MASK_DST);
    }

    private void stamps(int type, int config) {
        bench.write(TSYNCRXCTL, TSYNCRXCTL_EN | type << 1);
        bench.write(TSYNCRXCFG, config);
    }

    private static byte[] message(int version, int first, int control) {
        String hex = "%02x%02x002c00000200".formatted(first, version)
                + "0000000000000000" + "00000000"
                + "0102030405060708" + "0009" + "%04x".formatted(SEQUENCE)
                + "%02xff".formatted(control) + "00000000000000000000";
        return HexFormat.of().parseHex(hex);
    }

    private static Flow ethernet(int first) {
        return Flow.ethernet(0x88F7).payload(message(2, first, 0));
    }

    private static Flow udp(int version, int first, int control) {
        return Flow.ip4("10.0.0.1", "224.0.1.129").udp(EVENT_PORT, EVENT_PORT, message(version, first, control));
    }

    /// Whether a frame was stamped; the stamp is then taken, so that the next one finds its place free.
    private boolean stamped(Flow flow) {
        assertEquals(1, bench.judge(flow.bytes()));
        assertEquals(bench.verdict.stamped, (bench.read(TSYNCRXCTL) & 1) != 0);
        if (bench.verdict.stamped) bench.read(RXSTMPH);
        return bench.verdict.stamped;
    }

    @Test
    void turnedOffNothingIsStamped() {
        bench.write(TSYNCRXCTL, EVENT_V2 << 1);
        assertFalse(stamped(ethernet(SYNC)));
        assertFalse(stamped(udp(2, SYNC, 0)));
    }

    @Test
    void overEthernetTheMessageNamed() {
        stamps(L2_V2, DELAY_REQUEST << 8);
        assertTrue(stamped(ethernet(DELAY_REQUEST)));
        assertEquals(Short.reverseBytes(SEQUENCE), (short) (bench.read(RXSATRH) >>> 16));
        assertTrue(stamped(ethernet(DELAY_REQUEST).tag(5)));
        assertTrue(stamped(ethernet(0x10 | DELAY_REQUEST)), "the high half is the transport's");
        assertFalse(stamped(ethernet(SYNC)));
        assertFalse(stamped(udp(2, DELAY_REQUEST, 0)));
        assertFalse(stamped(Flow.ethernet(0x88F7).payload(message(1, DELAY_REQUEST, 0))), "version 1");
    }

    @Test
    void overUdpVersionOneByItsControlField() {
        stamps(L4_V1, 1);
        assertTrue(stamped(udp(1, 0, 1)));
        assertFalse(stamped(udp(1, 0, 0)));
        assertFalse(stamped(udp(2, 0, 1)));
        assertFalse(stamped(Flow.ethernet(0x88F7).payload(message(1, 0, 1))));
    }

    @Test
    void overBothTheMessageNamed() {
        stamps(L2_L4_V2, SYNC << 8);
        assertTrue(stamped(ethernet(SYNC)));
        assertTrue(stamped(udp(2, SYNC, 0)));
        assertFalse(stamped(udp(2, DELAY_REQUEST, 0)));
        assertFalse(stamped(udp(1, SYNC, 0)));
    }

    @Test
    void overBothEveryEvent() {
        stamps(EVENT_V2, 0xFFFF);
        for (int kind = 0; kind < 4; kind++) {
            assertTrue(stamped(ethernet(kind)), "message " + kind);
            assertTrue(stamped(udp(2, kind, 0)), "message " + kind);
        }
        assertFalse(stamped(ethernet(FOLLOW_UP)));
        assertFalse(stamped(udp(2, 0xB, 0)), "announce");
        assertFalse(stamped(udp(1, SYNC, 0)));
    }

    @Test
    void overIpv6Too() {
        stamps(EVENT_V2, 0);
        String a = "20010db8000000000000000000000001";
        assertTrue(stamped(Flow.ip6(a, a).udp(EVENT_PORT, EVENT_PORT, message(2, SYNC, 0))));
        assertFalse(stamped(Flow.ip6(a, a).udp(320, 320, message(2, SYNC, 0))), "the filter names the event port");
    }

    @Test
    void onlyWhatAFilterMarked() {
        stamps(EVENT_V2, 0);
        bench.write(ETQF, 3, 0x88F7 | ETQF_FILTER_EN);
        assertFalse(stamped(ethernet(SYNC)));
        assertTrue(stamped(udp(2, SYNC, 0)));
        bench.write(FTQF, 3, 0xF000_8000);
        assertFalse(stamped(udp(2, SYNC, 0)));
        bench.write(ETQF, 3, 0x88F7 | ETQF_1588);
        assertFalse(stamped(ethernet(SYNC)), "the filter is off");
    }

    @Test
    void onlyWhatIsPtp() {
        stamps(EVENT_V2, 0);
        byte[] cut = HexFormat.of().parseHex("0002002c0000");
        assertFalse(stamped(Flow.ip4("1.2.3.4", "5.6.7.8").udp(EVENT_PORT, EVENT_PORT, cut)));
        bench.write(ETQF, 4, 0x88CC | ETQF_FILTER_EN | ETQF_1588);
        assertFalse(stamped(Flow.ethernet(0x88CC).payload(message(2, SYNC, 0))));
    }

    @Test
    void everyFrameWhereTheGuestWantsAll() {
        stamps(ALL, 0);
        assertTrue(stamped(Flow.ethernet(0x88B5).payload(50)));
        assertTrue(stamped(udp(2, FOLLOW_UP, 0)));
        assertEquals(Short.reverseBytes(SEQUENCE), (short) (bench.read(RXSATRH) >>> 16));
    }

    @Test
    void reservedTypesStampNothing() {
        for (int type : new int[] {3, 6, 7}) {
            stamps(type, 0);
            assertFalse(stamped(ethernet(SYNC)), "type " + type);
            assertFalse(stamped(udp(1, SYNC, 0)), "type " + type);
        }
    }

    @Test
    void aStampThatWasNotReadHoldsItsPlace() {
        stamps(EVENT_V2, 0);
        bench.judge(ethernet(SYNC).bytes());
        assertTrue(bench.verdict.stamped);
        bench.judge(ethernet(SYNC).bytes());
        assertFalse(bench.verdict.stamped);
        bench.read(RXSTMPH);
        bench.judge(ethernet(SYNC).bytes());
        assertTrue(bench.verdict.stamped);
    }

    @Test
    void aRefusedFrameIsNotStamped() {
        stamps(EVENT_V2, 0);
        assertEquals(0, bench.judge(ethernet(SYNC).to("02aa00123456").bytes()));
        assertEquals(0, bench.read(TSYNCRXCTL) & 1);
    }
}
