package dev.doorbell.driver.exercise;

import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.register.IgbRegister;

/// How [DmaCopy] cuts a copy up: a region into frames, frames into kicks. A kick is what one doorbell
/// per queue starts; it is as large as the ring that receives it at most.
///
/// @param frameBytes    bytes of each frame, without FCS
/// @param queues        transmit queues that share each kick
/// @param bitsPerSecond limit of each queue, Layer-2 bits; 0: none
/// @param regionFrames  frames of the region that is copied
/// @param kickFrames    frames of a kick; the last one of a region may have fewer
public record CopyPlan(int frameBytes, int queues, long bitsPerSecond, long regionFrames, int kickFrames) {
    /// Shortest frame: the card would pad a shorter one, and more than was sent would arrive.
    public static final int MIN_FRAME_BYTES = 60;

    public static final int MAX_FRAME_BYTES = IgbDriver.MAX_FRAME_BYTES;

    /// Descriptors of each ring.
    public static final int RING_ENTRIES = 4096;

    /// Frames of a kick at most: equal head and tail mean an empty ring.
    public static final int MOST_KICK_FRAMES = RING_ENTRIES - 1;

    /// Largest region; its copy takes as much again.
    public static final long MOST_REGION_BYTES = 1L << 30;

    public static final long LEAST_RATE = 1_000_000;
    public static final long MOST_RATE = 1_000_000_000;

    private static final int LEAST_COUNTED_BYTES = 64; // the limiter counts a frame as no less
    private static final int KIB = 1024;
    private static final long SECOND_NS = 1_000_000_000;

    public CopyPlan {
        if (frameBytes < MIN_FRAME_BYTES || frameBytes > MAX_FRAME_BYTES)
            throw new IllegalArgumentException("frames of " + frameBytes + " bytes");
        if (queues < 1 || queues > IgbRegister.QUEUES) throw new IllegalArgumentException(queues + " queues");
        if (bitsPerSecond != 0 && (bitsPerSecond < LEAST_RATE || bitsPerSecond > MOST_RATE))
            throw new IllegalArgumentException(bitsPerSecond + " b/s");
        if (regionFrames < 1 || regionFrames * frameBytes - frameBytes >= MOST_REGION_BYTES)
            throw new IllegalArgumentException("a region of " + regionFrames + " frames");
        if (kickFrames < 1 || kickFrames > MOST_KICK_FRAMES || kickFrames > regionFrames)
            throw new IllegalArgumentException("kicks of " + kickFrames + " frames");
    }

    /// A region of at least `bytes`, in kicks as large as they can be.
    public static CopyPlan ofBytes(int frameBytes, int queues, long bitsPerSecond, long bytes) {
        long frames = Math.max(1, (bytes + frameBytes - 1) / frameBytes);
        return new CopyPlan(frameBytes, queues, bitsPerSecond, frames, (int) Math.min(frames, MOST_KICK_FRAMES));
    }

    /// A region that one kick copies in `ns` at the queues' rates; in the same share of it when the
    /// ring is too small for the whole.
    ///
    /// @param bitsPerSecond not 0
    public static CopyPlan ofTime(int frameBytes, int queues, long bitsPerSecond, long ns) {
        double frameNs = frameNs(frameBytes, queues, bitsPerSecond);
        long frames = Math.max(queues, Math.round(ns / frameNs));
        long kicks = (frames + MOST_KICK_FRAMES - 1) / MOST_KICK_FRAMES;
        int kickFrames = (int) ((frames + kicks - 1) / kicks);
        return new CopyPlan(frameBytes, queues, bitsPerSecond, kickFrames, kickFrames);
    }

    private static double frameNs(int frameBytes, int queues, long bitsPerSecond) {
        return Math.max(frameBytes, LEAST_COUNTED_BYTES) * 8.0 * SECOND_NS / bitsPerSecond / queues;
    }

    /// Bytes of the region.
    public long regionBytes() {
        return regionFrames * frameBytes;
    }

    /// Kicks that copy the region once.
    public long regionKicks() {
        return (regionFrames + kickFrames - 1) / kickFrames;
    }

    /// How long `frames` take at the queues' rates; 0 without a limit.
    public long nsOf(long frames) {
        return bitsPerSecond == 0 ? 0 : (long) (frames * frameNs(frameBytes, queues, bitsPerSecond));
    }

    /// Frames of kick `kick` of the region, counted from 0.
    int framesOf(long kick) {
        return (int) Math.min(kickFrames, regionFrames - kick * kickFrames);
    }

    /// What SRRCTL says: whole KiB that hold a frame.
    int bufferBytes() {
        return (frameBytes + KIB - 1) / KIB * KIB;
    }

    IgbDriverOptions driverOptions() {
        return IgbDriverOptions.DEFAULT
                .withQueues(queues, 1)
                .withRingEntries(RING_ENTRIES)
                .withBuffers(bufferBytes(), false)
                .withLoopback(Loopback.MAC);
    }

    /// Driver memory that rings, region and copy take at most.
    public long memoryBytes() {
        long copies = 2 * (regionBytes() + DmaCopy.ALIGNMENT_BYTES) + bufferBytes();
        return driverOptions().memoryBytes() + copies;
    }
}
