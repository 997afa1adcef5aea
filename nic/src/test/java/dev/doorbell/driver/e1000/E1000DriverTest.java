package dev.doorbell.driver.e1000;

import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.GORCL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.GPTC;
import static dev.doorbell.register.E1000Register.ITR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.LoopbackBackend;
import dev.doorbell.backend.NullBackend;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The driver on a card of this process, under virtual time: driver and card check each other.
class E1000DriverTest {
    private static final long MAC = 0x5254_0012_3456L; // first byte uppermost, as the card's options have it
    private static final int CARD_STEPS = 10_000;

    private final VirtualTimeline time = new VirtualTimeline();
    private final DriverMemory memory = DriverMemory.local(32 << 20);
    private final FrameBatch batch = new FrameBatch(64, 640, 0);

    private final class Slot {
        final E1000 card;
        final E1000Driver driver;

        Slot(E1000Model model, FrameBackend backend, DriverOptions options) {
            card = new E1000(new E1000Options(model, MAC), time, backend);
            driver = new E1000Driver(new PciEndpoint(card), memory, options, this::pass);
            driver.start();
        }

        /// Time passes and the card works.
        void pass(long ns) {
            settle();
            time.advance(ns);
            settle();
        }

        /// The card does all it can do now.
        void settle() {
            int steps = 0;
            while (card.doWork() > 0) assertTrue(++steps < CARD_STEPS, "the card does not come to rest");
        }

        void sendAndSettle(TestFrames frames, int count) {
            batch.clear();
            frames.make(batch, count);
            assertEquals(count, driver.transmit(batch, 0));
            settle();
        }

        int receiveAndCheck(TestFrames frames) {
            batch.clear();
            driver.receive(batch);
            return frames.check(batch);
        }

        TestFrames frames(int frameBytes) {
            return new TestFrames(memory, frameBytes, driver.macAddress(), driver.macAddress());
        }
    }

    private Slot slot(FrameBackend backend, DriverOptions options) {
        return new Slot(E1000Model.I82540EM, backend, options);
    }

    @ParameterizedTest
    @EnumSource(E1000Model.class)
    void startFindsAddressAndLink(E1000Model model) {
        Slot slot = new Slot(model, new NullBackend(), DriverOptions.DEFAULT);

        assertEquals("52:54:00:12:34:56", EthernetAddress.format(slot.driver.macAddress()));
        assertTrue(slot.driver.linkUp());
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 22, 60, 61, 1514, 2048, 2049, 9000, 16_288})
    void framesOfEveryLengthComeBackWholeThroughTheBackend(int frameBytes) {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT);
        TestFrames frames = slot.frames(frameBytes);

        for (int round = 0; round < 300; round++) { // more than the ring holds
            slot.sendAndSettle(frames, 2);
            assertEquals(2, slot.receiveAndCheck(frames));
        }

        frames.giveUp();
        assertEquals(0, frames.missing());
        assertEquals(0, frames.damaged());
        assertTrue(slot.driver.idle());
        slot.driver.statistics().refresh();
        assertEquals(600, slot.driver.statistics().get(GPTC));
        assertEquals(600, slot.driver.statistics().get(GPRC));
        assertEquals(
                600L * (Math.max(60, frameBytes) + 4), slot.driver.statistics().get(GORCL));
    }

    @ParameterizedTest
    @EnumSource(
            value = Loopback.class,
            names = {"MAC", "PHY"})
    void loopbackOfTheChipLetsNothingOut(Loopback where) {
        Slot slot = slot(new NullBackend(), DriverOptions.DEFAULT.withLoopback(where));
        TestFrames frames = slot.frames(1514);

        slot.sendAndSettle(frames, 16);

        assertEquals(16, slot.receiveAndCheck(frames));
        assertEquals(0, frames.damaged());
    }

    @Test
    void largerBuffersTakeALongFrameInOnePiece() {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT.withBufferBytes(16384));
        TestFrames frames = slot.frames(9000);

        slot.sendAndSettle(frames, 4);

        assertEquals(4, slot.receiveAndCheck(frames));
        assertEquals(1, batch.sliceCount(0));
    }

    @Test
    void fullRingTakesWhatFitsAndTheRestLater() {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT.withRingEntries(8));
        TestFrames frames = slot.frames(60);
        batch.clear();
        frames.make(batch, 16);

        int first = slot.driver.transmit(batch, 0);
        assertEquals(6, first, "7 descriptors, one of them kept for a context");
        assertEquals(0, slot.driver.transmit(batch, first));
        slot.settle();
        assertEquals(6, slot.driver.transmit(batch, first));
    }

    @Test
    void everyEventInterruptsWithoutModeration() {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT.withInterrupts(Moderation.NONE));
        TestFrames frames = slot.frames(60);
        slot.driver.takeInterrupt(); // the link came up
        long before = slot.driver.interrupts();

        for (int i = 0; i < 10; i++) {
            slot.sendAndSettle(frames, 1);
            assertEquals(ICR_TXDW | ICR_RXT0, slot.driver.takeInterrupt() & (ICR_TXDW | ICR_RXT0));
            assertEquals(0, slot.driver.takeInterrupt(), "taken once");
            slot.receiveAndCheck(frames);
            time.advance(1000);
        }

        assertEquals(10, slot.driver.interrupts() - before);
    }

    @Test
    void throttleHoldsInterruptsBack() {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT.withInterrupts(Moderation.throttled(10_000)));
        TestFrames frames = slot.frames(60);
        slot.driver.takeInterrupt();
        slot.pass(1_000_000);
        long before = slot.driver.interrupts();

        for (int us = 0; us < 10_000; us++) { // a frame a microsecond, for 10 ms
            slot.sendAndSettle(frames, 1);
            slot.pass(1_000);
            if (slot.driver.takeInterrupt() != 0) slot.receiveAndCheck(frames);
        }

        assertThat(slot.driver.interrupts() - before).isBetween(98L, 101L); // 390 units are 99.84 us
        assertEquals(390, slot.driver.readRegister(ITR));
    }

    @Test
    void pollingCardNeverInterrupts() {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT);
        TestFrames frames = slot.frames(60);

        slot.sendAndSettle(frames, 8);
        slot.pass(10_000_000);

        assertEquals(0, slot.driver.interrupts());
        assertEquals(8, slot.receiveAndCheck(frames));
    }

    @Test
    void batchCostsOneDoorbell() {
        Slot slot = slot(new NullBackend(), DriverOptions.DEFAULT);
        TestFrames frames = slot.frames(60);
        long before = slot.card.counters().get(E1000Counter.TRANSMIT_DOORBELLS); // setting up writes TDT, too

        for (int i = 0; i < 4; i++) slot.sendAndSettle(frames, 32);

        assertEquals(4, slot.driver.doorbells());
        assertEquals(4, slot.card.counters().get(E1000Counter.TRANSMIT_DOORBELLS) - before);
        assertEquals(128, slot.card.counters().get(E1000Counter.TRANSMIT_FRAMES));
    }

    @Test
    void openChecksumIsFilledInByTheCard() {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT);
        MemorySegment frame = memory.segment().asSlice(memory.take(64, 64), 60);
        byte[] udp = hex("525400123456525400123456" + "0800" + "4500002e000000004011" + "0000" + "0a0000010a000002"
                + "0007000700" + "1a" + "0000");
        MemorySegment.copy(udp, 0, frame, ValueLayout.JAVA_BYTE, 0, udp.length);
        for (int i = udp.length; i < 60; i++) frame.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        batch.clear();
        batch.beginFrame();
        batch.addSlice(frame, 0, 60);
        batch.endFrame();
        batch.openChecksum(0, 34, 6);

        slot.driver.transmit(batch, 0);
        slot.settle();
        batch.clear();
        slot.driver.receive(batch);

        byte[] received = new byte[60];
        batch.copyTo(0, 0, 60, MemorySegment.ofArray(received), 0);
        int sum = 0; // of the UDP part, without the pseudo-header that nobody put there
        for (int i = 34; i < 60; i += 2) sum += (received[i] & 0xFF) << 8 | (received[i + 1] & 0xFF);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        assertEquals(0xFFFF, sum);
        byte[] sent = frame.toArray(ValueLayout.JAVA_BYTE);
        assertEquals(0, sent[40] | sent[41], "the card never writes into a transmit buffer");
    }

    @Test
    void startBringsUpACardThatWasLeftInAnyState() {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT.withInterrupts(Moderation.NONE));
        slot.sendAndSettle(slot.frames(1514), 20);

        slot.driver.start();

        TestFrames frames = slot.frames(60);
        slot.sendAndSettle(frames, 5);
        assertEquals(5, slot.receiveAndCheck(frames));
    }

    @Test
    void closedCardTouchesMemoryNoMore() {
        Slot slot = slot(new LoopbackBackend(), DriverOptions.DEFAULT);
        TestFrames frames = slot.frames(60);
        batch.clear();
        frames.make(batch, 8);
        slot.driver.transmit(batch, 0);

        slot.driver.close();
        byte[] before = memory.segment().asSlice(0, 65_536).toArray(ValueLayout.JAVA_BYTE);
        slot.pass(10_000_000);

        assertArrayEquals(before, memory.segment().asSlice(0, 65_536).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void cardThatIsNoneIsRefusedByName() {
        PciFunction nothing = new DeadFunction();
        E1000Driver driver = new E1000Driver(nothing, memory, DriverOptions.DEFAULT, time::advance);

        DriverException refused = assertThrows(DriverException.class, driver::start);
        assertEquals("not an 82540EM or 82545EM but PCI ffff:ffff", refused.getMessage());
    }

    private static byte[] hex(String text) {
        return java.util.HexFormat.of().parseHex(text);
    }

    /// An empty slot: every read is all ones.
    private static final class DeadFunction implements PciFunction {
        @Override
        public long regionSizeBytes(int region) {
            return 0;
        }

        @Override
        public int vectorCount(InterruptKind kind) {
            return 0;
        }

        @Override
        public long read(int region, long offset, int sizeBytes) {
            return -1L >>> (64 - 8 * sizeBytes);
        }

        @Override
        public void write(int region, long offset, int sizeBytes, long value) {}

        @Override
        public void connect(DmaMemory dma, InterruptSink interrupts) {}

        @Override
        public void reset() {}
    }
}
