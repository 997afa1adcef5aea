package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_LBM_MAC;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Bits.RCTL_UPE;
import static dev.doorbell.register.E1000Bits.RXCSUM_IPOFLD;
import static dev.doorbell.register.E1000Bits.RXCSUM_TUOFLD;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.RXCSUM;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDT;
import static dev.doorbell.ring.TransmitDataDescriptor.IXSM;
import static dev.doorbell.ring.TransmitDataDescriptor.TSE;
import static dev.doorbell.ring.TransmitDataDescriptor.TXSM;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static dev.doorbell.ring.TransmitDescriptor.VLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A frame allocates nothing on its way out and back in, whatever is done to it. In loopback, so that every
/// step of both directions is the card's.
class FrameAllocationStoryTest {
    private static final int WARM = 6_000;
    private static final int MEASURED = 6_000;
    private static final int FRAMES_PER_ROUND = 3 + 1 + 1;

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    @ParameterizedTest
    @ValueSource(ints = {RCTL_SECRC, 0})
    void segmentsChecksumsTagsAndFcsAllocateNothing(int stripsFcs) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        bench.write(RCTL, RCTL_EN | RCTL_BAM | RCTL_UPE | RCTL_LBM_MAC | stripsFcs);
        bench.write(RXCSUM, RXCSUM_IPOFLD | RXCSUM_TUOFLD);
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        appendFrames();
        rounds(WARM);
        bench.read(GPRC);
        long before = threads.getCurrentThreadAllocatedBytes();
        rounds(MEASURED);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertEquals(FRAMES_PER_ROUND * MEASURED, bench.read(GPRC));
        assertTrue(bytes < MEASURED, bytes + " bytes in " + MEASURED + " rounds");
    }

    /// A segmented packet, one with its checksum made, one as it is: six descriptors, sent over and over.
    private void appendFrames() {
        Packet large = Packet.tcp4(2500, 1);
        Packet small = Packet.udp6(300, 2);
        long command = EOP | IFCS | RS;
        for (int i = 0; i < 10; i++) {
            guest.append(
                    TransmitContextDescriptor.word0(14, 24, 33, 34, 50, 0),
                    TransmitContextDescriptor.word1(
                            2500,
                            TransmitContextDescriptor.TSE
                                    | TransmitContextDescriptor.TCP
                                    | TransmitContextDescriptor.IPV4,
                            54,
                            1000));
            byte[] frame = large.prototype();
            guest.append(
                    guest.buffer(frame),
                    TransmitDataDescriptor.word1(frame.length, command | TSE | IXSM | TXSM | VLE, 5));
            guest.append(
                    TransmitContextDescriptor.word0(14, 0, 0, 54, 60, 0), TransmitContextDescriptor.word1(0, 0, 0, 0));
            frame = small.withOpenChecksum();
            guest.append(guest.buffer(frame), TransmitDataDescriptor.word1(frame.length, command | TXSM, 0));
            guest.append(Frames.toPeer(100, 1), command);
        }
    }

    /// Each round rings the doorbell for the next five descriptors and gives the receive buffers back.
    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            int tail = bench.read(TDT) + 5;
            if (tail > 50) {
                startOver();
                tail = 5;
            }
            bench.write(TDT, tail);
            for (int cycle = 0; cycle < 4; cycle++) bench.card.doWork();
            bench.write(RDT, (bench.read(RDH) + Rings.ENTRIES - 1) % Rings.ENTRIES);
            bench.read(ICR);
        }
    }

    /// The ring's unused end is skipped, as a driver never would: by moving both ends.
    private void startOver() {
        bench.write(TDH, 0);
        bench.write(TDT, 0);
    }
}
