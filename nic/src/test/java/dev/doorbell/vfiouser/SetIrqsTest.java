package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.pci.InterruptKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// DEVICE_SET_IRQS: every index, data and action; the level-triggered line; and eventfds that are none.
class SetIrqsTest {
    private static final int SET_IRQS = 8;
    private static final int INTX = 0;
    private static final int MSI = 1;
    private static final int MSIX = 2;
    private static final int ERR = 3;
    private static final int REQ = 4;
    private static final int NONE = 1;
    private static final int BOOL = 2;
    private static final int EVENTFD = 4;
    private static final int MASK = 8;
    private static final int UNMASK = 16;
    private static final int TRIGGER = 32;

    private final ServerBench bench = ServerBench.connected();
    private final int[] fds = new int[8];
    private final long openBefore = ServerBench.openDescriptors();

    SetIrqsTest() {
        for (int i = 0; i < fds.length; i++) fds[i] = ServerBench.eventfd();
    }

    @AfterEach
    void close() {
        bench.ok(SET_IRQS, Body.setIrqs(NONE | TRIGGER, INTX, 0, 0));
        for (int index : new int[] {MSI, MSIX, ERR, REQ}) bench.ok(SET_IRQS, Body.setIrqs(NONE | TRIGGER, index, 0, 0));
        assertThat(ServerBench.openDescriptors()).isEqualTo(openBefore + fds.length);
        bench.stillServes();
        bench.close();
        for (int fd : fds) Files.close(fd);
    }

    private void set(int flags, int index, int start, int count, int... descriptors) {
        assertThat(bench.ok(SET_IRQS, Body.setIrqs(flags, index, start, count), descriptors)
                        .body())
                .isEmpty();
    }

    private int refused(int flags, int index, int start, int count, int... descriptors) {
        return bench.refused(SET_IRQS, Body.setIrqs(flags, index, start, count), descriptors);
    }

    private long signals(int i) {
        return Math.max(0, EventFd.drain(fds[i]));
    }

    private void line(boolean up) {
        bench.function.interrupts.intx(up);
    }

    private void message(InterruptKind kind, int vector) {
        bench.function.interrupts.message(kind, vector);
    }

    // The line.

    @Test
    void lineSignalsOnceAndAgainOnlyAfterUnmaskWhileUp() {
        set(EVENTFD | TRIGGER, INTX, 0, 1, fds[0]);
        line(true);
        assertThat(signals(0)).isEqualTo(1);
        line(true);
        line(false);
        line(true); // masked by itself
        assertThat(signals(0)).isZero();
        set(NONE | UNMASK, INTX, 0, 1);
        assertThat(signals(0)).isEqualTo(1);
        line(false);
        set(NONE | UNMASK, INTX, 0, 1);
        assertThat(signals(0)).isZero();
        line(true);
        assertThat(signals(0)).isEqualTo(1);
    }

    @Test
    void lineThatFellWhileMaskedIsForgotten() {
        set(EVENTFD | TRIGGER, INTX, 0, 1, fds[0]);
        set(NONE | MASK, INTX, 0, 1);
        line(true);
        line(false);
        assertThat(signals(0)).isZero();
        set(NONE | UNMASK, INTX, 0, 1);
        assertThat(signals(0)).isZero();
    }

    @Test
    void lineThatIsUpSignalsAnEventfdThatComesLater() {
        line(true);
        set(EVENTFD | TRIGGER, INTX, 0, 1, fds[0]);
        assertThat(signals(0)).isEqualTo(1);
        set(EVENTFD | TRIGGER, INTX, 0, 1, fds[1]); // another one: unmasked anew
        assertThat(signals(1)).isEqualTo(1);
        set(EVENTFD | TRIGGER, INTX, 0, 1); // none: unset
        line(false);
        line(true);
        assertThat(signals(1)).isZero();
        line(false);
    }

    @Test
    void unmaskEventfdIsPolled() {
        set(EVENTFD | TRIGGER, INTX, 0, 1, fds[0]);
        set(EVENTFD | UNMASK, INTX, 0, 1, fds[1]);
        line(true);
        assertThat(signals(0)).isEqualTo(1);
        EventFd.signal(fds[1]);
        bench.settle();
        assertThat(signals(0)).isEqualTo(1);
        assertThat(signals(1)).isZero(); // taken
        line(false);
        EventFd.signal(fds[1]);
        bench.settle();
        assertThat(signals(0)).isZero();
    }

    @Test
    void maskEventfdIsPolled() {
        set(EVENTFD | TRIGGER, INTX, 0, 1, fds[0]);
        set(EVENTFD | MASK, INTX, 0, 1, fds[1]);
        EventFd.signal(fds[1]);
        bench.settle();
        line(true);
        assertThat(signals(0)).isZero();
        set(EVENTFD | MASK, INTX, 0, 1); // unset
        set(NONE | UNMASK, INTX, 0, 1);
        assertThat(signals(0)).isEqualTo(1);
        line(false);
    }

    @Test
    void booleanSaysWhetherTheLineIsMeant() {
        set(EVENTFD | TRIGGER, INTX, 0, 1, fds[0]);
        line(true);
        assertThat(signals(0)).isEqualTo(1);
        bench.ok(SET_IRQS, Body.setIrqs(BOOL | UNMASK, INTX, 0, 1, (byte) 0));
        assertThat(signals(0)).isZero();
        bench.ok(SET_IRQS, Body.setIrqs(BOOL | UNMASK, INTX, 0, 1, (byte) 1));
        assertThat(signals(0)).isEqualTo(1);
        line(false);
    }

    // Messages.

    @Test
    void messagesReachTheirVectorsEventfdEveryTime() {
        set(EVENTFD | TRIGGER, MSIX, 0, 4, fds[0], fds[1], fds[2], fds[3]);
        set(EVENTFD | TRIGGER, MSIX, 39, 1, fds[4]);
        set(EVENTFD | TRIGGER, MSI, 0, 1, fds[5]);
        message(InterruptKind.MSIX, 2);
        message(InterruptKind.MSIX, 2);
        message(InterruptKind.MSIX, 39);
        message(InterruptKind.MSI, 0);
        assertThat(signals(2)).isEqualTo(2);
        assertThat(signals(4)).isEqualTo(1);
        assertThat(signals(5)).isEqualTo(1);
        assertThat(signals(0) + signals(1) + signals(3)).isZero();
        assertThat(bench.count(VfioUserCounter.INTERRUPTS)).isEqualTo(4);
    }

    @Test
    void eventfdWithoutDescriptorUnsetsItsVectorsOnly() {
        set(EVENTFD | TRIGGER, MSIX, 0, 3, fds[0], fds[1], fds[2]);
        set(EVENTFD | TRIGGER, MSIX, 1, 1); // as QEMU, for a vector not in use yet
        for (int vector = 0; vector < 3; vector++) message(InterruptKind.MSIX, vector);
        assertThat(signals(0)).isEqualTo(1);
        assertThat(signals(1)).isZero();
        assertThat(signals(2)).isEqualTo(1);
        assertThat(bench.count(VfioUserCounter.INTERRUPTS_UNARMED)).isEqualTo(1);
    }

    @Test
    void countZeroTurnsTheWholeIndexOff() {
        set(EVENTFD | TRIGGER, MSIX, 0, 2, fds[0], fds[1]);
        set(EVENTFD | TRIGGER, INTX, 0, 1, fds[2]);
        set(NONE | TRIGGER, MSIX, 0, 0);
        message(InterruptKind.MSIX, 0);
        line(true);
        assertThat(signals(0)).isZero();
        assertThat(signals(2)).isEqualTo(1); // the line is another index
        line(false);
    }

    @Test
    void maskedMessageIsSentWhenUnmasked() {
        set(EVENTFD | TRIGGER, MSIX, 0, 2, fds[0], fds[1]);
        set(NONE | MASK, MSIX, 0, 2);
        message(InterruptKind.MSIX, 1);
        message(InterruptKind.MSIX, 1);
        assertThat(signals(1)).isZero();
        set(NONE | UNMASK, MSIX, 0, 2);
        assertThat(signals(1)).isEqualTo(1); // one pending bit
        assertThat(signals(0)).isZero();
    }

    @Test
    void clientMayTriggerByItself() {
        set(EVENTFD | TRIGGER, MSIX, 0, 3, fds[0], fds[1], fds[2]);
        set(NONE | TRIGGER, MSIX, 1, 2);
        bench.ok(SET_IRQS, Body.setIrqs(BOOL | TRIGGER, MSIX, 0, 3, (byte) 1, (byte) 0, (byte) 1));
        assertThat(signals(0)).isEqualTo(1);
        assertThat(signals(1)).isEqualTo(1);
        assertThat(signals(2)).isEqualTo(2);
        set(EVENTFD | TRIGGER, ERR, 0, 1, fds[3]);
        set(EVENTFD | TRIGGER, REQ, 0, 1, fds[4]);
        set(NONE | TRIGGER, ERR, 0, 1);
        assertThat(signals(3)).isEqualTo(1);
        assertThat(signals(4)).isZero();
    }

    @Test
    void sixteenDescriptorsInOneMessageAreAllSet() {
        int[] many = new int[16];
        Arrays.setAll(many, i -> fds[i % fds.length]);
        set(EVENTFD | TRIGGER, MSIX, 10, 16, many);
        for (int i = 0; i < 16; i++) message(InterruptKind.MSIX, 10 + i);
        for (int i = 0; i < fds.length; i++) assertThat(signals(i)).isEqualTo(2);
    }

    // Refusals.

    @Test
    void vectorsThatAreNotThereAreRefused() {
        int[][] cases = { // index, start, count
            {5, 0, 1},
            {-1, 0, 1},
            {INTX, 1, 1},
            {INTX, 0, 2},
            {MSI, 4, 1},
            {MSI, 3, 2},
            {MSIX, 40, 1},
            {MSIX, 39, 2},
            {MSIX, -1, 1},
            {MSIX, 0, -1},
            {MSIX, Integer.MAX_VALUE, 1},
            {MSIX, 1, Integer.MAX_VALUE},
            {ERR, 0, 2},
            {MSIX, 0, 1 << 30},
            {MSIX, 41, 0}
        };
        for (int[] c : cases)
            assertThat(refused(NONE | TRIGGER, c[0], c[1], c[2]))
                    .as(Arrays.toString(c))
                    .isEqualTo(Errno.EINVAL);
    }

    @Test
    void flagsThatExcludeEachOtherAreRefused() {
        for (int flags : new int[] {
            0,
            NONE,
            TRIGGER,
            NONE | BOOL | TRIGGER,
            NONE | MASK | UNMASK,
            NONE | TRIGGER | 64,
            -1,
            NONE | EVENTFD | MASK
        }) assertThat(refused(flags, MSIX, 0, 1)).as("%x", flags).isEqualTo(Errno.EINVAL);
        assertThat(refused(NONE | MASK, MSIX, 0, 0)).isEqualTo(Errno.EINVAL);
        assertThat(refused(EVENTFD | TRIGGER, MSIX, 0, 0)).isEqualTo(Errno.EINVAL);
        assertThat(refused(NONE | MASK, ERR, 0, 1)).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(refused(EVENTFD | UNMASK, MSIX, 0, 1, fds[0])).isEqualTo(Errno.EOPNOTSUPP);
    }

    @Test
    void sizesThatDisagreeAreRefused() {
        byte[] right = Body.setIrqs(NONE | TRIGGER, MSIX, 0, 1);
        for (int size = 0; size < right.length; size++)
            assertThat(bench.refused(SET_IRQS, Arrays.copyOf(right, size))).isEqualTo(Errno.EINVAL);
        right[0] = 19;
        assertThat(bench.refused(SET_IRQS, right)).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(SET_IRQS, Body.setIrqs(BOOL | TRIGGER, MSIX, 0, 2, (byte) 1)))
                .isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(SET_IRQS, Body.setIrqs(BOOL | TRIGGER, MSIX, 0, 1, (byte) 1, (byte) 1)))
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void descriptorsOfTheWrongNumberOrKindAreRefusedAndClosed() {
        long pair = UnixSockets.pair();
        int memory = ServerBench.memoryFile(4096);
        set(EVENTFD | TRIGGER, MSIX, 0, 1, fds[0]);
        assertThat(refused(EVENTFD | TRIGGER, MSIX, 0, 2, fds[1])).isEqualTo(Errno.EINVAL);
        assertThat(refused(EVENTFD | TRIGGER, MSIX, 0, 1, fds[1], fds[2])).isEqualTo(Errno.EINVAL);
        assertThat(refused(NONE | TRIGGER, MSIX, 0, 1, fds[1])).isEqualTo(Errno.EINVAL);
        assertThat(refused(EVENTFD | TRIGGER, MSIX, 0, 1, UnixSockets.first(pair)))
                .isEqualTo(Errno.EINVAL);
        assertThat(refused(EVENTFD | TRIGGER, MSIX, 0, 2, fds[1], memory)).isEqualTo(Errno.EINVAL);
        assertThat(signals(0)).isZero(); // none of it triggered anything
        message(InterruptKind.MSIX, 0);
        assertThat(signals(0)).isEqualTo(1); // and what was set stands
        Files.close(UnixSockets.first(pair));
        Files.close(UnixSockets.second(pair));
        Files.close(memory);
    }

    @Test
    void counterThatIsFullNeverStopsTheCard() {
        MemorySegment most = Arena.ofAuto().allocate(8, 8);
        most.set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, -2); // the largest count an eventfd holds
        ServerBench.check("write", Files.write(fds[0], most, 0, 8));
        set(EVENTFD | TRIGGER, MSIX, 0, 1, fds[0]);
        ServerBench.check("fcntl", Files.setNonBlocking(fds[0], true));
        message(InterruptKind.MSIX, 0);
        message(InterruptKind.MSIX, 0);
        assertThat(signals(0)).isPositive();
    }
}
