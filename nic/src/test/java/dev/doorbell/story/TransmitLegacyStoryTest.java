package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Bits.ICR_TXD_LOW;
import static dev.doorbell.register.E1000Bits.ICR_TXQE;
import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Register.BPTC;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.GOTCL;
import static dev.doorbell.register.E1000Register.GPTC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.MPTC;
import static dev.doorbell.register.E1000Register.PTC127;
import static dev.doorbell.register.E1000Register.PTC1522;
import static dev.doorbell.register.E1000Register.PTC255;
import static dev.doorbell.register.E1000Register.PTC64;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TOTL;
import static dev.doorbell.register.E1000Register.VET;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RPS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static dev.doorbell.ring.TransmitDescriptor.VLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class TransmitLegacyStoryTest {
    private static final byte[] FRAME = Frames.toPeer(100, 1);

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    @Test
    void descriptorWithReportStatusIsSentWrittenBackAndInterrupts() {
        bench.write(IMS, ICR_TXDW);

        guest.append(FRAME, EOP | IFCS | RS).ring();

        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)));
        assertEquals(1, bench.read(TDH));
        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_TXDW | ICR_TXQE | ICR_TXD_LOW, bench.read(ICR));
        assertEquals(0, bench.read(ICR), "reading ICR clears it");
        assertEquals(1, bench.read(GPTC));
        assertEquals(104, bench.read(GOTCL), "octets count the FCS");
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_FRAMES));
    }

    @Test
    void descriptorWithoutReportStatusIsSentButNotWrittenBack() {
        guest.append(FRAME, EOP | IFCS).ring();

        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertFalse(TransmitDescriptor.done(guest.transmitWord1(0)));
        assertEquals(1, bench.read(TDH));
        assertEquals(ICR_TXQE | ICR_TXD_LOW, bench.read(ICR));
    }

    @Test
    void frameOfThreeDescriptorsLeavesWhole() {
        guest.append(Arrays.copyOfRange(FRAME, 0, 7), IFCS)
                .append(Arrays.copyOfRange(FRAME, 7, 8), IFCS)
                .append(Arrays.copyOfRange(FRAME, 8, 100), EOP | IFCS | RS)
                .ring();

        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(3, bench.read(TDH));
        assertFalse(TransmitDescriptor.done(guest.transmitWord1(1)));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(2)));
    }

    @Test
    void ringWrapsAroundWithManyFrames() {
        for (int i = 0; i < 5 * Rings.ENTRIES; i++) {
            byte[] frame = Frames.toPeer(60 + i, i);
            guest.append(frame, EOP | IFCS | RS).ring();
            assertArrayEquals(frame, bench.wire.takeOnly());
        }
        assertEquals(0, bench.read(TDH));
        assertEquals(5 * Rings.ENTRIES, bench.read(GPTC));
    }

    @Test
    void writeBackChangesTheStatusAndNothingElse() {
        guest.append(FRAME, EOP | IFCS | RS | 0xFL << 32, 0x2064);
        long before = guest.transmitWord1(0);

        guest.ring();

        assertEquals((before & ~(0xFL << 32)) | TransmitDescriptor.DD, guest.transmitWord1(0));
    }

    @Test
    void reportPacketSentIsWrittenBackAsReportStatus() {
        guest.append(FRAME, EOP | IFCS | RPS).ring();

        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)));
        assertEquals(ICR_TXDW, bench.read(ICR) & ICR_TXDW);
    }

    @Test
    void frameOfMoreDescriptorsThanAreFetchedAheadLeavesWhole() {
        guest.startTransmit(512);
        byte[] frame = Frames.toPeer(1500, 3);
        for (int i = 0; i < 300; i++)
            guest.append(Arrays.copyOfRange(frame, 5 * i, 5 * i + 5), i == 299 ? EOP | IFCS | RS : IFCS);

        guest.ring();

        assertArrayEquals(frame, bench.wire.takeOnly());
        assertEquals(300, bench.read(TDH));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(299)));
    }

    @Test
    void tailInTheMidstOfAPacketConsumesWhatIsThereAndTheRestMakesTheFrame() {
        guest.append(Arrays.copyOfRange(FRAME, 0, 50), IFCS | RS).ring();

        assertTrue(bench.wire.takeAll().isEmpty());
        assertEquals(1, bench.read(TDH));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)));
        bench.memory.fill(Rings.TRANSMIT_BUFFERS, 50, 0xEE); // the guest may reuse a buffer that is done

        guest.append(Arrays.copyOfRange(FRAME, 50, 100), EOP | IFCS | RS).ring();

        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(1, bench.read(GPTC));
    }

    @Test
    void shortFrameIsPaddedWithZerosWherePspAsksForIt() {
        byte[] frame = Frames.toPeer(20, 1);
        guest.append(frame, EOP | IFCS | RS).ring();
        assertArrayEquals(Frames.padded(frame), bench.wire.takeOnly());
        assertEquals(1, bench.read(PTC64));

        bench.write(TCTL, TCTL_EN);
        guest.append(frame, EOP | IFCS | RS).ring();
        assertArrayEquals(frame, bench.wire.takeOnly());
    }

    @Test
    void singleByteIsAFrameOnceItIsPadded() {
        guest.append(new byte[] {(byte) 0xFF}, EOP | IFCS | RS).ring();
        byte[] sent = bench.wire.takeOnly();
        assertEquals(60, sent.length);
        assertEquals((byte) 0xFF, sent[0]);
        assertEquals(0, sent[1]);
    }

    @Test
    void frameTooShortToHaveAnEthernetHeaderIsDroppedWithoutPadding() {
        bench.write(TCTL, TCTL_EN);
        guest.append(new byte[13], EOP | IFCS | RS)
                .append(new byte[0], EOP | IFCS | RS)
                .append(FRAME, EOP | IFCS | RS)
                .ring();

        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(2, bench.counter(E1000Counter.TRANSMIT_RUNTS));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(1)));
        assertEquals(1, bench.read(GPTC));
    }

    @Test
    void framesFcsThatTheGuestBringsIsTakenOff() {
        CRC32 crc = new CRC32();
        crc.update(FRAME);
        byte[] fcs = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .array();
        byte[] withFcs = Arrays.copyOf(FRAME, 104);
        System.arraycopy(fcs, 0, withFcs, 100, 4);

        guest.append(withFcs, EOP | RS).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());

        guest.append(FRAME, EOP | RS).ring(); // not one: the guest only forgot IFCS
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    @Test
    void countersTellUnicastMulticastAndBroadcastApart() {
        byte[] group = Frames.PEER.clone();
        group[0] = 1;
        guest.append(FRAME, EOP | IFCS)
                .append(Frames.frame(group, Frames.STATION, 200, 1), EOP | IFCS)
                .append(Frames.frame(Frames.BROADCAST, Frames.STATION, 1514, 1), EOP | IFCS)
                .ring();

        assertEquals(3, bench.read(GPTC));
        assertEquals(1, bench.read(MPTC));
        assertEquals(1, bench.read(BPTC));
        assertEquals(1, bench.read(PTC127));
        assertEquals(1, bench.read(PTC255));
        assertEquals(1, bench.read(PTC1522));
        assertEquals(104 + 204 + 1518, bench.read(TOTL));
    }

    @Test
    void checksumIsInsertedFromCssToTheEndAtCsoAndNeverInGuestMemory() {
        byte[] frame = Frames.toPeer(101, 9);
        long buffer = guest.buffer(frame);
        guest.append(
                        buffer,
                        LegacyTransmitDescriptor.word1(101, 50, 34, EOP | IFCS | RS | LegacyTransmitDescriptor.IC, 0))
                .ring();

        byte[] expected = frame.clone();
        ByteBuffer.wrap(expected).putShort(50, (short) ~Sums.sum(frame, 34, 101));
        assertArrayEquals(expected, bench.wire.takeOnly());
        assertArrayEquals(frame, bench.memory.get(buffer, 101));
    }

    @Test
    void checksumThatWouldLieBeyondTheFrameIsNotInserted() {
        byte[] frame = Frames.toPeer(80, 9);
        long buffer = guest.buffer(frame);
        guest.append(buffer, LegacyTransmitDescriptor.word1(80, 79, 34, EOP | LegacyTransmitDescriptor.IC, 0))
                .append(buffer, LegacyTransmitDescriptor.word1(80, 255, 34, EOP | LegacyTransmitDescriptor.IC, 0))
                .append(buffer, LegacyTransmitDescriptor.word1(80, 50, 80, EOP | LegacyTransmitDescriptor.IC, 0))
                .append(buffer, LegacyTransmitDescriptor.word1(80, 50, 255, EOP | LegacyTransmitDescriptor.IC, 0))
                .ring();

        for (byte[] sent : bench.wire.takeAll()) assertArrayEquals(frame, sent);
        assertEquals(4, bench.read(GPTC));
    }

    @Test
    void vlanTagIsInsertedBehindTheAddressesWhereVmeAndVleAskForIt() {
        guest.append(FRAME, EOP | IFCS | VLE, 0x6064).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly(), "VME is off");

        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        guest.append(FRAME, EOP | IFCS | VLE, 0x6064)
                .append(FRAME, EOP | IFCS, 0x6064)
                .ring();
        List<byte[]> sent = bench.wire.takeAll();
        assertArrayEquals(Frames.tagged(FRAME, 0x8100, 0x6064), sent.get(0));
        assertArrayEquals(FRAME, sent.get(1), "VLE is off");

        bench.write(VET, 0x88A8);
        guest.append(Arrays.copyOf(FRAME, 5), IFCS | VLE, 1)
                .append(Arrays.copyOfRange(FRAME, 5, 100), EOP | IFCS | VLE, 2)
                .ring();
        assertArrayEquals(Frames.tagged(FRAME, 0x88A8, 2), bench.wire.takeOnly(), "the last descriptor's tag");
    }

    @Test
    void taggedShortFrameIsPaddedToTheLeastFrameNotBeyond() {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        byte[] frame = Frames.toPeer(58, 1);
        guest.append(frame, EOP | IFCS | VLE, 7)
                .append(Arrays.copyOf(frame, 20), EOP | IFCS | VLE, 7)
                .ring();
        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(62, sent.get(0).length);
        assertArrayEquals(Frames.padded(Frames.tagged(Arrays.copyOf(frame, 20), 0x8100, 7)), sent.get(1));
    }
}
