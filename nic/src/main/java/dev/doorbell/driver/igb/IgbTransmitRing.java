package dev.doorbell.driver.igb;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.ring.TransmitRing;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.AdvancedTransmitContext;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A transmit ring of the 82576: advanced descriptors. The card reports in the descriptor, or, with
/// head write-back, by the index of the next descriptor it will look at.
public final class IgbTransmitRing extends TransmitRing {
    private static final VarHandle LE32 =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final int MAX_DESCRIPTOR_BYTES = 32_768; // DTALEN has 16 bits
    private static final int ETHERNET_BYTES = 14;
    private static final int CONTEXT_SLOT = 0;
    private static final int UDP_CHECKSUM_OFFSET = 6;
    private static final int TCP_CHECKSUM_OFFSET = 16;
    private static final int LINE_BYTES = 64;
    private static final long NO_HEAD = -1;

    private final long headOffset; // where the card writes its head, NO_HEAD when it reports in descriptors

    IgbTransmitRing(DriverMemory memory, int entries, int bufferBytes, boolean ownBuffers, boolean headWriteBack) {
        super(memory, entries, bufferBytes, ownBuffers, MAX_DESCRIPTOR_BYTES);
        headOffset = headWriteBack ? memory.take(LINE_BYTES, LINE_BYTES) : NO_HEAD;
    }

    /// Bus address for TDWBAL, or 0 without head write-back.
    long headIova() {
        return headOffset == NO_HEAD ? 0 : DriverMemory.iovaOf(headOffset);
    }

    @Override
    public void empty() {
        super.empty();
        if (headOffset != NO_HEAD) LE32.setOpaque(segment, headOffset, 0);
    }

    /// By head write-back: whether the card's head has passed the descriptor. A head outside of what
    /// was given to the card says nothing.
    @Override
    protected boolean reported(int index) {
        if (headOffset == NO_HEAD) return super.reported(index);
        int head = (int) LE32.getAcquire(segment, headOffset); // acquire: pairs with the card's write after its reads
        if (head < 0 || head >= entries) return false;
        int passed = distance(oldest(), head);
        return passed <= waiting() && distance(oldest(), index) < passed;
    }

    /// @return word 1 of a data descriptor of this frame, without length and end
    @Override
    protected long prepare(FrameBatch batch, int frame) {
        int lengthBytes = batch.lengthBytes(frame);
        boolean cut = batch.segmentType(frame) != FrameBatch.SEGMENT_NONE;
        if (!cut && batch.checksumStart(frame) == FrameBatch.CHECKSUM_COMPLETE)
            return AdvancedTransmitDescriptor.word1(0, AdvancedTransmitDescriptor.IFCS, 0, lengthBytes);
        loadContext(batch, frame, cut);
        long command = AdvancedTransmitDescriptor.IFCS | AdvancedTransmitDescriptor.TXSM;
        if (!cut) return AdvancedTransmitDescriptor.word1(0, command, CONTEXT_SLOT, lengthBytes);
        if (isIpv4(batch, frame)) command |= AdvancedTransmitDescriptor.IXSM;
        return AdvancedTransmitDescriptor.word1(
                0, command | AdvancedTransmitDescriptor.TSE, CONTEXT_SLOT, lengthBytes - batch.headerBytes(frame));
    }

    @Override
    protected long dataWord(int lengthBytes, long frameBits, boolean end) {
        return lengthBytes | frameBits | (end ? AdvancedTransmitDescriptor.EOP : 0);
    }

    @Override
    protected long reportBits() {
        return AdvancedTransmitDescriptor.RS;
    }

    /// Sends bytes of driver memory as one frame, without a buffer of the ring. There is room.
    public void putFrame(long offset, int lengthBytes) {
        assert free() > 0 : "the ring is full";
        long word1 = AdvancedTransmitDescriptor.word1(
                lengthBytes, AdvancedTransmitDescriptor.IFCS | AdvancedTransmitDescriptor.EOP, 0, lengthBytes);
        putData(DriverMemory.iovaOf(offset), word1);
    }

    private void loadContext(FrameBatch batch, int frame, boolean cut) {
        int start = batch.checksumStart(frame);
        long type = layer4(batch, frame) | (isIpv4(batch, frame) ? AdvancedTransmitContext.IPV4 : 0);
        long word0 = AdvancedTransmitContext.word0(ETHERNET_BYTES, start - ETHERNET_BYTES, 0);
        int layer4Bytes = cut ? batch.headerBytes(frame) - start : 0;
        int segmentBytes = cut ? batch.segmentBytes(frame) : 0;
        putContext(word0, AdvancedTransmitContext.word1(type, CONTEXT_SLOT, layer4Bytes, segmentBytes));
    }

    /// The chip wants to know the protocol; a batch says where its checksum lies, which is as good.
    private static long layer4(FrameBatch batch, int frame) {
        int offset = batch.checksumOffset(frame);
        assert offset == TCP_CHECKSUM_OFFSET || offset == UDP_CHECKSUM_OFFSET : "a checksum that the chip has not";
        return offset == UDP_CHECKSUM_OFFSET ? AdvancedTransmitContext.UDP : AdvancedTransmitContext.TCP;
    }

    /// The version of the IP header, which begins in the frame's first slice as in every stack's
    /// frames.
    private static boolean isIpv4(FrameBatch batch, int frame) {
        int slice = batch.firstSlice(frame);
        assert batch.sliceLengthBytes(slice) > ETHERNET_BYTES : "an Ethernet header in pieces";
        MemorySegment bytes = batch.sliceSegment(slice);
        return bytes.get(ValueLayout.JAVA_BYTE, batch.sliceOffset(slice) + ETHERNET_BYTES) >>> 4 == 4;
    }
}
