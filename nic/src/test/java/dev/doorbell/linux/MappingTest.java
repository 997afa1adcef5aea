package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.frame.InternetChecksum;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MappingTest {
    private static final int FILE_BYTES = 4 * 65_536;
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final VarHandle LONG = JAVA_LONG.varHandle();
    private static final MemorySegment LOCAL = Arena.global().allocate(4096);
    private static long sink;

    private final List<String> openBefore = TestFiles.open();
    private final int file = MemoryFile.create("mapping-test", FILE_BYTES, false);

    @AfterEach
    void nothingLeaks() {
        Files.close(file);
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    @Test
    void twoMappingsOfOneFileShareItsBytes() throws SystemCallException {
        try (Mapping one = Mapping.map(file, 0, FILE_BYTES, true);
                Mapping two = Mapping.map(file, 0, FILE_BYTES, false)) {
            one.segment().set(JAVA_INT, 8192, 0x1234_5678);
            assertEquals(0x1234_5678, two.segment().get(JAVA_INT, 8192));
            assertEquals(FILE_BYTES, two.segment().byteSize());
        }
    }

    @Test
    void anOffsetNeedNotBeAligned() throws SystemCallException {
        try (Mapping whole = Mapping.map(file, 0, FILE_BYTES, true);
                Mapping part = Mapping.map(file, 4099, 10, true)) {
            part.segment().set(JAVA_BYTE, 9, (byte) 7);
            assertEquals(7, whole.segment().get(JAVA_BYTE, 4108));
            assertEquals(10, part.segment().byteSize());
        }
    }

    @Test
    void aMappingOutlivesItsDescriptor() throws SystemCallException {
        int other = MemoryFile.create("short-lived", 4096, true);
        try (Mapping mapping = Mapping.map(other, 0, 4096, true)) {
            Files.close(other);
            mapping.segment().set(JAVA_INT, 0, 1);
        }
    }

    @Test
    void useAfterCloseThrowsInJavaAndInSystemCalls() throws SystemCallException {
        Mapping mapping = Mapping.map(file, 0, FILE_BYTES, true);
        MemorySegment segment = mapping.segment();
        MemorySegment slice = segment.asSlice(100, 100);
        IoVectors pieces = new IoVectors(1);
        pieces.add(segment, 0, 10);
        mapping.close();
        mapping.close();
        assertThrows(IllegalStateException.class, () -> segment.get(JAVA_INT, 0));
        assertThrows(IllegalStateException.class, () -> slice.set(JAVA_BYTE, 0, (byte) 0));
        assertThrows(IllegalStateException.class, () -> segment.fill((byte) 0));
        assertThrows(IllegalStateException.class, () -> Files.read(file, segment, 0, 10));
        assertThrows(IllegalStateException.class, () -> pieces.writev(file));
    }

    @Test
    void closingGivesTheAddressSpaceBack() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        Mapping mapping = Mapping.map(file, 0, FILE_BYTES, true);
        assertTrue(java.nio.file.Files.readString(maps).contains("mapping-test"));
        mapping.close();
        assertFalse(java.nio.file.Files.readString(maps).contains("mapping-test"));
    }

    @Test
    void writingThroughAReadOnlyMappingThrows() throws SystemCallException {
        try (Mapping mapping = Mapping.map(file, 0, FILE_BYTES, false)) {
            assertThrows(RuntimeException.class, () -> mapping.segment().set(JAVA_INT, 0, 1));
            assertThrows(RuntimeException.class, () -> mapping.segment().fill((byte) 1));
            assertThrows(IllegalArgumentException.class, () -> Files.read(file, mapping.segment(), 0, 10));
        }
    }

    @Test
    void whatCannotBeMappedSaysWhy() {
        assertErrno(Errno.EBADF, -1, 0, 4096, false);
        assertErrno(Errno.EINVAL, file, 0, 0, false);
        assertErrno(Errno.EINVAL, file, 0, -4096, false);
        assertErrno(Errno.EINVAL, file, -4096, 4096, false);
        assertErrno(Errno.EINVAL, file, 4095, Long.MAX_VALUE, false);
        assertErrno(Errno.ENOMEM, file, 0, 1L << 60, false);
        int event = EventFd.create();
        assertErrno(Errno.ENODEV, event, 0, 4096, false);
        Files.close(event);
        int readOnly = Files.open("/proc/self/fd/" + file, Files.O_RDONLY, 0);
        assertErrno(Errno.EACCES, readOnly, 0, 4096, true);
        Files.close(readOnly);
    }

    private static void assertErrno(int errno, int fd, long offset, long sizeBytes, boolean writable) {
        SystemCallException thrown =
                assertThrows(SystemCallException.class, () -> Mapping.map(fd, offset, sizeBytes, writable));
        assertEquals(errno, thrown.errno(), thrown.getMessage());
        assertThat(thrown).hasMessageContaining("mmap(2)").hasMessageContaining(Errno.name(errno));
    }

    /// The ways in which the house touches memory that a
    /// peer shares; see [Mapping] for those it must not use.
    static Stream<Arguments> touches() {
        return Stream.of(
                touch("load byte", s -> sink += s.get(JAVA_BYTE, 1)),
                touch("load int", s -> sink += s.get(JAVA_INT, 4) & 0xFFFF_FFFFL),
                touch("load long", s -> sink += s.get(JAVA_LONG, 8)),
                touch("load acquire", s -> sink += (long) LONG.getAcquire(s, 16L)),
                touch("sum of ints", s -> {
                    for (int at = 0; at < 4096; at += 4) sink += s.get(JAVA_INT, at) & 0xFFFF_FFFFL;
                }),
                touch("checksum", s -> sink += InternetChecksum.sum(s, 2, 4000)), // in vectors
                touch("store byte", s -> {
                    VarHandle.releaseFence();
                    s.set(JAVA_BYTE, 12, (byte) 1);
                }),
                touch("store int release", s -> INT.setRelease(s, 8L, 3)),
                touch("store long release", s -> LONG.setRelease(s, 8L, 3L)),
                touch("copy 16 out", s -> MemorySegment.copy(s, 0, LOCAL, 0, 16)),
                touch("copy 1514 out", s -> MemorySegment.copy(s, 0, LOCAL, 0, 1514)),
                touch("copy 60 in", s -> MemorySegment.copy(LOCAL, 0, s, 0, 60)),
                touch("copy 1514 in", s -> MemorySegment.copy(LOCAL, 0, s, 0, 1514)),
                touch("copy to heap", s -> MemorySegment.copy(s, JAVA_BYTE, 0, new byte[256], 0, 256)),
                touch("fill", s -> s.fill((byte) 0)));
    }

    private static Arguments touch(String name, Consumer<MemorySegment> access) {
        return Arguments.of(Named.of(name, access));
    }

    @ParameterizedTest
    @MethodSource("touches")
    void aFileCutShorterUnderItsMappingIsAnInternalErrorInterpretedAndCompiled(Consumer<MemorySegment> touch)
            throws SystemCallException {
        int cut = MemoryFile.create("cut", FILE_BYTES, false);
        try (Mapping mapping = Mapping.map(cut, 0, FILE_BYTES, true);
                Mapping whole = Mapping.map(file, 0, FILE_BYTES, true)) {
            assertEquals(0, Files.truncate(cut, 0));
            assertThrows(InternalError.class, () -> touchAndWait(touch, mapping.segment()));
            for (int i = 0; i < 20_000; i++) touch.accept(whole.segment());
            assertThrows(InternalError.class, () -> touchAndWait(touch, mapping.segment()));
        }
        Files.close(cut);
    }

    /// The error comes at the next safepoint check at the
    /// latest: a loop with a call that is not inlined has one.
    private static void touchAndWait(Consumer<MemorySegment> touch, MemorySegment segment) {
        touch.accept(segment);
        Threads.cpu();
    }

    @Test
    void aSystemCallOnMemoryThatIsGoneIsEfault() throws SystemCallException {
        int cut = MemoryFile.create("cut", FILE_BYTES, false);
        long pair = UnixSockets.pair();
        try (Mapping mapping = Mapping.map(cut, 0, FILE_BYTES, true);
                MessageSocket socket = new MessageSocket(UnixSockets.first(pair), 0)) {
            assertEquals(0, Files.truncate(cut, 0));
            assertEquals(-Errno.EFAULT, Files.write(UnixSockets.second(pair), mapping.segment(), 0, 64));
            assertEquals(-Errno.EFAULT, socket.send(mapping.segment(), 0, 64, null, false));
            IoVectors pieces = new IoVectors(1);
            pieces.add(mapping.segment(), 0, 64);
            assertEquals(-Errno.EFAULT, pieces.writev(UnixSockets.second(pair)));
        }
        Files.close(UnixSockets.second(pair));
        Files.close(cut);
    }

    @Test
    void aSealedFileCannotBeCutShorter() {
        int sealed = MemoryFile.create("sealed", 4096, true);
        assertEquals(Files.F_SEAL_SHRINK, Files.seals(sealed));
        assertEquals(-Errno.EPERM, Files.truncate(sealed, 0));
        assertEquals(0, Files.truncate(sealed, 8192), "it may grow");
        assertEquals(0, Files.addSeals(sealed, Files.F_SEAL_SEAL | Files.F_SEAL_GROW));
        assertEquals(-Errno.EPERM, Files.addSeals(sealed, Files.F_SEAL_WRITE));
        assertEquals(-Errno.EPERM, Files.truncate(sealed, 16_384));
        Files.close(sealed);
    }

    @Test
    void pagesAreAPowerOfTwo() {
        assertThat(Mapping.pageBytes()).isGreaterThanOrEqualTo(4096);
        assertEquals(1, Integer.bitCount(Mapping.pageBytes()));
    }
}
