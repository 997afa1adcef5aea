package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.FPD;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.ICR_SRPD;
import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Bits.ICR_TXD_LOW;
import static dev.doorbell.register.E1000Bits.ICR_TXQE;
import static dev.doorbell.register.E1000Bits.RXDCTL_GRAN;
import static dev.doorbell.register.E1000Bits.RXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.ICS;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.ITR;
import static dev.doorbell.register.E1000Register.RADV;
import static dev.doorbell.register.E1000Register.RDTR;
import static dev.doorbell.register.E1000Register.RSRPD;
import static dev.doorbell.register.E1000Register.RXDCTL;
import static dev.doorbell.register.E1000Register.TADV;
import static dev.doorbell.register.E1000Register.TIDV;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.ring.LegacyReceiveDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import org.junit.jupiter.api.Test;

/// Delay timers and throttle with real frames: what the guest sees in memory, in ICR and on its line, and when.
class ModerationStoryTest {
    private static final long DELAYED =
            TransmitDescriptor.EOP | TransmitDescriptor.IFCS | TransmitDescriptor.RS | TransmitDescriptor.IDE;
    private static final long AT_ONCE = DELAYED & ~TransmitDescriptor.IDE;

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    ModerationStoryTest() {
        bench.write(IMS, ICR_RXT0 | ICR_TXDW | ICR_SRPD);
        bench.write(RXDCTL, RXDCTL_GRAN | 1 << RXDCTL_WTHRESH_SHIFT); // write back every descriptor
    }

    private void frameArrives(int lengthBytes) {
        bench.wire.arrive(Frames.toStation(lengthBytes, 1));
        bench.runUntilIdle();
    }

    @Test
    void delayedReceiveInterruptComesAfterTheFrameLiesInMemory() {
        bench.write(RDTR, 20);
        frameArrives(100);
        long stored = bench.time.nowNs();
        assertTrue(LegacyReceiveDescriptor.done(guest.receiveWord1(0)), "memory is not delayed, only the interrupt");
        bench.advance(20 * 1024 - 1);
        assertEquals(0, bench.interruptCount());
        assertEquals(0, bench.read(ICS));
        bench.advance(1);

        assertEquals(stored + 20 * 1024, bench.interruptAtNs());
        assertEquals(ICR_RXT0, bench.read(ICR));
    }

    @Test
    void collectedWriteBacksAreDoneWhenTheDelayEnds() {
        bench.write(RXDCTL, 0x0001_0000); // as after reset: a cache line of descriptors at a time
        bench.write(RDTR, 20);
        frameArrives(100);
        assertFalse(LegacyReceiveDescriptor.done(guest.receiveWord1(0)));
        bench.advance(20 * 1024);

        assertTrue(LegacyReceiveDescriptor.done(guest.receiveWord1(0)));
        assertEquals(ICR_RXT0, bench.read(ICR));
        assertEquals(1, bench.interruptCount());
    }

    @Test
    void busyReceiverInterruptsOncePerAbsoluteDelay() {
        bench.write(RDTR, 20);
        bench.write(RADV, 50);
        long first = bench.time.nowNs();
        for (int i = 0; i < 10; i++) {
            frameArrives(100);
            bench.advance(10 * 1024);
        }

        assertEquals(1, bench.interruptCount());
        assertEquals(first + 50 * 1024, bench.interruptAtNs());
    }

    @Test
    void smallFrameInterruptsAtOnceAmongDelayedOnes() {
        bench.write(RDTR, 20);
        bench.write(RSRPD, 64);
        frameArrives(100);
        assertEquals(0, bench.interruptCount());
        frameArrives(60);

        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_RXT0 | ICR_SRPD, bench.read(ICR));
        bench.advance(1_000_000);
        assertEquals(1, bench.interruptCount(), "the timers were stopped");
    }

    @Test
    void flushOfThePacketTimerInterruptsAtOnce() {
        bench.write(RDTR, 20);
        frameArrives(100);
        bench.write(RDTR, FPD | 20);

        assertEquals(1, bench.interruptCount());
        assertEquals(20, bench.read(RDTR), "FPD reads 0");
    }

    @Test
    void throttleHoldsWhatTheReceiveDelayLetsThrough() {
        bench.write(ITR, 500);
        frameArrives(100);
        long first = bench.interruptAtNs();
        assertEquals(ICR_RXT0, bench.read(ICR));
        for (int i = 0; i < 5; i++) {
            bench.advance(10_000);
            frameArrives(100);
        }
        assertFalse(bench.line());
        assertEquals(ICR_RXT0, bench.read(ICS), "the cause is there");
        bench.advance(500 * 256 - 50_000 - 1);
        assertFalse(bench.line());
        bench.advance(1);

        assertEquals(first + 500 * 256, bench.interruptAtNs());
        assertEquals(2, bench.interruptCount());
    }

    @Test
    void delayedTransmitInterruptComesAfterTheWriteBack() {
        bench.write(TIDV, 8);
        guest.append(Frames.toPeer(100, 1), DELAYED).ring();
        long done = bench.time.nowNs();
        assertEquals(1, bench.wire.takeAll().size());
        assertTrue((guest.transmitWord1(0) & TransmitDescriptor.DD) != 0);
        assertEquals(ICR_TXQE | ICR_TXD_LOW, bench.read(ICR), "an empty queue is never delayed");
        bench.advance(8 * 1024 - 1);
        assertEquals(0, bench.interruptCount());
        bench.advance(1);

        assertEquals(done + 8 * 1024, bench.interruptAtNs());
        assertEquals(ICR_TXDW, bench.read(ICR));
    }

    @Test
    void steadyTransmitterInterruptsOncePerAbsoluteDelay() {
        bench.write(TIDV, 8);
        bench.write(TADV, 32);
        long first = bench.time.nowNs();
        for (int i = 0; i < 6; i++) {
            guest.append(Frames.toPeer(100, i), DELAYED).ring();
            bench.advance(6 * 1024);
        }

        assertEquals(1, bench.interruptCount());
        assertEquals(first + 32 * 1024, bench.interruptAtNs());
    }

    @Test
    void descriptorWithoutIdeInterruptsAtOnceAndStopsTheTimers() {
        bench.write(TIDV, 8);
        bench.write(TADV, 32);
        guest.append(Frames.toPeer(100, 1), DELAYED).ring();
        assertEquals(0, bench.interruptCount());
        guest.append(Frames.toPeer(100, 2), AT_ONCE).ring();
        assertEquals(1, bench.interruptCount());
        bench.read(ICR);
        bench.advance(1_000_000);

        assertEquals(1, bench.interruptCount());
        assertEquals(0, bench.read(ICR));
    }

    @Test
    void causeAndHeadWaitUntilTheGuestCanSeeTheWriteBack() {
        bench.memory.visible(false);
        frameArrives(100);
        assertEquals(0, bench.read(ICS));
        assertEquals(0, bench.interruptCount());
        bench.memory.visible(true);
        bench.runUntilIdle();

        assertEquals(ICR_RXT0, bench.read(ICR));
        assertEquals(1, bench.interruptCount());
    }
}
