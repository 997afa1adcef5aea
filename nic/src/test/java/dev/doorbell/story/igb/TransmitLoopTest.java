package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.MPC;
import static dev.doorbell.register.IgbRegister.RCTL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.register.IgbBits;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// MAC loopback seen from the transmitter: everything comes back, nothing is left to a wire that is not there, and no
/// frame is lost while the receiver can make room.
class TransmitLoopTest {
    private static final int LOOPBACK =
            ReceiveRing.RECEIVER_ON | IgbBits.LBM_MAC << IgbBits.RCTL_LBM_SHIFT | 1 << 3 | 1 << 5; // UPE, LPE

    private final IgbBench bench = new IgbBench(
                    new IgbOptions(IgbBench.MAC), new Wire(new Capabilities(16_384, 64, true, true, false)))
            .awaitLink();
    private final ReceiveRing receiver = new ReceiveRing(bench, 0).start();
    private final TransmitRing ring = TransmitRing.start(bench, 0, 1024);

    private List<byte[]> receiveAll() {
        List<byte[]> all = new ArrayList<>();
        for (List<byte[]> some = receiver.takeAll(); !some.isEmpty(); some = receiver.takeAll()) {
            all.addAll(some);
            bench.runUntilIdle();
        }
        return all;
    }

    @Test
    void segmentsAndChecksumsAreMadeByTheCard() {
        bench.write(RCTL, LOOPBACK);
        Packet packet = Packet.tcp4(5000, 1);
        ring.appendSegmented(packet, 1000).ring();
        List<byte[]> received = receiveAll();
        List<byte[]> expected = packet.segments(1000);
        assertEquals(expected.size(), received.size());
        for (int i = 0; i < 5; i++) assertArrayEquals(expected.get(i), received.get(i));
        assertEquals(List.of(), bench.wire.takeAll());
        assertEquals(5, bench.read(GPTC));
    }

    /// As the Linux selftest does it, which lets the card copy memory that way.
    @Test
    void moreThanThePacketBufferHoldsComesBackWithoutLoss() {
        receiver.start(ReceiveRing.ONE_BUFFER, 1024);
        bench.write(RCTL, LOOPBACK);
        for (int i = 0; i < 900; i++) ring.append(Frames.toStation(1024, i));
        ring.ring();
        assertEquals(900, receiver.head());
        assertEquals(900, ring.head());
        assertEquals(0, bench.read(MPC));
        assertEquals(900, bench.counter(IgbCounter.RECEIVE_FRAMES));
    }

    @Test
    void receiverThatIsOffDoesNotHoldTheQueue() {
        bench.write(RCTL, LOOPBACK & ~IgbBits.RCTL_EN);
        for (int i = 0; i < 500; i++) ring.append(Frames.toStation(1500, i));
        ring.ring();
        assertEquals(500, ring.head());
        assertEquals(500, bench.counter(IgbCounter.RECEIVE_DISABLED));
    }

    @Test
    void receiverWithoutDescriptorsLosesWhatItsBufferCannotHold() {
        receiver.tail(receiver.head());
        bench.write(RCTL, LOOPBACK);
        for (int i = 0; i < 500; i++) ring.append(Frames.toStation(1500, i));
        ring.ring();
        assertEquals(500, ring.head(), "the transmitter does not hang on it");
        assertEquals(bench.read(MPC), bench.counter(IgbCounter.RECEIVE_MISSED));
        receiver.tail(ReceiveRing.ENTRIES - 1);
        bench.runUntilIdle();
        assertEquals(500, receiveAll().size() + bench.counter(IgbCounter.RECEIVE_MISSED));
    }

    @Test
    void loopbackNeedsNoLink() {
        bench.card.connectCable(false);
        bench.runUntilIdle();
        bench.write(RCTL, LOOPBACK);
        ring.append(Frames.toStation(100, 1)).ring();
        assertEquals(1, receiveAll().size());
    }

    @Test
    void afterLoopbackFramesReachTheWireAgain() {
        bench.write(RCTL, LOOPBACK);
        ring.append(Frames.toStation(100, 1)).ring();
        bench.write(RCTL, ReceiveRing.RECEIVER_ON);
        ring.append(Frames.toPeer(100, 2)).ring();
        assertArrayEquals(Frames.toPeer(100, 2), bench.wire.takeOnly());
    }
}
