package dev.doorbell.stress;

import static dev.doorbell.register.CommunicationBlock.GUEST_NEED_RXKICK;
import static dev.doorbell.register.CommunicationBlock.GUEST_NEED_TXKICK;
import static dev.doorbell.register.CommunicationBlock.GUEST_RDT;
import static dev.doorbell.register.CommunicationBlock.GUEST_TDT;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_RXKICK;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_TXKICK;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.doorbell.device.e1000.CardSide;
import dev.doorbell.driver.e1000.DriverSide;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Driver and card meet on a page, each in the instant in which the other decides to sleep.
public class ParavirtualWakeups {
    private static final VarHandle LE32 = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LE64 = ValueLayout.JAVA_LONG.varHandle();

    /// A page with both its sides.
    public static class Page {
        protected final long offset = SharedPages.take();
        protected final DriverSide driver = new DriverSide(SharedPages.MEMORY, offset);
        protected final CardSide card = new CardSide(SharedPages.DMA, SharedPages.iova(offset));
    }

    /// A frame is sent while the card falls asleep: it sees the tail, or the driver sees that it must kick.
    @JCStressTest
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "no kick, and the card has not seen the tail: lost")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "kicked")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "seen")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both: a kick too many")
    @State
    public static class Transmit extends Page {
        @Actor
        public void driver(II_Result r) {
            r.r1 = driver.announceTransmit(1) ? 1 : 0;
        }

        @Actor
        public void card(II_Result r) {
            r.r2 = (int) card.askForKick(HOST_NEED_TXKICK, GUEST_TDT);
        }
    }

    /// The same without the fences: what they are for. Loads and stores are ordered as acquire and release.
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "lost, as it must be without the fences")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "kicked")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "seen")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @State
    public static class TransmitWithoutFences extends Page {
        @Actor
        public void driver(II_Result r) {
            LE32.setRelease(SharedPages.MEMORY, offset + GUEST_TDT, 1);
            r.r1 = (int) LE32.getAcquire(SharedPages.MEMORY, offset + HOST_NEED_TXKICK);
        }

        @Actor
        public void card(II_Result r) {
            LE32.setRelease(SharedPages.MEMORY, offset + HOST_NEED_TXKICK, 1);
            r.r2 = (int) LE32.getAcquire(SharedPages.MEMORY, offset + GUEST_TDT);
        }
    }

    /// Descriptors are given back while the card decides to wait for some.
    @JCStressTest
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "no kick, and the card has not seen the tail: lost")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "kicked")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "seen")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both: a kick too many")
    @State
    public static class Receive extends Page {
        @Actor
        public void driver(II_Result r) {
            r.r1 = driver.announceReceive(1) ? 1 : 0;
        }

        @Actor
        public void card(II_Result r) {
            r.r2 = (int) card.askForKick(HOST_NEED_RXKICK, GUEST_RDT);
        }
    }

    /// A frame arrives while the driver decides to sleep: it sees DD, or the card sees that it wants an
    /// interrupt.
    @JCStressTest
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "no interrupt, and the driver has not seen DD: lost")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "seen")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "interrupted")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both: an interrupt too many")
    @State
    public static class ReceiveInterrupt extends Page {
        @Actor
        public void driver(II_Result r) {
            driver.askForInterrupt(false);
            r.r1 = (int) (long) LE64.getAcquire(SharedPages.MEMORY, offset + SharedPages.DESCRIPTOR);
        }

        @Actor
        public void card(II_Result r) {
            SharedPages.DMA.storeRelease64(SharedPages.iova(offset) + SharedPages.DESCRIPTOR, 1);
            r.r2 = card.wantsInterrupt(GUEST_NEED_RXKICK) ? 1 : 0;
        }
    }

    /// The same for what was sent; the status is one byte.
    @JCStressTest
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "no interrupt, and the driver has not seen DD: lost")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "seen")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "interrupted")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both: an interrupt too many")
    @State
    public static class TransmitInterrupt extends Page {
        @Actor
        public void driver(II_Result r) {
            driver.askForInterrupt(true);
            r.r1 = (int) (long) LE64.getAcquire(SharedPages.MEMORY, offset + SharedPages.DESCRIPTOR);
        }

        @Actor
        public void card(II_Result r) {
            SharedPages.DMA.storeRelease8(SharedPages.iova(offset) + SharedPages.DESCRIPTOR, (byte) 1);
            r.r2 = card.wantsInterrupt(GUEST_NEED_TXKICK) ? 1 : 0;
        }
    }

    /// ReceiveInterrupt without the fences.
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "lost, as it must be without the fences")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "seen")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "interrupted")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @State
    public static class ReceiveInterruptWithoutFences extends Page {
        @Actor
        public void driver(II_Result r) {
            LE32.setRelease(SharedPages.MEMORY, offset + GUEST_NEED_RXKICK, 1);
            r.r1 = (int) (long) LE64.getAcquire(SharedPages.MEMORY, offset + SharedPages.DESCRIPTOR);
        }

        @Actor
        public void card(II_Result r) {
            SharedPages.DMA.storeRelease64(SharedPages.iova(offset) + SharedPages.DESCRIPTOR, 1);
            r.r2 = (int) LE32.getAcquire(SharedPages.MEMORY, offset + GUEST_NEED_RXKICK);
        }
    }

    /// Whoever sees a tail sees the descriptors before it.
    @JCStressTest
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "a tail before its descriptor")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing yet")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @State
    public static class Descriptors extends Page {
        @Actor
        public void driver() {
            LE64.set(SharedPages.MEMORY, offset + SharedPages.DESCRIPTOR, 1L);
            driver.announceTransmit(1);
        }

        @Actor
        public void card(II_Result r) {
            r.r1 = (int) card.load(GUEST_TDT);
            r.r2 = r.r1 == 0
                    ? 0
                    : (int) SharedPages.DMA.loadAcquire32(SharedPages.iova(offset) + SharedPages.DESCRIPTOR);
        }
    }
}
