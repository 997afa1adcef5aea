package dev.doorbell.driver.igb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.IgbBits;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A card that lies: in a register, in a descriptor, in its head. The driver says what is wrong, or
/// makes the best of it; it never hangs, and never hands out memory that is not a buffer.
class IgbLiesTest {
    private static final int MEMORY_BYTES = 4 << 20;

    private final VirtualTimeline time = new VirtualTimeline();
    private final DriverMemory memory = DriverMemory.local(MEMORY_BYTES);
    private final Igb card = new Igb(new IgbOptions(0x5254_0012_3456L), time, new NullBackend());

    private void pass(long ns) {
        card.doWork();
        time.advance(ns);
        card.doWork();
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                Arguments.of(IgbRegister.CTRL, IgbBits.CTRL_RST, "the reset does not end"),
                Arguments.of(IgbRegister.SWSM, IgbBits.SWSM_SMBI, "SWSM stays locked"),
                Arguments.of(IgbRegister.SWSM, 0, "SWSM stays locked"),
                Arguments.of(IgbRegister.SW_FW_SYNC, 0x3_0000, "firmware does not let go of the EEPROM or the PHY"),
                Arguments.of(IgbRegister.EERD, 0, "EERD did not become done"),
                Arguments.of(IgbRegister.EERD, IgbBits.EERD_DONE, "the EEPROM's words do not add up"),
                Arguments.of(IgbRegister.MDIC, 0, "MDIC did not become ready"),
                Arguments.of(IgbRegister.MDIC, IgbBits.MDIC_READY | IgbBits.MDIC_ERROR, "the PHY did not answer"),
                Arguments.of(IgbRegister.MDIC, IgbBits.MDIC_READY | 0xFFFF, "there is no PHY"),
                Arguments.of(IgbRegister.RXDCTL, 0, "queue 0 does not start: RXDCTL"),
                Arguments.of(IgbRegister.TXDCTL, 0, "queue 0 does not start: TXDCTL"),
                Arguments.of(IgbRegister.STATUS, 0, "the link stays down"));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void registerThatLiesIsNamed(IgbRegister register, int value, String says) {
        LyingFunction function = new LyingFunction(new PciEndpoint(card), register, value);
        IgbDriver driver = new IgbDriver(function, memory, IgbDriverOptions.DEFAULT, this::pass);

        DriverException refused = assertThrows(DriverException.class, driver::start);
        assertEquals(says, refused.getMessage());
    }

    @Test
    void cardThatIsAnotherIsRefusedByName() {
        IgbDriver driver = new IgbDriver(new AnotherFunction(), memory, IgbDriverOptions.DEFAULT, this::pass);

        DriverException refused = assertThrows(DriverException.class, driver::start);
        assertEquals("not an 82576 but PCI 8086:100e", refused.getMessage());
    }

    /// Whatever the card writes where it may write, software sees slices of the ring's own buffers
    /// only.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void descriptorsOfNoiseHandOutNothingButBuffers(long seed) {
        IgbReceiveRing ring = new IgbReceiveRing(memory, 64, 2048, true);
        long rings = DriverMemory.offsetOf(ring.baseIova());
        FrameBatch batch = new FrameBatch(32, 64, 0);
        Random noise = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            long word = noise.nextInt(4) == 0 ? noise.nextLong() | 3 : noise.nextLong();
            memory.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, rings + 16L * noise.nextInt(64) + 8, word);
            batch.clear();
            ring.receive(batch);
            for (int frame = 0; frame < batch.size(); frame++) judge(ring, batch, frame);
            ring.giveBack();
        }
    }

    private static void judge(IgbReceiveRing ring, FrameBatch batch, int frame) {
        for (int s = batch.firstSlice(frame); s < batch.firstSlice(frame) + batch.sliceCount(frame); s++) {
            long at = batch.sliceOffset(s) - ring.bufferOffset(0);
            assertEquals(0, at % 2048);
            assertThat(at / 2048).isBetween(0L, 63L);
            assertThat(batch.sliceLengthBytes(s)).isBetween(1, 2048);
        }
    }

    @Test
    void frameWithoutEndIsNeverHandedOut() {
        IgbReceiveRing ring = new IgbReceiveRing(memory, 8, 2048, true);
        FrameBatch batch = new FrameBatch(32, 64, 0);
        for (int i = 0; i < 8; i++)
            memory.segment()
                    .set(ValueLayout.JAVA_LONG_UNALIGNED, DriverMemory.offsetOf(ring.baseIova()) + 16L * i + 8, 1);

        assertEquals(0, ring.receive(batch));
    }

    /// Head write-back: only a head between the oldest descriptor and the tail reports anything.
    @ParameterizedTest
    @ValueSource(ints = {-1, 5, 7, 8, 1 << 20, Integer.MIN_VALUE})
    void headBeyondTheTailReportsNothing(int head) {
        IgbTransmitRing ring = new IgbTransmitRing(memory, 8, 2048, true, true);
        FrameBatch batch = new FrameBatch(8, 8, 0);
        for (int i = 0; i < 4; i++) {
            batch.beginFrame();
            batch.addSlice(memory.segment(), 0, 60);
            batch.endFrame();
        }
        assertEquals(4, ring.fill(batch, 0, batch.size()));
        memory.segment().set(ValueLayout.JAVA_INT_UNALIGNED, DriverMemory.offsetOf(ring.headIova()), head);

        assertEquals(0, ring.clean());
        assertEquals(4, ring.waiting());

        memory.segment().set(ValueLayout.JAVA_INT_UNALIGNED, DriverMemory.offsetOf(ring.headIova()), 4);
        assertEquals(4, ring.clean());
    }

    @Test
    void vectorsThatTheCardDoesNotHaveAreNoInterrupts() {
        IgbDriver driver = new IgbDriver(new PciEndpoint(card), memory, IgbDriverOptions.DEFAULT, this::pass);
        driver.start();

        driver.message(InterruptKind.MSIX, 7);
        driver.message(InterruptKind.MSIX, -1);
        driver.message(InterruptKind.MSI, 0);
        driver.intx(true);

        assertEquals(0, driver.interrupts());
        assertEquals(0, driver.takeInterrupt());
        assertTrue(driver.idle());
    }

    /// A card of this process, of which one register always reads the same.
    private record LyingFunction(PciFunction card, IgbRegister register, int value) implements PciFunction {
        @Override
        public long regionSizeBytes(int region) {
            return card.regionSizeBytes(region);
        }

        @Override
        public int vectorCount(InterruptKind kind) {
            return card.vectorCount(kind);
        }

        @Override
        public long read(int region, long offset, int sizeBytes) {
            long truth = card.read(region, offset, sizeBytes);
            return region == REGION_BAR0 && offset == register.spec().offset() ? Integer.toUnsignedLong(value) : truth;
        }

        @Override
        public void write(int region, long offset, int sizeBytes, long word) {
            card.write(region, offset, sizeBytes, word);
        }

        @Override
        public void connect(DmaMemory dma, InterruptSink interrupts) {
            card.connect(dma, interrupts);
        }

        @Override
        public void reset() {
            card.reset();
        }
    }

    /// An 82540EM.
    private static final class AnotherFunction implements PciFunction {
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
            return 0x100E_8086L;
        }

        @Override
        public void write(int region, long offset, int sizeBytes, long value) {}

        @Override
        public void connect(DmaMemory dma, InterruptSink interrupts) {}

        @Override
        public void reset() {}
    }
}
