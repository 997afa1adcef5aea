package dev.doorbell.driver;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.lang.foreign.MemorySegment;

/// The transmit ring: frames that the card has still to send, and descriptors it is done with. 3.3, 3.4.
///
/// Three indexes tell all: descriptors from `clean` to `next` are the card's or done and not yet looked at,
/// `next` is where the next frame goes. Only some descriptors ask for a report (RS): `reports` holds their
/// places in order.
final class TransmitRing extends DriverRing {
    private static final int MAX_DESCRIPTOR_BYTES = 16288; // 3.3.3
    private static final int RS_EVERY_FRAMES = 32; // a full ring is never waited for longer than that
    private static final int ETHERNET_BYTES = 14;
    private static final int IP4_CHECKSUM_OFFSET = 10;

    private final MemorySegment ownMemory;
    private final int[] reports; // places of descriptors with RS, oldest first, as a ring of the same size
    private boolean delayed;
    private int reportFirst;
    private int reportCount;
    private int sinceReport;
    private int next;
    private int clean;
    private int lastEop;
    private long context0; // what the loaded context says, so that the next frame can do with the same one
    private long context1;

    TransmitRing(DriverMemory memory, int entries, int bufferBytes) {
        super(memory, entries, bufferBytes);
        ownMemory = memory.segment();
        reports = new int[entries];
    }

    /// Whether reports ask for the delay timers (IDE).
    void delayReports(boolean ide) {
        delayed = ide;
    }

    /// Everything forgotten: as after a reset.
    void empty() {
        next = 0;
        clean = 0;
        reportCount = 0;
        sinceReport = 0;
        context0 = 0;
        context1 = 0;
    }

    /// What belongs into TDT now.
    int tail() {
        return next;
    }

    /// Descriptors that software may fill. One stays unused: equal head and tail mean an empty ring.
    int free() {
        return entries - 1 - distance(clean, next);
    }

    /// Descriptors that the card has not reported yet.
    int waiting() {
        return distance(clean, next);
    }

    /// Takes back what the card is done with: step 1 of every transmit.
    ///
    /// @return descriptors taken back
    int clean() {
        int cleaned = 0;
        while (reportCount > 0 && TransmitDescriptor.done(status(reports[reportFirst]))) {
            int upTo = next(reports[reportFirst]);
            cleaned += distance(clean, upTo);
            clean = upTo;
            reportFirst = next(reportFirst);
            reportCount--;
        }
        return cleaned;
    }

    /// Fills descriptors for as many frames of `batch` as fit: step 2. The last one asks for a report, so
    /// that the ring gets clean without more traffic.
    ///
    /// @return frames taken; the tail is still to be written
    int fill(FrameBatch batch, int from) {
        int frame = from;
        for (; frame < batch.size(); frame++) {
            if (free() < descriptorsFor(batch, frame)) break;
            put(batch, frame);
        }
        if (frame > from && sinceReport > 0) report();
        return frame - from;
    }

    private int descriptorsFor(FrameBatch batch, int frame) {
        int data = 0;
        if (isOwn(batch, frame)) {
            for (int s = 0; s < batch.sliceCount(frame); s++)
                data += pieces(batch.sliceLengthBytes(batch.firstSlice(frame) + s), MAX_DESCRIPTOR_BYTES);
        } else {
            data = pieces(batch.lengthBytes(frame), bufferBytes);
        }
        return data + 1; // and a context, perhaps
    }

    private static int pieces(int bytes, int pieceBytes) {
        return (bytes + pieceBytes - 1) / pieceBytes;
    }

    /// Whether the frame lies in driver memory, where the card can take it from; any other is copied.
    private boolean isOwn(FrameBatch batch, int frame) {
        int first = batch.firstSlice(frame);
        for (int s = first; s < first + batch.sliceCount(frame); s++)
            if (!ownMemory.equals(batch.sliceSegment(s))) return false;
        return true;
    }

    private void put(FrameBatch batch, int frame) {
        assert batch.segmentType(frame) != FrameBatch.SEGMENT_UDP : "this chip cuts TCP only";
        if (batch.lengthBytes(frame) == 0) return; // taken, and nothing to send
        long offload = 0; // DTYP data with these; a legacy descriptor without any
        if (batch.segmentType(frame) != FrameBatch.SEGMENT_NONE) {
            putContext(batch, frame, segmentContext(batch, frame));
            boolean ip4 = batch.segmentType(frame) == FrameBatch.SEGMENT_TCP4;
            offload =
                    TransmitDataDescriptor.TSE | TransmitDataDescriptor.TXSM | (ip4 ? TransmitDataDescriptor.IXSM : 0);
        } else if (batch.checksumStart(frame) != FrameBatch.CHECKSUM_COMPLETE) {
            putContext(batch, frame, TransmitContextDescriptor.word1(0, 0, 0, 0));
            offload = TransmitDataDescriptor.TXSM;
        }
        if (isOwn(batch, frame)) putOwn(batch, frame, offload);
        else putCopy(batch, frame, offload);
        sinceReport++;
        if (sinceReport == RS_EVERY_FRAMES) report();
    }

    private void putOwn(FrameBatch batch, int frame, long offload) {
        int first = batch.firstSlice(frame);
        int last = first + batch.sliceCount(frame) - 1;
        for (int s = first; s <= last; s++) {
            long at = batch.sliceOffset(s);
            int left = batch.sliceLengthBytes(s);
            while (left > 0) {
                int piece = Math.min(left, MAX_DESCRIPTOR_BYTES);
                left -= piece;
                putData(DriverMemory.iovaOf(at), piece, offload, s == last && left == 0);
                at += piece;
            }
        }
    }

    private void putCopy(FrameBatch batch, int frame, long offload) {
        int lengthBytes = batch.lengthBytes(frame);
        for (int done = 0; done < lengthBytes; ) {
            int piece = Math.min(lengthBytes - done, bufferBytes);
            long buffer = bufferOffset(next);
            batch.copyTo(frame, done, piece, segment, buffer);
            done += piece;
            putData(DriverMemory.iovaOf(buffer), piece, offload, done == lengthBytes);
        }
    }

    private void putData(long iova, int lengthBytes, long offload, boolean end) {
        long command = TransmitDescriptor.IFCS | (end ? TransmitDescriptor.EOP : 0);
        long word1 = offload == 0
                ? LegacyTransmitDescriptor.word1(lengthBytes, 0, 0, command, 0)
                : TransmitDataDescriptor.word1(lengthBytes, command | offload, 0);
        writeDescriptor(next, iova, word1);
        lastEop = next;
        next = next(next);
    }

    /// Asks for a report of the last frame put. The card has not seen the descriptor: its tail is not
    /// written yet.
    private void report() {
        writeStatus(lastEop, status(lastEop) | TransmitDescriptor.RS | (delayed ? TransmitDescriptor.IDE : 0));
        int slot = reportFirst + reportCount;
        reports[slot >= entries ? slot - entries : slot] = lastEop;
        reportCount++;
        sinceReport = 0;
    }

    /// Loads a context when the card holds another one. 3.3.6
    private void putContext(FrameBatch batch, int frame, long word1) {
        int start = batch.checksumStart(frame);
        int place = start + batch.checksumOffset(frame);
        int ipPlace = ETHERNET_BYTES + IP4_CHECKSUM_OFFSET;
        long word0 = TransmitContextDescriptor.word0(ETHERNET_BYTES, ipPlace, start - 1, start, place, 0);
        if (word0 == context0 && word1 == context1) return;
        context0 = word0;
        context1 = word1;
        writeDescriptor(next, word0, word1);
        next = next(next);
    }

    private static long segmentContext(FrameBatch batch, int frame) {
        int header = batch.headerBytes(frame);
        long command = TransmitContextDescriptor.TSE | TransmitContextDescriptor.TCP;
        if (batch.segmentType(frame) == FrameBatch.SEGMENT_TCP4) command |= TransmitContextDescriptor.IPV4;
        return TransmitContextDescriptor.word1(
                batch.lengthBytes(frame) - header, command, header, batch.segmentBytes(frame));
    }
}
