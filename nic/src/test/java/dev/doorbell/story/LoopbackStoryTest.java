package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.ICR_RXO;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_BSEX;
import static dev.doorbell.register.E1000Bits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_LBM_MAC;
import static dev.doorbell.register.E1000Bits.RCTL_LBM_TRANSCEIVER;
import static dev.doorbell.register.E1000Bits.RCTL_LPE;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Bits.RCTL_UPE;
import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.GPTC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.MPC;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.RUC;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDT;
import static dev.doorbell.ring.TransmitDataDescriptor.IXSM;
import static dev.doorbell.ring.TransmitDataDescriptor.TSE;
import static dev.doorbell.ring.TransmitDataDescriptor.TXSM;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static dev.doorbell.ring.TransmitDescriptor.VLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames that come back: through the receive filters, by way of the packet buffer, unseen by the peer.
class LoopbackStoryTest {
    private static final int ON = RCTL_EN | RCTL_BAM | RCTL_SECRC;
    private static final long SEND = EOP | IFCS | RS;

    /// The wire would take every offload; the card's own receiver takes none.
    private final Bench bench = new Bench(
                    new E1000Options(E1000Model.I82540EM, Bench.MAC),
                    new Wire(new Capabilities(16_384, 64, true, true, false)))
            .awaitLink();

    private final Rings guest = new Rings(bench).startTransmit().startReceive(ON | RCTL_LBM_MAC);

    private static byte[] toSelf(int length, int seed) {
        return Frames.frame(Frames.STATION, Frames.STATION, length, seed);
    }

    @ParameterizedTest
    @ValueSource(ints = {RCTL_LBM_MAC, RCTL_LBM_TRANSCEIVER})
    void framesComeBackAndThePeerSeesNothing(int mode) {
        bench.write(RCTL, ON | mode);
        for (int i = 0; i < 10; i++) guest.append(toSelf(100 + i, i), SEND);
        guest.ring();

        assertEquals(List.of(), bench.wire.takeAll());
        assertEquals(10, bench.read(RDH));
        for (int i = 0; i < 10; i++) assertArrayEquals(toSelf(100 + i, i), guest.received(i, 100 + i));
        assertEquals(10, bench.read(GPTC));
        assertEquals(10, bench.read(GPRC));
        assertEquals(10, bench.read(TDH));
    }

    @Test
    void filtersApplyToFramesThatComeBack() {
        guest.append(Frames.toPeer(100, 1), SEND).append(toSelf(100, 2), SEND).ring();
        assertEquals(1, bench.read(RDH));
        assertArrayEquals(toSelf(100, 2), guest.received(0, 100));
        assertEquals(1, bench.counter(E1000Counter.RECEIVE_FILTERED));
    }

    @Test
    void framesOfThePeerAreNotHeardMeanwhile() {
        bench.wire.arrive(Frames.toStation(100, 1));
        bench.runUntilIdle();
        assertEquals(0, bench.read(RDH));
        assertEquals(1, bench.counter(E1000Counter.RECEIVE_ISOLATED));
    }

    @Test
    void checksumsSegmentsAndTagsAreMadeBeforeAFrameComesBack() {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        bench.write(RCTL, ON | RCTL_LBM_MAC | RCTL_UPE);
        Packet packet = Packet.tcp4(2500, 1);
        guest.append(
                TransmitContextDescriptor.word0(14, 24, 33, 34, 50, 0),
                TransmitContextDescriptor.word1(
                        2500,
                        TransmitContextDescriptor.TSE | TransmitContextDescriptor.TCP | TransmitContextDescriptor.IPV4,
                        54,
                        1000));
        byte[] frame = packet.prototype();
        guest.append(
                        guest.buffer(frame),
                        TransmitDataDescriptor.word1(frame.length, SEND | TSE | IXSM | TXSM | VLE, 0x123))
                .ring();

        List<byte[]> expected = packet.segments(1000);
        assertEquals(3, bench.read(RDH));
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(expected.get(i), guest.received(i, expected.get(i).length), "the tag is stripped again");
            assertEquals(0x123, LegacyReceiveDescriptor.vlanTag(guest.receiveWord1(i)));
        }
    }

    @Test
    void framesWaitForTheReceiverWhileItMakesRoomAndNoneIsLost() {
        bench.write(RCTL, ON | RCTL_LBM_MAC | RCTL_LPE | RCTL_BSEX | 1 << RCTL_BSIZE_SHIFT);
        byte[] large = toSelf(8000, 1);
        long buffer = guest.buffer(large);
        for (int i = 0; i < 60; i++) guest.append(buffer, SEND | 8000);
        guest.ring();
        assertEquals(0, bench.read(MPC));
        assertEquals(60, bench.read(GPRC));
    }

    @Test
    void withoutDescriptorsFramesAreLostAndTheTransmitterGoesOn() {
        bench.write(RDT, 10);
        for (int i = 0; i < 63; i++) guest.append(toSelf(1024, i), SEND);
        guest.ring();
        assertEquals(63, bench.read(TDH));
        assertEquals(10, bench.read(RDH));
        assertEquals(63 - 10 - 48, bench.read(MPC));
        assertEquals(ICR_RXO, bench.read(ICR) & ICR_RXO);
    }

    @Test
    void receiverThatIsOffLosesThemAll() {
        bench.write(RCTL, RCTL_LBM_MAC);
        guest.append(toSelf(100, 1), SEND).ring();
        assertEquals(1, bench.read(TDH));
        bench.write(RCTL, ON);
        bench.runUntilIdle();
        assertEquals(0, bench.read(RDH));
        assertEquals(1, bench.counter(E1000Counter.RECEIVE_DISABLED));
    }

    @Test
    void frameThatIsTooShortForAWireIsUndersize() {
        bench.write(TCTL, TCTL_EN); // no padding
        guest.append(toSelf(59, 1), SEND).append(toSelf(60, 2), SEND).ring();
        assertEquals(1, bench.read(RUC));
        assertEquals(1, bench.read(RDH));
        assertArrayEquals(toSelf(60, 2), guest.received(0, 60));
    }

    /// CVE-2021-3416: what comes back makes more come back. The receive buffer is the transmit ring, the
    /// frame a descriptor that sends it again; each one costs a duty cycle's share, and the ring's tail
    /// ends it.
    @Test
    void frameThatWritesTheTransmitRingDoesNotRecurse() {
        bench.write(RCTL, ON | RCTL_LBM_MAC | RCTL_UPE);
        for (int i = 0; i < Rings.ENTRIES; i++) guest.putReceive(i, Rings.TRANSMIT_RING + 16 * 32);
        byte[] frame = new byte[512];
        for (int i = 0; i < 32; i++) {
            guest.putTransmit(i, Rings.TRANSMIT_BUFFERS, SEND | 512);
            System.arraycopy(bench.memory.get(Rings.TRANSMIT_RING, 16), 0, frame, 16 * i, 16);
        }
        bench.memory.put(Rings.TRANSMIT_BUFFERS, frame);
        bench.write(TDT, 63);
        for (int cycle = 0; cycle < 1000; cycle++)
            assertTrue(bench.card.doWork() < 1000, "one duty cycle stays bounded");
        assertEquals(63, bench.read(TDH));
    }
}
