package dev.doorbell.driver;

import dev.doorbell.driver.ring.DriverRing;

/// What a driver can be told before it starts.
///
/// @param ringEntries descriptors of each ring: a multiple of 8, 8 to 4096
/// @param bufferBytes bytes of each buffer: 2048, 4096, 8192 or 16384; longer frames take several
/// @param loopback    where frames turn round
/// @param moderation  how interrupts are held back
/// @param interrupts  whether the card interrupts at all; without, the driver only looks at memory
/// @param promiscuous whether frames for other stations are received too
public record DriverOptions(
        int ringEntries,
        int bufferBytes,
        Loopback loopback,
        Moderation moderation,
        boolean interrupts,
        boolean promiscuous) {
    /// 256 descriptors, 2 KiB buffers, polling.
    public static final DriverOptions DEFAULT =
            new DriverOptions(256, 2048, Loopback.OFF, Moderation.NONE, false, true);

    public DriverOptions {
        if (ringEntries < 8 || ringEntries > 4096 || ringEntries % 8 != 0) // 13.4.27: the size counts 128 bytes
        throw new IllegalArgumentException("a ring has 8 to 4096 descriptors, a multiple of 8, not " + ringEntries);
        if (Integer.bitCount(bufferBytes) != 1 || bufferBytes < 2048 || bufferBytes > 16384)
            throw new IllegalArgumentException("a buffer has 2048, 4096, 8192 or 16384 bytes, not " + bufferBytes);
    }

    public DriverOptions withRingEntries(int entries) {
        return new DriverOptions(entries, bufferBytes, loopback, moderation, interrupts, promiscuous);
    }

    public DriverOptions withBufferBytes(int bytes) {
        return new DriverOptions(ringEntries, bytes, loopback, moderation, interrupts, promiscuous);
    }

    public DriverOptions withLoopback(Loopback where) {
        return new DriverOptions(ringEntries, bufferBytes, where, moderation, interrupts, promiscuous);
    }

    public DriverOptions withInterrupts(Moderation held) {
        return new DriverOptions(ringEntries, bufferBytes, loopback, held, true, promiscuous);
    }

    public DriverOptions withPromiscuous(boolean all) {
        return new DriverOptions(ringEntries, bufferBytes, loopback, moderation, interrupts, all);
    }

    /// Driver memory that rings and buffers take at most.
    public long memoryBytes() {
        return 2L * ringEntries * (DriverRing.DESCRIPTOR_BYTES + bufferBytes) + 2L * 4096;
    }
}
