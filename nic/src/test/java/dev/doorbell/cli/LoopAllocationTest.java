package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.driver.CardConnection;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.e1000.E1000Driver;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.option.OptionException;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A frame's whole way, from the driver across the socket through card and backend and back with an
/// interrupt, allocates nothing once the JIT compiler has seen it: neither in the card's loop nor in the
/// driver.
@Timeout(120)
class LoopAllocationTest {
    private static final int FRAMES_PER_ROUND = 20_000;
    private static final int FRAMES_PER_BATCH = 16;
    private static final long ROUND_LIMIT_BYTES = 4096; // what compiling again may cost, far below a byte a frame
    private static final int MOST_ROUNDS = 200;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final FrameBatch batch = new FrameBatch(64, 64, 0);

    @Test
    void warmCardAndDriverAllocateNothingPerFrame(@TempDir Path folder) throws OptionException, IOException {
        Wiring wiring = Wiring.parse(
                List.of("e1000,id=quiet,netdev=n0,socket=" + folder.resolve("s")),
                List.of("loopback,id=n0"),
                List.of());
        DriverOptions options = DriverOptions.DEFAULT.withInterrupts(Moderation.NONE);
        long memoryBytes = options.memoryBytes() + TestFrames.memoryBytes(1514);
        try (Service service = Service.open(wiring, Streams.silent())) {
            service.start();
            long loop = Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().equals("card quiet"))
                    .findFirst()
                    .orElseThrow()
                    .threadId();
            try (CardConnection card =
                            CardConnection.connect(folder.resolve("s").toString(), memoryBytes);
                    E1000Driver driver = new E1000Driver(card, card.memory(), options, LockSupport::parkNanos)) {
                driver.start();
                TestFrames frames = new TestFrames(card.memory(), 1514, driver.macAddress(), driver.macAddress());
                long least = Long.MAX_VALUE;
                for (int round = 0; round < MOST_ROUNDS && least > ROUND_LIMIT_BYTES; round++) {
                    long before = allocated(loop);
                    exchange(card, driver, frames);
                    least = Math.min(least, allocated(loop) - before);
                }
                assertThat(least)
                        .as("bytes for " + FRAMES_PER_ROUND + " frames")
                        .isLessThanOrEqualTo(ROUND_LIMIT_BYTES);
            }
        }
    }

    private long allocated(long loop) {
        return threads.getThreadAllocatedBytes(loop) + threads.getCurrentThreadAllocatedBytes();
    }

    private void exchange(CardConnection card, E1000Driver driver, TestFrames frames) throws IOException {
        for (int sent = 0; sent < FRAMES_PER_ROUND; sent += FRAMES_PER_BATCH) {
            batch.clear();
            frames.make(batch, FRAMES_PER_BATCH);
            assertEquals(FRAMES_PER_BATCH, driver.transmit(batch, 0));
            for (int back = 0; back < FRAMES_PER_BATCH; ) {
                card.awaitInterrupt(1_000_000_000);
                driver.takeInterrupt();
                batch.clear();
                driver.receive(batch);
                back += frames.check(batch);
            }
        }
    }
}
