package dev.doorbell.story;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The timing of a memory that is reached by messages: a read is first asked for, arrives after some more
/// tries, and is kept until the step that asked for it is over; writes are posted, seldom refused, and seen
/// after a while. Bytes travel at once: a card that keeps the rules cannot tell.
final class Stutter {
    private static final int LONGEST_DELAY = 4;

    /// Reads and bytes of one step that the memory keeps; beyond them it would have to refuse.
    private static final int LIMIT_READS = 512;

    private static final int LIMIT_BYTES = 1 << 20;

    private static final class Read {
        private final long iova;
        private final int lengthBytes;
        private int triesLeft;
        private boolean stale; // overwritten since; its place is taken until the step ends

        private Read(long iova, int lengthBytes, int triesLeft) {
            this.iova = iova;
            this.lengthBytes = lengthBytes;
            this.triesLeft = triesLeft;
        }
    }

    private final SplittableRandom random;
    private final List<Read> reads = new ArrayList<>();
    private int unseenFor;

    Stutter(long seed) {
        random = new SplittableRandom(seed);
    }

    boolean delaysRead(long iova, int lengthBytes) {
        int keptBytes = 0;
        for (Read read : reads) {
            if (!read.stale && read.iova == iova && read.lengthBytes == lengthBytes) return read.triesLeft-- > 0;
            keptBytes += read.lengthBytes;
        }
        if (reads.size() == LIMIT_READS || keptBytes + lengthBytes > LIMIT_BYTES)
            throw new AssertionError("the card asks for too much in one step, or forgot to end one");
        reads.add(new Read(iova, lengthBytes, random.nextInt(LONGEST_DELAY)));
        return true;
    }

    boolean refusesWrite(long iova, int lengthBytes) {
        if (random.nextInt(5) == 0) return true;
        for (Read read : reads) read.stale |= iova < read.iova + read.lengthBytes && read.iova < iova + lengthBytes;
        unseenFor = random.nextInt(LONGEST_DELAY);
        return false;
    }

    boolean seesWrites() {
        if (unseenFor == 0) return true;
        unseenFor--;
        return false;
    }

    void release() {
        reads.clear();
    }
}
