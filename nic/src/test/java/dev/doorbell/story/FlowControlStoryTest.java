package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_RFCE;
import static dev.doorbell.register.E1000Bits.CTRL_TFCE;
import static dev.doorbell.register.E1000Bits.FCRTL_XONE;
import static dev.doorbell.register.E1000Bits.STATUS_TXOFF;
import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Bits.TCTL_SWXOFF;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.FCAH;
import static dev.doorbell.register.E1000Register.FCAL;
import static dev.doorbell.register.E1000Register.FCRTH;
import static dev.doorbell.register.E1000Register.FCRTL;
import static dev.doorbell.register.E1000Register.FCT;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.MPC;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.RNBC;
import static dev.doorbell.register.E1000Register.STATUS;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TPR;
import static dev.doorbell.register.E1000Register.XOFFRXC;
import static dev.doorbell.register.E1000Register.XOFFTXC;
import static dev.doorbell.register.E1000Register.XONRXC;
import static dev.doorbell.register.E1000Register.XONTXC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.ring.LegacyReceiveDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Flow control as drivers set it up, with frames on both sides.
class FlowControlStoryTest {
    private static final long SEND = TransmitDescriptor.EOP | TransmitDescriptor.IFCS | TransmitDescriptor.RS;
    private static final byte[] GROUP = HexFormat.of().parseHex("0180c2000001");

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    FlowControlStoryTest() {
        bench.write(FCAL, 0x00C2_8001);
        bench.write(FCAH, 0x0000_0100);
        bench.write(FCT, 0x8808);
        bench.write(CTRL, bench.read(CTRL) | CTRL_RFCE | CTRL_TFCE);
    }

    private void pauseArrives(int time) {
        byte[] frame = Frames.frame(GROUP, Frames.PEER, 60, 0);
        frame[12] = (byte) 0x88;
        frame[13] = 0x08;
        frame[14] = 0;
        frame[15] = 1;
        frame[16] = (byte) (time >>> 8);
        frame[17] = (byte) time;
        bench.wire.arrive(frame);
        bench.runUntilIdle();
    }

    @Test
    void pauseFrameKeepsFramesInTheRingForItsTimeAndLosesNone() {
        pauseArrives(1000);
        guest.append(Frames.toPeer(100, 1), SEND).ring();
        assertEquals(STATUS_TXOFF, bench.read(STATUS) & STATUS_TXOFF);
        assertEquals(0, bench.wire.takeAll().size());
        bench.advance(1000 * 512 - 1);
        assertEquals(0, bench.wire.takeAll().size());
        bench.advance(1);

        assertEquals(1, bench.wire.takeAll().size());
        assertEquals(0, bench.read(STATUS) & STATUS_TXOFF);
        assertEquals(1, bench.read(XOFFRXC));
        assertEquals(0, bench.read(GPRC), "a pause frame is no good packet");
        assertEquals(1, bench.read(TPR));
    }

    @Test
    void xonLetsTheTransmitterGoOnAtOnce() {
        pauseArrives(0xFFFF);
        guest.append(Frames.toPeer(100, 1), SEND).ring();
        pauseArrives(0);

        assertEquals(1, bench.wire.takeAll().size());
        assertEquals(1, bench.read(XONRXC));
    }

    @Test
    void withoutDescriptorsThePeerIsHeldFromTheHighWaterMarkOnAndNothingIsLost() {
        bench.write(FCRTH, 16 << 10);
        bench.write(FCRTL, FCRTL_XONE | 8 << 10);
        bench.write(RDT, 0); // every descriptor taken back
        for (int i = 0; i < 200; i++) bench.wire.arrive(Frames.toStation(1000, i));
        bench.runUntilIdle();

        assertTrue(bench.wire.waiting() >= 100, bench.wire.waiting() + " frames wait at the peer");
        assertEquals(1, bench.read(XOFFTXC));
        assertEquals(0, bench.read(XONTXC));
        assertEquals(0, bench.read(MPC));
        assertTrue(bench.read(RNBC) > 0);
        for (int round = 0; bench.wire.waiting() > 0 && round < 100; round++) giveBackEveryDescriptor();
        for (int round = 0; round < 4; round++) giveBackEveryDescriptor();

        assertEquals(200, bench.read(GPRC));
        assertEquals(200, received, "every frame reached the guest");
        assertTrue(bench.read(XONTXC) > 0);
        assertEquals(0, bench.read(MPC));
    }

    private int received;
    private int next;

    /// The guest takes what is done and gives the slots back, as a driver's poll does.
    private void giveBackEveryDescriptor() {
        int free = next;
        while (LegacyReceiveDescriptor.done(guest.receiveWord1(free))) {
            received++;
            guest.putReceive(free, Rings.receiveBuffer(free));
            free = (free + 1) % Rings.ENTRIES;
        }
        next = free;
        bench.write(RDT, (free + Rings.ENTRIES - 1) % Rings.ENTRIES);
        bench.runUntilIdle();
    }

    @Test
    void softwareXoffIsCountedAndClearsItself() {
        bench.write(TCTL, TCTL_EN | TCTL_SWXOFF);

        assertEquals(TCTL_EN, bench.read(TCTL));
        assertEquals(1, bench.read(XOFFTXC));
        assertEquals(0, bench.wire.takeAll().size(), "no PAUSE frame leaves the card");
    }
}
