package dev.doorbell.backend.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.option.OptionException;
import org.junit.jupiter.api.Test;

/// What `af-xdp-open` lets a command lock is what the command's backend will ask for.
class LockedMemoryTest {
    @Test
    void memoryOfAQueueIsTheLargestThatDefaultsTake() throws OptionException {
        BackendOptions.AfXdp options = (BackendOptions.AfXdp) BackendOptions.parse("af-xdp,id=a,ifname=x");
        long bytes = 2L * options.ringEntries() * AfXdpInterface.LARGE_CHUNK_BYTES;
        assertEquals(bytes, AfXdpBackend.LOCKED_BYTES_PER_QUEUE);
    }
}
