package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.ICR_OMED;
import static dev.doorbell.register.IgbRegister.BPRC;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.GORCH;
import static dev.doorbell.register.IgbRegister.GORCL;
import static dev.doorbell.register.IgbRegister.GOTCH;
import static dev.doorbell.register.IgbRegister.GOTCL;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.HGORCH;
import static dev.doorbell.register.IgbRegister.HGORCL;
import static dev.doorbell.register.IgbRegister.HGOTCL;
import static dev.doorbell.register.IgbRegister.HGPTC;
import static dev.doorbell.register.IgbRegister.IAC;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.IMS;
import static dev.doorbell.register.IgbRegister.PRC127;
import static dev.doorbell.register.IgbRegister.PRC64;
import static dev.doorbell.register.IgbRegister.PTC127;
import static dev.doorbell.register.IgbRegister.PTC64;
import static dev.doorbell.register.IgbRegister.RPTHC;
import static dev.doorbell.register.IgbRegister.TORL;
import static dev.doorbell.register.IgbRegister.TOTL;
import static dev.doorbell.register.IgbRegister.TPR;
import static dev.doorbell.register.IgbRegister.TPT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Statistics registers of a card with traffic. Lengths count the FCS.
class StatisticsStoryTest {
    private final ReceiveRing receive = ReceiveRing.running();
    private final IgbBench bench = receive.bench();

    private static byte[] frame(String destination, int lengthBytes) {
        byte[] frame = new byte[lengthBytes];
        byte[] start = HexFormat.of().parseHex(destination + "525400000001" + "0800");
        System.arraycopy(start, 0, frame, 0, start.length);
        return frame;
    }

    private void arrives(String destination, int lengthBytes) {
        bench.wire.arrive(frame(destination, lengthBytes));
        bench.runUntilIdle();
    }

    @Test
    void receivedFramesAreCountedByKindAndLength() {
        arrives("525400123456", 60);
        arrives("ffffffffffff", 100);
        arrives("525400999999", 100); // another station's

        assertEquals(2, bench.read(GPRC));
        assertEquals(1, bench.read(BPRC));
        assertEquals(1, bench.read(PRC64));
        assertEquals(1, bench.read(PRC127));
        assertEquals(64 + 104, bench.read(GORCL));
        assertEquals(0, bench.read(GORCH));
        assertEquals(0, bench.read(GORCL), "cleared with the high half");
        assertEquals(3, bench.read(TPR), "filtered frames are in the totals");
        assertEquals(64 + 104 + 104, bench.read(TORL));
        assertEquals(2, bench.read(RPTHC));
        assertEquals(64 + 104, bench.read(HGORCL));
        assertEquals(0, bench.read(HGORCH));
        assertEquals(0, bench.read(GPRC), "reading clears");
    }

    @Test
    void sentFramesAreCountedByLengthAsOnTheWire() {
        TransmitRing transmit = TransmitRing.start(bench, 0);
        transmit.append(frame("525400000002", 40))
                .append(frame("525400000002", 100))
                .ring();

        assertEquals(2, bench.read(GPTC));
        assertEquals(2, bench.read(TPT));
        assertEquals(1, bench.read(PTC64), "padded");
        assertEquals(1, bench.read(PTC127));
        assertEquals(64 + 104, bench.read(GOTCL));
        assertEquals(0, bench.read(GOTCH));
        assertEquals(64 + 104, bench.read(TOTL));
        assertEquals(2, bench.read(HGPTC));
        assertEquals(64 + 104, bench.read(HGOTCL));
    }

    @Test
    void everyInterruptIsCounted() {
        bench.read(IAC);
        bench.write(IMS, ICR_OMED);
        for (int i = 0; i < 3; i++) {
            bench.write(ICS, ICR_OMED);
            bench.advance(1_000_000);
            bench.read(ICR);
        }

        assertEquals(3, bench.read(IAC));
        assertEquals(0, bench.read(IAC));
    }

    @Test
    void softwareResetClearsThem() {
        arrives("525400123456", 60);
        bench.write(CTRL, CTRL_RST);

        assertEquals(0, bench.read(GPRC));
        assertEquals(0, bench.read(TORL));
    }
}
