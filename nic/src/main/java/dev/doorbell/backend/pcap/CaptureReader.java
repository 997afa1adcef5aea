package dev.doorbell.backend.pcap;

import dev.doorbell.backend.CountedBackend;

/// Walks over the frames of a capture file. What the file says is judged as it comes; nothing in it
/// makes a reader throw, loop or read outside of the window.
///
/// [#look] finds the next frame, [#pass] goes past it. Allocates nothing until something is wrong
/// with the file. One thread.
abstract sealed class CaptureReader implements AutoCloseable permits PcapReader, PcapngReader {
    /// What [#look] found.
    enum Step {
        /// A frame, whole in the window.
        FRAME,
        /// A frame longer than any card takes: to be passed.
        TOO_LONG,
        /// A frame of something that is no Ethernet: to be passed.
        OTHER_LINK,
        /// Nothing that could be told with the bytes held: more must be read.
        MORE,
        /// The file cannot be understood from here on: see [#damage].
        DAMAGED
    }

    /// The one link type that a network card can play: LINKTYPE_ETHERNET.
    static final int LINKTYPE_ETHERNET = 1;
    /// Most bytes of a frame that any capture holds, whatever its header promises; readers and
    /// writers of these formats agree on that.
    static final int MAX_CAPTURED_BYTES = 262_144;

    final CaptureWindow window;
    private String damage = "";
    private int frameAt;
    private int capturedBytes;
    private long originalBytes;
    private long recordBytes;
    private long timeNs;
    private boolean timed;

    CaptureReader(CaptureWindow window) {
        this.window = window;
    }

    /// Finds the next frame at or after the window's position. Asked again without [#pass], it
    /// finds the same one.
    abstract Step look();

    /// Goes back to the first frame.
    abstract void restart();

    /// Goes past what [#look] has found.
    final void pass() {
        window.skip(recordBytes);
    }

    /// Where the frame begins in the window's memory.
    final int frameAt() {
        return frameAt;
    }

    /// Bytes of the frame that the file has, without FCS.
    final int capturedBytes() {
        return capturedBytes;
    }

    /// Whether the frame was longer on the wire.
    final boolean isCut() {
        return capturedBytes < originalBytes;
    }

    /// Whether the file says when the frame passed.
    final boolean isTimed() {
        return timed;
    }

    /// When the frame passed, in nanoseconds since 1970.
    final long timeNs() {
        return timeNs;
    }

    /// What is wrong, for people, after [Step#DAMAGED].
    final String damage() {
        return damage;
    }

    /// Notes a frame of the record at the window's position.
    ///
    /// @param dataOffset where its bytes begin in the record
    /// @param captured   bytes of it in the file, at most [#MAX_CAPTURED_BYTES]
    /// @param fcsBytes   of its last bytes on the wire that are its FCS
    final Step frame(int dataOffset, int captured, long original, int fcsBytes, long wholeRecordBytes) {
        recordBytes = wholeRecordBytes;
        boolean hasFcs = original >= fcsBytes;
        originalBytes = hasFcs ? original - fcsBytes : original;
        capturedBytes = hasFcs && captured > originalBytes ? (int) originalBytes : captured;
        if (capturedBytes > CountedBackend.PLAIN_FRAME_BYTES) return Step.TOO_LONG;
        if (window.available() < wholeRecordBytes) return Step.MORE;
        frameAt = window.at() + dataOffset;
        return Step.FRAME;
    }

    /// Notes a record whose frame is no concern of ours.
    final Step unwanted(Step why, long wholeRecordBytes) {
        recordBytes = wholeRecordBytes;
        return why;
    }

    final void stamped(long ns) {
        timed = true;
        timeNs = ns;
    }

    final void unstamped() {
        timed = false;
    }

    final Step damaged(String what) {
        damage = what + " at byte " + window.offset();
        return Step.DAMAGED;
    }

    @Override
    public final void close() {
        window.close();
    }
}
