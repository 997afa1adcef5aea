package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.RTTBCNRC_RS_ENA;
import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.RTTBCNRC;
import static dev.doorbell.register.IgbRegister.RTTDQSEL;
import static dev.doorbell.register.IgbRegister.TDT;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.TXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.VLE;
import static dev.doorbell.story.igb.TransmitRing.SEND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.ring.AdvancedTransmitContext;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A frame allocates nothing on its way out, whatever is done to it, paced or not.
class TransmitAllocationTest {
    private static final int WARM = 6_000;
    private static final int MEASURED = 6_000;
    private static final int DESCRIPTORS_PER_ROUND = 8;
    private static final int FRAMES_PER_ROUND = 3 + 1 + 1 + 1;

    private final IgbBench bench = IgbBench.withLink();
    private final TransmitRing ring = TransmitRing.start(bench, 0, DESCRIPTORS_PER_ROUND * 8);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void segmentsChecksumsAndTagsAllocateNothing(boolean paced) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        bench.wire.forget();
        if (paced) {
            bench.write(RTTDQSEL, 0);
            bench.write(RTTBCNRC, RTTBCNRC_RS_ENA | 1 << 14);
        }
        for (int i = 0; i < 8; i++) appendRound();
        assertEquals(0, ring.tail());
        rounds(WARM);
        bench.read(GPTC);
        long before = threads.getCurrentThreadAllocatedBytes();
        rounds(MEASURED);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertEquals(FRAMES_PER_ROUND * MEASURED, bench.read(GPTC));
        assertTrue(bytes < MEASURED, bytes + " bytes in " + MEASURED + " rounds");
    }

    /// A segmented packet, one with its checksums made, one of SCTP with a tag, one as it is: eight descriptors.
    private void appendRound() {
        Packet large = Packet.tcp4(2500, 1);
        Packet small = Packet.udp6(300, 2);
        ring.appendSegmented(large, 1000);
        ring.appendContext(small, 0).append(small.withOpenChecksum(), SEND | TXSM | IXSM);
        ring.append(
                        AdvancedTransmitContext.word0(14, 20, 77),
                        AdvancedTransmitContext.word1(AdvancedTransmitContext.SCTP, 1, 0, 0))
                .append(
                        ring.buffer(Frames.toPeer(200, 1)),
                        AdvancedTransmitDescriptor.word1(200, SEND | TXSM | VLE, 1, 200));
        ring.append(Frames.toPeer(100, 1));
        ring.appendTagContext(0, 1);
    }

    /// Each round rings the doorbell for the next descriptors.
    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            bench.write(TDT, 0, (bench.read(TDT, 0) + DESCRIPTORS_PER_ROUND) % (8 * DESCRIPTORS_PER_ROUND));
            bench.card.doWork();
            bench.time.advance(100_000);
            bench.card.doWork();
            bench.read(ICR);
        }
    }
}
