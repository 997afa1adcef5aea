package dev.doorbell.cli.drive;

/// How much `drive` sends or waits for.
///
/// @param frameBytes    Layer-2 bytes of a frame, without FCS
/// @param frames        stop after so many; `Long.MAX_VALUE`: no such limit
/// @param ns            stop after this time; `Long.MAX_VALUE`: no such limit
/// @param bitsPerSecond Layer-2 bits sent a second at most; 0: no limit
record DriveLimits(int frameBytes, long frames, long ns, long bitsPerSecond) {
    /// Frames that may have been sent when `elapsedNs` have passed.
    long allowedFrames(long elapsedNs) {
        if (bitsPerSecond == 0) return frames;
        double paced = elapsedNs / 1e9 * bitsPerSecond / (8.0 * frameBytes);
        return Math.min(frames, 1 + (long) paced);
    }
}
