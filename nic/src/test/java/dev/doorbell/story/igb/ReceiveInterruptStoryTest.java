package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.ETQF_FILTER_EN;
import static dev.doorbell.register.IgbBits.ETQF_IMM_INT;
import static dev.doorbell.register.IgbBits.GPIE_EIAME;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.MRQC_DEF_Q_SHIFT;
import static dev.doorbell.register.IgbRegister.EIAC;
import static dev.doorbell.register.IgbRegister.EIMS;
import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.ETQF;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.IVAR0;
import static dev.doorbell.register.IgbRegister.MRQC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.story.Frames;
import org.junit.jupiter.api.Test;

/// Which vector received frames raise, how often, and when relative to what the guest sees in memory.
class ReceiveInterruptStoryTest {
    private final ReceiveRing guest = ReceiveRing.running();
    private final IgbBench bench = guest.bench();

    ReceiveInterruptStoryTest() {
        bench.write(GPIE, GPIE_MULTIPLE_MSIX | GPIE_EIAME);
        bench.write(IVAR0, 0, 0x80);
        bench.write(IVAR0, 1, 0x81);
        bench.write(EIAC, 3);
        bench.write(EIMS, 3);
    }

    @Test
    void runOfFramesIsOneMessage() {
        for (int i = 0; i < 20; i++) bench.wire.arrive(Frames.toStation(60, i));
        bench.runUntilIdle();
        assertEquals(20, guest.head());
        assertEquals(1, bench.messages(0));
        guest.arrive(Frames.toStation(60, 1));
        assertEquals(2, bench.messages(0));
        assertEquals(0, bench.messages(1));
    }

    @Test
    void everyQueueHasItsVector() {
        ReceiveRing other = new ReceiveRing(bench, 1).start();
        bench.write(MRQC, 1 << MRQC_DEF_Q_SHIFT);
        guest.arrive(Frames.toStation(60, 1), Frames.toStation(60, 2));
        assertEquals(2, other.head());
        assertEquals(0, bench.messages(0));
        assertEquals(1, bench.messages(1));
    }

    /// When the message comes, descriptor and payload are there; when the guest cannot see them yet,
    /// none comes.
    @Test
    void messageComesWithWhatItTellsOf() {
        bench.memory.visible(false);
        guest.arrive(Frames.toStation(60, 1));
        assertEquals(0, bench.messages(0));
        bench.memory.visible(true);
        bench.runUntilIdle();
        assertEquals(1, bench.messages(0));
        assertTrue(guest.done(0));
    }

    @Test
    void lowLatencyFrameIsNotHeldBackByTheThrottle() {
        bench.write(EITR, 0, 1000 << 2); // microseconds
        bench.write(ETQF, 0, ETQF_FILTER_EN | ETQF_IMM_INT | 0x1234);
        guest.arrive(Frames.toStation(60, 1));
        guest.arrive(Frames.toStation(60, 2));
        assertEquals(1, bench.messages(0), "throttled");
        byte[] urgent = Frames.toStation(60, 3);
        urgent[12] = 0x12;
        urgent[13] = 0x34;
        guest.arrive(urgent);
        assertEquals(2, bench.messages(0));
        assertArrayEquals(urgent, guest.frameAt(2));
    }

    /// The lowest bit of an address is part of it: no driver of this chip turns no-snoop on, which
    /// would take its place.
    @Test
    void packetBufferMayStartAtAnOddByte() {
        guest.put(0, guest.packetIova(0) + 1, 0);
        byte[] frame = Frames.toStation(100, 1);
        guest.arrive(frame);
        assertArrayEquals(frame, bench.memory.get(guest.packetIova(0) + 1, 100));
    }
}
