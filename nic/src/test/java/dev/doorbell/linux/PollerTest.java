package dev.doorbell.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollerTest {
    private final List<String> openBefore = TestFiles.open();
    private final int one = EventFd.create();
    private final int two = EventFd.create();
    private final Poller poller = new Poller(4);

    @AfterEach
    void nothingLeaks() {
        Files.close(one);
        Files.close(two);
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    @Test
    void onlyTheSlotsThatAreReadySaySo() {
        poller.set(1, one, Poller.POLLIN);
        poller.set(3, two, (short) (Poller.POLLIN | Poller.POLLOUT));
        assertEquals(1, poller.poll(0));
        assertEquals(0, poller.ready(1));
        assertEquals(Poller.POLLOUT, poller.ready(3));
        EventFd.signal(one);
        assertEquals(2, poller.poll(-1));
        assertEquals(Poller.POLLIN, poller.ready(1));
        assertEquals(0, poller.ready(0));
        poller.setEvents(3, (short) 0);
        assertEquals(1, poller.poll(-1));
        assertEquals(0, poller.ready(3));
    }

    @Test
    void aSlotTakenOutIsNeverReady() {
        poller.set(2, one, Poller.POLLOUT);
        assertEquals(1, poller.poll(0));
        poller.set(2, -1, (short) 0);
        assertEquals(0, poller.ready(2));
        assertEquals(0, poller.poll(0));
    }

    @Test
    void timeoutsAreNeverCutShortAndKeepTheirOrder() {
        poller.set(0, one, Poller.POLLIN);
        long[] timeoutsNs = {0, 1, 1_000, 300_000, 1_500_000, 20_000_000};
        for (long timeoutNs : timeoutsNs) {
            long startNs = System.nanoTime();
            assertEquals(0, poller.poll(timeoutNs));
            assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(timeoutNs);
        }
    }

    @Test
    void aTimeoutOfYearsIsTaken() {
        poller.set(0, one, Poller.POLLOUT);
        assertEquals(1, poller.poll(Long.MAX_VALUE));
    }

    @Test
    void anotherThreadWakesAPollThatWaitsForEver() throws InterruptedException {
        poller.set(0, one, Poller.POLLIN);
        Thread waker = new Thread(() -> EventFd.signal(one));
        waker.start();
        assertEquals(1, poller.poll(-1));
        assertEquals(1, EventFd.drain(one));
        waker.join();
    }

    @Test
    void hangUpsAndClosedDescriptorsAreReportedUnasked() {
        long pair = UnixSockets.pair();
        poller.set(0, UnixSockets.first(pair), (short) 0);
        poller.set(1, 1_000_000, (short) 0);
        Files.close(UnixSockets.second(pair));
        assertEquals(2, poller.poll(-1));
        assertEquals(Poller.POLLHUP, poller.ready(0));
        assertEquals(Poller.POLLNVAL, poller.ready(1));
        Files.close(UnixSockets.first(pair));
    }

    @Test
    void aSlotOutsideIsRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> poller.set(4, one, Poller.POLLIN));
        assertThrows(IllegalArgumentException.class, () -> new Poller(0));
        assertEquals(0, new Poller(1).poll(0));
    }
}
