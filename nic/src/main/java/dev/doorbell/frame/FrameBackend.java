package dev.doorbell.frame;

/// Where frames leave the card and enter it. One thread; never blocks; never throws on what a peer or the
/// network did.
///
/// Frames are Ethernet from the destination address on, without the FCS.
public interface FrameBackend extends AutoCloseable {
    /// Offers `batch[from..size)`. Taking fewer than offered is back-pressure, not an error; a frame that
    /// can never be taken (longer than [Capabilities#maxFrameBytes()], say) is taken, dropped and counted.
    ///
    /// @return frames taken, always a prefix of what was offered
    int transmit(FrameBatch batch, int from);

    /// Appends arrived frames up to the batch's capacity. Their slices lie in memory of this backend and
    /// stay valid until the next call of `receive` or `close`. What is left to do to a frame is noted in
    /// the batch ([FrameBatch#openChecksum], [FrameBatch#segment]); a checksum that needs no check any more
    /// is, too ([FrameBatch#vouchForChecksum]).
    ///
    /// @return frames appended
    int receive(FrameBatch batch);

    /// As [#receive], for a card that does not listen (its receiver is off, say) and forgets what it
    /// gets. What comes from a network is lost that way, as on a wire; a backend whose frames can wait
    /// may keep them.
    ///
    /// @return frames appended
    default int receiveUnheard(FrameBatch batch) {
        return receive(batch);
    }

    /// What this backend can take and what it may deliver; constant over its life.
    Capabilities capabilities();

    /// Whether there is another end: a card shows it as link up. May change at any time; costs a field
    /// read.
    default boolean linkUp() {
        return true;
    }

    /// A file descriptor that polls readable when [#receive] may find frames, or -1 when there is none to
    /// wait for.
    default int receiveFd() {
        return -1;
    }

    /// A file descriptor that polls writable when a refused [#transmit] may go on, or -1.
    default int transmitFd() {
        return -1;
    }

    /// Queues for frames that leave: [#transmit] puts a frame into that of its [FrameBatch#queue],
    /// modulo so many, and one that is full holds up no frames of another. Constant over its life.
    default int transmitQueues() {
        return 1;
    }

    /// Gives back everything this backend holds. Idempotent.
    @Override
    void close();

    /// What a backend declares about itself.
    ///
    /// @param maxFrameBytes     longest frame it takes, without FCS; a frame to be segmented may be longer,
    ///     64 KiB
    /// @param maxBatchFrames    frames it takes in one call at best
    /// @param takesOpenChecksum it completes a checksum that [FrameBatch#checksumStart] asks for
    /// @param takesSegmentation it takes TCP frames larger than the MTU whole, see [FrameBatch#segmentType]
    /// @param deliversOffloads  it may deliver open checksums and large frames on receive
    record Capabilities(
            int maxFrameBytes,
            int maxBatchFrames,
            boolean takesOpenChecksum,
            boolean takesSegmentation,
            boolean deliversOffloads) {
        /// A backend of plain frames: no offload in either direction.
        public static Capabilities plain(int maxFrameBytes, int maxBatchFrames) {
            return new Capabilities(maxFrameBytes, maxBatchFrames, false, false, false);
        }
    }
}
