package dev.doorbell.frame;

import static dev.doorbell.frame.FrameBatch.SEGMENT_NONE;

/// Cuts a large frame that a backend delivers whole into the frames that a wire would have carried: the
/// chip has no way to hand a larger one to its driver. One thread; allocates nothing after the constructor.
public final class ArrivalSplitter {
    private static final int BATCH_FRAMES = 32;
    private static final int BATCH_SLICES = 512;
    private static final int VLAN_TYPE = 0x8100;

    private final FrameHeaders headers = new FrameHeaders();
    private final SegmentationPlan plan = new SegmentationPlan();
    private final Segmenter segmenter = new Segmenter();
    private final FrameBatch segments =
            new FrameBatch(BATCH_FRAMES, BATCH_SLICES, BATCH_FRAMES * Segmenter.SCRATCH_BYTES);
    private FrameBatch large = segments;
    private int largeFrame;
    private int total;
    private int made;
    private int next;

    /// Forgets the frame in work.
    public void clear() {
        segments.clear();
        next = 0;
        made = 0;
        total = 0;
    }

    /// Starts with a frame that asks for segmentation; it must stay as it is until [#hasNext()] is false.
    ///
    /// @return false when it is no frame that could be cut
    public boolean begin(FrameBatch batch, int frame) {
        assert batch.segmentType(frame) != SEGMENT_NONE : "nothing to cut";
        clear();
        headers.parse(batch, frame, VLAN_TYPE);
        if (batch.segmentBytes(frame) <= 0 || !plan.fromHeaders(headers, batch.segmentBytes(frame))) return false;
        segmenter.beginSeeded(plan, batch, frame, headers.pseudoHeaderSum());
        large = batch;
        largeFrame = frame;
        total = plan.segments();
        return true;
    }

    /// Whether segments are left of the frame given to [#begin].
    public boolean hasNext() {
        return next < segments.size() || made < total;
    }

    /// Makes the next segment the current one.
    public void next() {
        if (next == segments.size()) {
            segments.clear();
            next = 0;
            made += segmenter.emit(plan, large, largeFrame, made, segments);
        }
        next++;
    }

    /// Where the current segment is: frame [#frame()] of this batch.
    public FrameBatch batch() {
        return segments;
    }

    public int frame() {
        return next - 1;
    }
}
