package dev.doorbell.lab.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// What the end of the wire that judges frames notices.
class NumberedEndTest {
    private static final int FRAME_BYTES = 64;

    private final NumberedEnd maker = new NumberedEnd(FRAME_BYTES);
    private final NumberedEnd judge = new NumberedEnd(FRAME_BYTES);
    private final FrameBatch batch = new FrameBatch(8, 16, 0);

    private void make(int frames) {
        batch.clear();
        maker.offer(frames);
        assertEquals(frames, maker.receive(batch));
    }

    private void assertJudged(long right, long damaged, long missing) {
        assertEquals(right, judge.right());
        assertEquals(damaged, judge.damaged());
        assertEquals(missing, judge.missing());
    }

    @Test
    void framesAreTakenAsTheyWereMade() {
        make(8);
        assertEquals(8, judge.transmit(batch, 0));
        make(3);
        assertEquals(3, judge.transmit(batch, 0));
        assertJudged(11, 0, 0);
        assertEquals(11, maker.made());
    }

    @Test
    void noMoreArriveThanWereOfferedOrFit() {
        batch.clear();
        assertEquals(0, maker.receive(batch));
        maker.offer(9);
        assertEquals(8, maker.receive(batch));
        batch.clear();
        assertEquals(1, maker.receive(batch));
        assertEquals(0, maker.receive(batch));
    }

    @Test
    void everyChangedByteShows() {
        for (int at = 0; at < FRAME_BYTES; at++) {
            NumberedEnd fresh = new NumberedEnd(FRAME_BYTES);
            NumberedEnd strict = new NumberedEnd(FRAME_BYTES);
            batch.clear();
            fresh.offer(1);
            fresh.receive(batch);
            byte was = batch.sliceSegment(0).get(ValueLayout.JAVA_BYTE, batch.sliceOffset(0) + at);
            batch.sliceSegment(0).set(ValueLayout.JAVA_BYTE, batch.sliceOffset(0) + at, (byte) (was ^ 0x10));
            strict.transmit(batch, 0);
            assertEquals(1, strict.damaged(), "byte " + at);
            assertEquals(0, strict.right(), "byte " + at);
        }
    }

    @Test
    void framesThatAreLeftOutAreMissing() {
        make(2);
        judge.transmit(batch, 1);
        assertJudged(1, 0, 1);
    }

    @Test
    void aFrameThatComesTwiceIsDamaged() {
        make(1);
        judge.transmit(batch, 0);
        judge.transmit(batch, 0);
        assertJudged(1, 1, 0);
    }

    @Test
    void aShorterFrameIsDamaged() {
        make(1);
        FrameBatch cut = new FrameBatch(1, 1, 0);
        cut.beginFrame();
        cut.addRange(batch, 0, 0, FRAME_BYTES - 8);
        cut.endFrame();
        judge.transmit(cut, 0);
        assertJudged(0, 1, 0);
    }

    @Test
    void lengthsThatHoldNoWholeWordsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new NumberedEnd(60));
        assertThrows(IllegalArgumentException.class, () -> new NumberedEnd(16));
    }
}
