package dev.doorbell.lab.world;

import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timer;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// A network that sends frames of one length to a card: at a constant rate, or at random intervals with a given mean
/// (a Poisson process, the same for the same seed). It takes what the card sends and counts it.
///
/// A timer that does nothing marks each arrival, so that a world which stops at every deadline has its card fetch the
/// frame at exactly its time. The card loses what it cannot take, as on a wire. One thread.
public final class Source implements FrameBackend {
    private static final int MAX_FRAME_BYTES = 16_384;
    private static final int BATCH_FRAMES = 64;
    private static final short TYPE_LOCAL = (short) 0x88B5; // IEEE 802, local experiments

    private final VirtualTimeline time;
    private final Timer next;
    private final MemorySegment frame;
    private final int frameBytes;
    private SplittableRandom random = new SplittableRandom(0);
    private boolean poisson;
    private long perSecond;
    private long startNs;
    private long inPlan; // of the constant rate: frames since startNs
    private long dueNs; // of the next frame
    private long left; // still to come
    private long offered;
    private long taken;

    /// @param frameBytes  14 to 16384, without FCS
    /// @param destination as [EthernetAddress] has them
    public Source(VirtualTimeline time, int frameBytes, long destination, long source) {
        if (frameBytes < 14 || frameBytes > MAX_FRAME_BYTES)
            throw new IllegalArgumentException("a frame has 14 to " + MAX_FRAME_BYTES + " bytes, not " + frameBytes);
        this.time = time;
        this.frameBytes = frameBytes;
        next = time.timer("arrival", () -> {});
        frame = Arena.ofAuto().allocate(frameBytes, 64);
        EthernetAddress.write(frame, 0, destination);
        EthernetAddress.write(frame, 6, source);
        frame.set(ValueLayout.JAVA_BYTE, 12, (byte) (TYPE_LOCAL >>> 8));
        frame.set(ValueLayout.JAVA_BYTE, 13, (byte) TYPE_LOCAL);
    }

    /// Sends `count` frames from now on, one every 1/`framesPerSecond`, the first at once.
    public void constant(long framesPerSecond, long count) {
        begin(framesPerSecond, count);
        poisson = false;
        dueNs = startNs;
        arm();
    }

    /// Sends `count` frames from now on at random times, on average `framesPerSecond` of them a second.
    public void poisson(long framesPerSecond, long count, long seed) {
        begin(framesPerSecond, count);
        poisson = true;
        random = new SplittableRandom(seed);
        dueNs = startNs + randomGapNs();
        arm();
    }

    private void begin(long framesPerSecond, long count) {
        if (framesPerSecond < 1 || framesPerSecond > 1_000_000_000)
            throw new IllegalArgumentException("a rate is 1 to 1e9 frames a second, not " + framesPerSecond);
        perSecond = framesPerSecond;
        startNs = time.nowNs();
        inPlan = 0;
        left = count;
    }

    /// StrictMath: the same bits on every machine.
    private long randomGapNs() {
        return Math.round(-StrictMath.log(1 - random.nextDouble()) * 1e9 / perSecond);
    }

    private void arm() {
        if (left > 0) next.armAt(dueNs);
        else next.disarm();
    }

    private void passOne() {
        left--;
        offered++;
        inPlan++;
        // Of the constant rate from the start, not from the frame before: no rounding adds up.
        dueNs = poisson ? dueNs + randomGapNs() : startNs + inPlan * 1_000_000_000L / perSecond;
    }

    @Override
    public int receive(FrameBatch batch) {
        int frames = 0;
        for (; left > 0 && dueNs - time.nowNs() <= 0 && !batch.isFull() && batch.freeSlices() > 0; frames++) {
            batch.beginFrame();
            batch.addSlice(frame, 0, frameBytes);
            batch.endFrame();
            passOne();
        }
        if (frames > 0) arm();
        return frames;
    }

    /// Whether every frame has been fetched by the card.
    public boolean done() {
        return left == 0;
    }

    /// Frames fetched by the card so far.
    public long offered() {
        return offered;
    }

    /// Frames that the card sent.
    public long taken() {
        return taken;
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        taken += batch.size() - from;
        return batch.size() - from;
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.plain(MAX_FRAME_BYTES, BATCH_FRAMES);
    }

    @Override
    public void close() {}
}
