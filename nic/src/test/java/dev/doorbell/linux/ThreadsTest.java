package dev.doorbell.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void aPinnedThreadStaysWhereItWasPut() throws InterruptedException {
        int[] answer = {-1, -1};
        Thread thread = new Thread(
                () -> { // its own, as the pin stays with a thread
                    int cpu = Threads.cpu();
                    answer[0] = Threads.pin(cpu);
                    answer[1] = Threads.cpu() - cpu;
                });
        thread.start();
        thread.join();
        assertEquals(0, answer[0]);
        assertEquals(0, answer[1]);
    }

    @Test
    void aProcessorThatIsNotThereIsEinval() {
        assertEquals(-Errno.EINVAL, Threads.pin(-1));
        assertEquals(-Errno.EINVAL, Threads.pin(1023));
        assertEquals(-Errno.EINVAL, Threads.pin(1024));
    }

    @Test
    void limitsArePositive() {
        assertThat(Limits.openFiles()).isGreaterThan(Files.openFdCount());
        assertThat(Limits.lockedMemoryBytes()).isNotNegative();
    }
}
