package dev.doorbell.driver;

/// A receive ring of the 82576: advanced descriptors, one buffer each.
final class IgbReceiveRing extends ReceiveRing {
    private static final long DD = 1;
    private static final long EOP = 1 << 1;
    private static final long DAMAGED = 1L << 24 | 1L << 25 | 1L << 26 | 1L << 31; // CE, SE, SEQ, RXE
    private static final int LENGTH_SHIFT = 32;

    IgbReceiveRing(DriverMemory memory, int entries, int bufferBytes, boolean ownBuffers) {
        super(memory, entries, bufferBytes, ownBuffers);
    }

    @Override
    boolean done(long word1) {
        return (word1 & DD) != 0;
    }

    @Override
    boolean endOfPacket(long word1) {
        return (word1 & EOP) != 0;
    }

    @Override
    boolean damaged(long word1) {
        return (word1 & DAMAGED) != 0;
    }

    @Override
    int lengthBytes(long word1) {
        return (int) (word1 >>> LENGTH_SHIFT) & 0xFFFF;
    }
}
