package dev.doorbell.driver.e1000;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.E1000Bits;
import dev.doorbell.register.E1000Register;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An 82540EM that lies: in a register, in a descriptor. The driver says what is wrong, or makes the best of
/// it; it never hangs, and never hands out memory that is not a buffer.
class E1000LiesTest {
    private static final int MEMORY_BYTES = 4 << 20;
    private static final long DONE_AND_END = 3L << 32; // DD and EOP of the status byte

    private final VirtualTimeline time = new VirtualTimeline();
    private final DriverMemory memory = DriverMemory.local(MEMORY_BYTES);
    private final E1000 card =
            new E1000(new E1000Options(E1000Model.values()[0], 0x5254_0012_3456L), time, new NullBackend());

    private void pass(long ns) {
        card.doWork();
        time.advance(ns);
        card.doWork();
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                Arguments.of(E1000Register.CTRL, E1000Bits.CTRL_RST, "the reset does not end"),
                Arguments.of(E1000Register.EERD, 0, "EERD did not become done"),
                Arguments.of(E1000Register.EERD, E1000Bits.EERD_DONE, "the EEPROM's words do not add up"),
                Arguments.of(E1000Register.MDIC, 0, "MDIC did not become ready"),
                Arguments.of(E1000Register.MDIC, E1000Bits.MDIC_READY | E1000Bits.MDIC_ERROR, "the PHY did not answer"),
                Arguments.of(E1000Register.MDIC, E1000Bits.MDIC_READY | 0xFFFF, "there is no PHY"),
                Arguments.of(E1000Register.STATUS, 0, "the link stays down"));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void registerThatLiesIsNamed(E1000Register register, int value, String says) {
        LyingFunction function = new LyingFunction(new PciEndpoint(card), register, value);
        E1000Driver driver = new E1000Driver(function, memory, DriverOptions.DEFAULT, this::pass);

        DriverException refused = assertThrows(DriverException.class, driver::start);
        assertEquals(says, refused.getMessage());
    }

    /// All ones, as counters that a card makes up: the driver starts and reports what it read.
    @Test
    void statisticsOfAllOnesAreOnlyNumbers() {
        LyingFunction function = new LyingFunction(new PciEndpoint(card), E1000Register.GPTC, -1);
        E1000Driver driver = new E1000Driver(function, memory, DriverOptions.DEFAULT, this::pass);
        driver.start();
        driver.statistics().refresh();
        driver.statistics().forEach((name, value) -> assertThat(value).as(name).isNotNegative());
        driver.close();
    }

    /// Whatever the card writes where it may write, software sees slices of the ring's own buffers only.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void descriptorsOfNoiseHandOutNothingButBuffers(long seed) {
        E1000ReceiveRing ring = new E1000ReceiveRing(memory, 64, 2048);
        long rings = DriverMemory.offsetOf(ring.baseIova());
        FrameBatch batch = new FrameBatch(32, 64, 0);
        Random noise = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            long word = noise.nextInt(4) == 0 ? noise.nextLong() | DONE_AND_END : noise.nextLong();
            memory.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, rings + 16L * noise.nextInt(64) + 8, word);
            batch.clear();
            ring.receive(batch);
            for (int frame = 0; frame < batch.size(); frame++) judge(ring, batch, frame);
            ring.giveBack();
        }
    }

    private static void judge(E1000ReceiveRing ring, FrameBatch batch, int frame) {
        for (int s = batch.firstSlice(frame); s < batch.firstSlice(frame) + batch.sliceCount(frame); s++) {
            long at = batch.sliceOffset(s) - ring.bufferOffset(0);
            assertEquals(0, at % 2048);
            assertThat(at / 2048).isBetween(0L, 63L);
            assertThat(batch.sliceLengthBytes(s)).isBetween(1, 2048);
        }
    }

    /// 65,535 bytes in a buffer of 2048: no frame at all, and the ring goes on.
    @Test
    void frameLongerThanItsBufferIsNotHandedOut() {
        E1000ReceiveRing ring = new E1000ReceiveRing(memory, 8, 2048);
        long rings = DriverMemory.offsetOf(ring.baseIova());
        FrameBatch batch = new FrameBatch(32, 64, 0);
        memory.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, rings + 8, DONE_AND_END | 0xFFFF);
        memory.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, rings + 16 + 8, DONE_AND_END | 60);
        ring.receive(batch);
        ring.receive(batch);
        for (int frame = 0; frame < batch.size(); frame++) judge(ring, batch, frame);
        assertEquals(60, batch.lengthBytes(batch.size() - 1));
    }

    @Test
    void descriptorsDoneOutOfOrderWaitForTheFirst() {
        E1000ReceiveRing ring = new E1000ReceiveRing(memory, 8, 2048);
        long rings = DriverMemory.offsetOf(ring.baseIova());
        FrameBatch batch = new FrameBatch(32, 64, 0);
        memory.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, rings + 16 * 3 + 8, DONE_AND_END | 60);
        assertEquals(0, ring.receive(batch));
    }

    @Test
    void frameWithoutEndIsNeverHandedOut() {
        E1000ReceiveRing ring = new E1000ReceiveRing(memory, 8, 2048);
        FrameBatch batch = new FrameBatch(32, 64, 0);
        for (int i = 0; i < 8; i++)
            memory.segment()
                    .set(
                            ValueLayout.JAVA_LONG_UNALIGNED,
                            DriverMemory.offsetOf(ring.baseIova()) + 16L * i + 8,
                            1L << 32 | 60);
        assertEquals(0, ring.receive(batch));
    }

    /// A card of this process, of which one register always reads the same.
    private record LyingFunction(PciFunction card, E1000Register register, int value) implements PciFunction {
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
}
