package dev.doorbell.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Tells whether a frame ends with its own FCS.
public final class TrailingFcs {
    private final MemorySegment field = Arena.ofAuto().allocate(FrameCheckSequence.BYTES, 8);

    /// Bytes of a frame without the FCS at its end; all of them when the last four are no FCS of the rest.
    public int bodyBytes(FrameBatch batch, int frame) {
        int length = batch.lengthBytes(frame);
        int body = length - FrameCheckSequence.BYTES;
        if (body < FrameHeaders.ETHERNET_BYTES) return length;
        int running = FrameCheckSequence.update(FrameCheckSequence.START, batch, frame, 0, body);
        batch.copyTo(frame, body, FrameCheckSequence.BYTES, field, 0);
        return FrameCheckSequence.read(field, 0) == FrameCheckSequence.finish(running) ? body : length;
    }
}
