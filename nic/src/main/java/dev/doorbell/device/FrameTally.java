package dev.doorbell.device;

import dev.doorbell.frame.EthernetAddress;

/// Frames that went one way since the statistics registers were brought up to date: a few additions a frame here, in
/// place of a dozen registers, until somebody reads one. One thread, the card's.
public final class FrameTally {
    /// Kinds of destination address.
    public static final int UNICAST = 0;

    public static final int MULTICAST = 1;
    public static final int BROADCAST = 2;

    /// Sizes that a MAC tells apart, see [CountRegisters#sizeClass].
    public static final int SIZE_CLASSES = 6;

    private final long[] bySize = new long[SIZE_CLASSES];
    private final long[] byCast = new long[BROADCAST + 1];
    private long frames;
    private long bytes;

    /// The kind of a destination address.
    public static int castOf(long destination) {
        if (!EthernetAddress.isGroup(destination)) return UNICAST;
        return EthernetAddress.isBroadcast(destination) ? BROADCAST : MULTICAST;
    }

    /// One more.
    ///
    /// @param cast [#UNICAST], [#MULTICAST] or [#BROADCAST]
    public void add(int lengthWithFcsBytes, int cast) {
        frames++;
        bytes += lengthWithFcsBytes;
        bySize[CountRegisters.sizeClass(lengthWithFcsBytes)]++;
        byCast[cast]++;
    }

    public boolean isEmpty() {
        return frames == 0;
    }

    public long frames() {
        return frames;
    }

    /// Their bytes, with the FCS.
    public long bytes() {
        return bytes;
    }

    public long ofSize(int sizeClass) {
        return bySize[sizeClass];
    }

    public long ofCast(int cast) {
        return byCast[cast];
    }

    /// Starts over.
    public void clear() {
        frames = 0;
        bytes = 0;
        for (int i = 0; i < bySize.length; i++) bySize[i] = 0;
        for (int i = 0; i < byCast.length; i++) byCast[i] = 0;
    }
}
