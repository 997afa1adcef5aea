package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.GORCL;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.GPTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.LoopbackBackend;
import dev.doorbell.backend.NullBackend;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The driver on a card of this process, under virtual time: driver and card check each other.
class IgbDriverTest {
    private static final long MAC = 0x5254_0012_3456L; // first byte uppermost, as the card's options have it
    private static final int CARD_STEPS = 10_000;
    private static final IgbDriverOptions DEFAULT = IgbDriverOptions.DEFAULT;

    private final VirtualTimeline time = new VirtualTimeline();
    private final DriverMemory memory = DriverMemory.local(48 << 20);
    private final FrameBatch batch = new FrameBatch(64, 640, 0);

    private final class Slot {
        final Igb card;
        final IgbDriver driver;

        Slot(IgbOptions card, FrameBackend backend, IgbDriverOptions options) {
            this.card = new Igb(card, time, backend);
            driver = new IgbDriver(new PciEndpoint(this.card), memory, options, this::pass);
            driver.start();
        }

        /// Time passes, from deadline to deadline, and the card works.
        void pass(long ns) {
            long untilNs = time.nowNs() + ns;
            settle();
            while (time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) {
                time.advanceTo(Math.max(time.nowNs(), time.nextDeadlineNs()), 1_000_000);
                settle();
            }
            time.advanceTo(untilNs, 1);
        }

        /// The card does all it can do now.
        void settle() {
            int steps = 0;
            while (card.doWork() > 0) assertTrue(++steps < CARD_STEPS, "the card does not come to rest");
        }

        void sendAndSettle(int queue, TestFrames frames, int count) {
            batch.clear();
            frames.make(batch, count);
            assertEquals(count, driver.transmit(queue, batch, 0));
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

    private Slot slot(FrameBackend backend, IgbDriverOptions options) {
        return new Slot(new IgbOptions(MAC), backend, options);
    }

    @Test
    void startFindsAddressAndLink() {
        Slot slot = slot(new NullBackend(), DEFAULT);

        assertEquals("52:54:00:12:34:56", EthernetAddress.format(slot.driver.macAddress()));
        assertTrue(slot.driver.linkUp());
        assertEquals(1_000_000_000, slot.driver.linkBitsPerSecond());
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 22, 60, 61, 1514, 2048, 2049, 9000, IgbDriver.MAX_FRAME_BYTES})
    void framesOfEveryLengthComeBackWholeThroughTheBackend(int frameBytes) {
        Slot slot = slot(new LoopbackBackend(), DEFAULT);
        TestFrames frames = slot.frames(frameBytes);

        for (int round = 0; round < 300; round++) { // more than the ring holds
            slot.sendAndSettle(0, frames, 2);
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
        Slot slot = slot(new LoopbackBackend(), DEFAULT.withLoopback(where));
        TestFrames frames = slot.frames(1514);

        slot.sendAndSettle(0, frames, 16);

        assertEquals(16, slot.receiveAndCheck(frames));
        assertEquals(0, frames.damaged());
        slot.settle();
        assertEquals(0, slot.receiveAndCheck(frames), "none left: it would have come back, too");
    }

    @Test
    void largerBuffersTakeAJumboFrameInOnePiece() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT.withBuffers(10 * 1024, true));
        TestFrames frames = slot.frames(IgbDriver.MAX_FRAME_BYTES);

        slot.sendAndSettle(0, frames, 4);

        assertEquals(4, slot.receiveAndCheck(frames));
        assertEquals(1, batch.sliceCount(0));
    }

    @Test
    void everyTransmitQueueSends() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT.withQueues(16, 1));
        TestFrames frames = slot.frames(60);

        for (int queue = 0; queue < 16; queue++) {
            slot.sendAndSettle(queue, frames, 3);
            assertEquals(3, slot.receiveAndCheck(frames), "queue " + queue);
        }

        assertTrue(slot.driver.idle());
        assertEquals(0, frames.damaged());
    }

    @Test
    void receiveQueuesShareFlowsAndKeepEachInOrder() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT.withQueues(1, 4).withInterrupts(0));
        MemorySegment frame = memory.segment().asSlice(memory.take(64, 64), 60);
        int vectors = 0;

        for (int flow = 0; flow < 64; flow++) {
            fillUdp(frame, flow);
            send(slot, frame);
            vectors |= slot.driver.takeInterrupt();
            batch.clear();
            assertEquals(1, slot.driver.receive(batch), "flow " + flow);
        }

        for (int queue = 0; queue < 4; queue++)
            assertTrue((vectors & 1 << slot.driver.vectorOf(queue)) != 0, "nothing came by queue " + queue);
    }

    private void send(Slot slot, MemorySegment frame) {
        batch.clear();
        batch.beginFrame();
        batch.addSlice(memory.segment(), frame.address() - memory.segment().address(), 60);
        batch.endFrame();
        assertEquals(1, slot.driver.transmit(batch, 0));
        slot.settle();
    }

    private static void fillUdp(MemorySegment frame, int flow) {
        byte[] udp = hex("525400123456525400123456" + "0800" + "4500002e000000004011" + "0000" + "0a0000010a000002"
                + "0007000700" + "1a" + "0000");
        udp[29] = (byte) flow; // last byte of the source address
        MemorySegment.copy(udp, 0, frame, ValueLayout.JAVA_BYTE, 0, udp.length);
        for (int i = udp.length; i < 60; i++) frame.set(ValueLayout.JAVA_BYTE, i, (byte) i);
    }

    @Test
    void headWriteBackReportsLikeDescriptors() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT.withRingEntries(16).withHeadWriteBack(true));
        TestFrames frames = slot.frames(60);

        for (int round = 0; round < 20; round++) {
            slot.sendAndSettle(0, frames, 5);
            assertEquals(5, slot.receiveAndCheck(frames));
            assertTrue(slot.driver.idle(), "round " + round);
        }
    }

    @Test
    void fullRingTakesWhatFitsAndTheRestLater() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT.withRingEntries(8));
        TestFrames frames = slot.frames(60);
        batch.clear();
        frames.make(batch, 16);

        int first = slot.driver.transmit(batch, 0);
        assertEquals(6, first, "7 descriptors, one of them kept for a context");
        assertEquals(0, slot.driver.transmit(batch, first));
        slot.settle();
        assertEquals(6, slot.driver.transmit(batch, first));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyEventInterruptsWithoutModeration(boolean msix) {
        Slot slot = new Slot(new IgbOptions(MAC).withMsix(msix), new LoopbackBackend(), DEFAULT.withInterrupts(0));
        TestFrames frames = slot.frames(60);
        slot.driver.takeInterrupt(); // the link came up
        slot.settle();
        long before = slot.driver.interrupts();

        for (int i = 0; i < 10; i++) {
            slot.sendAndSettle(0, frames, 1);
            int taken = 0;
            while (slot.driver.takeInterrupt() != 0) taken++; // sent and received: the second waits for the first
            assertThat(taken).isBetween(1, 2);
            assertEquals(1, slot.receiveAndCheck(frames));
            slot.pass(1000);
        }

        assertThat(slot.driver.interrupts() - before).isBetween(10L, 20L);
    }

    @Test
    void throttleHoldsInterruptsBack() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT.withInterrupts(10_000));
        TestFrames frames = slot.frames(60);
        slot.driver.takeInterrupt();
        slot.pass(1_000_000);
        slot.driver.takeInterrupt();
        long before = slot.driver.interrupts();

        for (int us = 0; us < 10_000; us++) { // a frame a microsecond, for 10 ms
            slot.sendAndSettle(0, frames, 1);
            slot.pass(1_000);
            if (slot.driver.takeInterrupt() != 0) slot.receiveAndCheck(frames);
        }

        assertThat(slot.driver.interrupts() - before).isBetween(99L, 101L);
        assertEquals(100 << 2, slot.driver.readRegister(EITR) & 0x7FFC);
    }

    @Test
    void pollingCardNeverInterrupts() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT);
        TestFrames frames = slot.frames(60);

        slot.sendAndSettle(0, frames, 8);
        slot.pass(10_000_000);

        assertEquals(0, slot.driver.interrupts());
        assertEquals(8, slot.receiveAndCheck(frames));
    }

    @Test
    void batchCostsOneDoorbell() {
        Slot slot = slot(new NullBackend(), DEFAULT);
        TestFrames frames = slot.frames(60);
        long before = slot.card.counters().get(IgbCounter.TRANSMIT_DOORBELLS); // setting up writes TDT, too

        for (int i = 0; i < 4; i++) slot.sendAndSettle(0, frames, 32);

        assertEquals(4, slot.driver.doorbells());
        assertEquals(4, slot.card.counters().get(IgbCounter.TRANSMIT_DOORBELLS) - before);
        assertEquals(128, slot.card.counters().get(IgbCounter.TRANSMIT_FRAMES));
    }

    @Test
    void openChecksumIsFilledInByTheCard() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT);
        MemorySegment frame = memory.segment().asSlice(memory.take(64, 64), 60);
        fillUdp(frame, 1);
        batch.clear();
        batch.beginFrame();
        batch.addSlice(frame, 0, 60);
        batch.endFrame();
        batch.openChecksum(0, 34, 6);

        slot.driver.transmit(batch, 0);
        slot.settle();
        batch.clear();
        assertEquals(1, slot.driver.receive(batch));

        byte[] received = new byte[60];
        batch.copyTo(0, 0, 60, MemorySegment.ofArray(received), 0);
        int sum = 0; // of the UDP part, without the pseudo-header that nobody put there
        for (int i = 34; i < 60; i += 2) sum += (received[i] & 0xFF) << 8 | (received[i + 1] & 0xFF);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        assertEquals(0xFFFF, sum);
        byte[] sent = frame.toArray(ValueLayout.JAVA_BYTE);
        assertEquals(0, sent[40] | sent[41], "the card never writes into a transmit buffer");
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 10_000_000, 300_000_000})
    void limitedQueueSendsAtItsRate(long bitsPerSecond) {
        Slot slot = slot(new NullBackend(), DEFAULT.withQueues(2, 1));
        TestFrames frames = slot.frames(1500);
        slot.driver.limitRate(1, bitsPerSecond);
        slot.pass(1_000_000_000); // an idle queue may catch up
        batch.clear();
        frames.make(batch, 64);
        assertEquals(64, slot.driver.transmit(1, batch, 0));
        long gapNs = 1500 * 8 * 1_000_000_000L / bitsPerSecond;

        slot.pass(40 * gapNs);

        // 40 gaps, the frame at their start, and 20 KiB that the window lets an idle queue catch up
        long sent = slot.card.counters().get(IgbCounter.TRANSMIT_FRAMES);
        assertThat(sent).isBetween(40L, 42L + 20 * 1024 / 1500);
        slot.driver.limitRate(1, 0);
        slot.settle();
        assertEquals(64, slot.card.counters().get(IgbCounter.TRANSMIT_FRAMES), "no limit, no wait");
    }

    @Test
    void rateThatTheLimiterCannotHoldIsRefused() {
        Slot slot = slot(new NullBackend(), DEFAULT);

        assertThrows(IllegalArgumentException.class, () -> slot.driver.limitRate(0, 999_000));
        assertThrows(IllegalArgumentException.class, () -> slot.driver.limitRate(0, 1_000_000_001));
        assertThrows(IllegalArgumentException.class, () -> slot.driver.limitRate(1, 1_000_000), "no such queue");
    }

    /// 82576: link over rate, 10 bits and 14 of fraction; the values are those that Linux's driver
    /// computes.
    @Test
    void rateFactorsAreThoseOfTheDataSheet() {
        assertEquals(0x00004000, IgbRates.factor(1_000_000_000, 1_000_000_000));
        assertEquals(0x0000D555, IgbRates.factor(1_000_000_000, 300_000_000));
        assertEquals(0x00028000, IgbRates.factor(100_000_000, 10_000_000));
        assertEquals(0x00FA0000, IgbRates.factor(1_000_000_000, 1_000_000));
    }

    @Test
    void startBringsUpACardThatWasLeftInAnyState() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT.withInterrupts(0));
        slot.sendAndSettle(0, slot.frames(1514), 20);

        slot.driver.start();

        TestFrames frames = slot.frames(60);
        slot.sendAndSettle(0, frames, 5);
        assertEquals(5, slot.receiveAndCheck(frames));
    }

    @Test
    void closedCardTouchesMemoryNoMore() {
        Slot slot = slot(new LoopbackBackend(), DEFAULT);
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
    void registersAreReadAndWrittenByName() {
        Slot slot = slot(new NullBackend(), DEFAULT);

        slot.driver.writeRegister(IgbRegister.FCTTV, 7);

        assertEquals(7, slot.driver.readRegister(IgbRegister.FCTTV));
        assertTrue(slot.driver.registers().contains(IgbRegister.RTTBCNRC));
    }

    private static byte[] hex(String text) {
        return java.util.HexFormat.of().parseHex(text);
    }
}
