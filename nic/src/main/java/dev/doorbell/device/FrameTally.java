package dev.doorbell.device;

import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.register.Register;
import java.util.List;

/// Frames that went one way since the statistics registers were brought up to date: a few additions a frame here, in
/// place of a dozen registers, until somebody reads one. One thread, the card's.
public final class FrameTally {
    /// Kinds of destination address.
    public static final int UNICAST = 0;

    public static final int MULTICAST = 1;
    public static final int BROADCAST = 2;

    /// Sizes that a MAC tells apart, see [CountRegisters#sizeClass].
    private static final int SIZE_CLASSES = 6;

    private final long[] bySize = new long[SIZE_CLASSES];
    private final long[] byCast = new long[BROADCAST + 1];
    private final CountRegisters counts;
    private final Targets targets;
    private long frames;
    private long bytes;

    /// The registers that count one way.
    ///
    /// @param frames      each counts all of them
    /// @param bytes       low and high half of a pair, each pair counts all bytes
    /// @param multicasts, broadcasts count those kinds
    /// @param bySize      one for each class of [CountRegisters#sizeClass]
    public record Targets(
            List<Register> frames,
            List<Register> bytes,
            Register multicasts,
            Register broadcasts,
            List<Register> bySize) {
        public Targets {
            frames = List.copyOf(frames);
            bytes = List.copyOf(bytes);
            bySize = List.copyOf(bySize);
            if (bytes.size() % 2 != 0 || bySize.size() != SIZE_CLASSES)
                throw new IllegalArgumentException("pairs of " + bytes + ", sizes of " + bySize);
        }
    }

    public FrameTally(CountRegisters counts, Targets targets) {
        this.counts = counts;
        this.targets = targets;
    }

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

    /// Brings the registers up to date and starts over.
    public void settle() {
        if (frames == 0) return;
        for (int i = 0; i < targets.frames().size(); i++)
            counts.count(targets.frames().get(i), frames);
        for (int i = 0; i < targets.bytes().size(); i += 2)
            counts.add(targets.bytes().get(i), targets.bytes().get(i + 1), bytes);
        counts.count(targets.multicasts(), byCast[MULTICAST]);
        counts.count(targets.broadcasts(), byCast[BROADCAST]);
        for (int i = 0; i < SIZE_CLASSES; i++) counts.count(targets.bySize().get(i), bySize[i]);
        clear();
    }

    /// Starts over; what the registers do not show yet is gone.
    public void clear() {
        frames = 0;
        bytes = 0;
        for (int i = 0; i < bySize.length; i++) bySize[i] = 0;
        for (int i = 0; i < byCast.length; i++) byCast[i] = 0;
    }
}
