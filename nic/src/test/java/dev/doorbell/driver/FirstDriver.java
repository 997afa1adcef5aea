package dev.doorbell.driver;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.pci.PciFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The program that docs/drivers.md shows; [FirstDriverTest] compares the two and runs it.
final class FirstDriver {
    private FirstDriver() {}

    // docs/drivers.md begins
    static int echo(PciFunction card, DriverMemory memory, Delay delay, InterruptWait wait) {
        DriverOptions options = DriverOptions.DEFAULT.withInterrupts(Moderation.throttled(8000));
        try (NetworkDriver driver = NetworkDriver.of(card, memory, options, delay)) {
            FramePool pool = new FramePool(memory, 512, options.bufferBytes());
            FrameBatch batch = new FrameBatch(32, 320, 0);
            driver.usePool(pool);
            driver.start();

            int buffer = pool.take(); // a broadcast of 60 bytes, type 0x88B5
            MemorySegment frame = pool.segment().asSlice(pool.offset(buffer), 60);
            frame.asSlice(0, 6).fill((byte) 0xFF);
            frame.set(ValueLayout.JAVA_BYTE, 12, (byte) 0x88);
            frame.set(ValueLayout.JAVA_BYTE, 13, (byte) 0xB5);
            pool.append(batch, buffer, 60);
            driver.transmit(batch, 0); // one doorbell; the pool gets its buffer back when the card is done

            int received = 0;
            do {
                driver.takeInterrupt(); // why, and the card may interrupt again
                do {
                    batch.clear();
                    received += driver.receive(batch); // slices of the pool's buffers: ours now
                    pool.give(batch, 0);
                } while (batch.size() > 0);
            } while (received == 0 && wait.awaitInterrupt(1_000_000_000));
            return received;
        }
    }
    // docs/drivers.md ends
}
