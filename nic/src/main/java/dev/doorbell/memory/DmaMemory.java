package dev.doorbell.memory;

import java.lang.foreign.MemorySegment;

/// Direct memory access: guest memory under the bus addresses (IOVA) that a client mapped.
///
/// Every transfer answers one of [#OK], [#NOT_YET] and [#FAULT], never throws on an address that a guest
/// chose, and on anything but [#OK] has transferred nothing. Addresses are unsigned 64-bit; IOVA 0 is
/// legal. Byte order of the guest is little-endian. One thread: the card's loop.
///
/// **Not yet.** Where guest RAM came without a file descriptor, data travels in messages, and waiting for
/// the answer could block a guest that itself waits for us. A read then answers [#NOT_YET]: the caller
/// drops the step it is in *without side effects* and tries the same step again in a later duty cycle, with
/// the same reads in the same order; results that have arrived meanwhile are kept until [#releaseReads()].
/// Writes are posted in order and never answer "not yet" for want of an answer, only when too many are
/// under way. A releasing store into memory that the guest sees at once waits for posted writes in the same
/// manner: it must not overtake them.
public interface DmaMemory {
    /// Answers of [#loadAcquire32] that are no word.
    long NO_WORD = -1;

    long BY_MESSAGE = -2;

    /// Transferred.
    int OK = 0;

    /// Under way: try the same step again in a later duty cycle.
    int NOT_YET = 1;

    /// Not mapped, not mapped for this kind of access, or refused (bus mastering is off). Nothing was
    /// transferred.
    int FAULT = -1;

    /// Copies guest bytes out.
    ///
    /// @param iova        first byte, guest bus address
    /// @param target      where the bytes go; native memory of the caller
    /// @param targetOffset first byte in `target`
    /// @param lengthBytes  0 or more
    int read(long iova, MemorySegment target, long targetOffset, int lengthBytes);

    /// Loads a little-endian 32-bit word that the guest may store at any time, at once: whoever sees it
    /// sees what the guest stored before it. For words that are looked at again and again; where only
    /// messages reach the memory none is sent.
    ///
    /// @param iova a multiple of 4
    /// @return the word, unsigned; [#NO_WORD] where [#read] would answer [#FAULT]; [#BY_MESSAGE] where it
    ///     would take a message
    default long loadAcquire32(long iova) {
        return BY_MESSAGE;
    }

    /// Copies bytes into guest memory. Not ordered against plain loads of the guest: publish with
    /// [#storeRelease64].
    int write(long iova, MemorySegment source, long sourceOffset, int lengthBytes);

    /// Stores one byte so that a guest that sees it also sees every earlier write of this card.
    int storeRelease8(long iova, byte value);

    /// Stores a little-endian 32-bit word, released as in [#storeRelease8]. `iova` must be a multiple of 4,
    /// else [#FAULT].
    int storeRelease32(long iova, int value);

    /// Stores a little-endian 64-bit word, released as in [#storeRelease8]. `iova` must be a multiple of 8,
    /// else [#FAULT].
    int storeRelease64(long iova, long value);

    /// Lends guest bytes without a copy, as one or more slices handed to `sink` in order. The slices stay
    /// valid until [#releaseReads()] or the end of the duty cycle, whichever comes first. The guest may
    /// change the bytes at any time.
    ///
    /// @return [#OK]; [#NOT_YET] or [#FAULT] with nothing handed out, or [#FAULT] when the sink refused a
    ///     slice (the sink may then hold some: the caller abandons the frame)
    int gather(long iova, int lengthBytes, SliceSink sink);

    /// Whether every write so far can be seen by the guest. Always true for mapped memory. A card must not
    /// show a cause, a head or an interrupt for a write that is not visible yet.
    boolean writesVisible();

    /// Ends a step: results kept for [#NOT_YET] and slices lent by [#gather] are given back.
    void releaseReads();
}
