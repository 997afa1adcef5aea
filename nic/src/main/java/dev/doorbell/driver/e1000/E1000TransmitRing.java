package dev.doorbell.driver.e1000;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.ring.TransmitRing;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import dev.doorbell.ring.TransmitDescriptor;

/// The transmit ring of an 8254x: legacy descriptors, and TCP/IP contexts with data descriptors where something is
/// left to the card. 317453 3.3, 3.4
final class E1000TransmitRing extends TransmitRing {
    static final int MAX_DESCRIPTOR_BYTES = 16288; // 3.3.3
    private static final int ETHERNET_BYTES = 14;
    private static final int IP4_CHECKSUM_OFFSET = 10;

    private boolean delayed;

    E1000TransmitRing(DriverMemory memory, int entries, int bufferBytes) {
        super(memory, entries, bufferBytes, true, MAX_DESCRIPTOR_BYTES);
    }

    /// Whether reports ask for the delay timers (IDE).
    void delayReports(boolean ide) {
        delayed = ide;
    }

    /// @return the offloads of the frame's data descriptors; 0 for a frame that legacy descriptors can send
    @Override
    protected long prepare(FrameBatch batch, int frame) {
        assert batch.segmentType(frame) != FrameBatch.SEGMENT_UDP : "this chip cuts TCP only";
        if (batch.segmentType(frame) != FrameBatch.SEGMENT_NONE) {
            loadContext(batch, frame, segmentContext(batch, frame));
            boolean ip4 = batch.segmentType(frame) == FrameBatch.SEGMENT_TCP4;
            return TransmitDataDescriptor.TSE | TransmitDataDescriptor.TXSM | (ip4 ? TransmitDataDescriptor.IXSM : 0);
        }
        if (batch.checksumStart(frame) == FrameBatch.CHECKSUM_COMPLETE) return 0;
        loadContext(batch, frame, TransmitContextDescriptor.word1(0, 0, 0, 0));
        return TransmitDataDescriptor.TXSM;
    }

    @Override
    protected long dataWord(int lengthBytes, long offload, boolean end) {
        long command = TransmitDescriptor.IFCS | (end ? TransmitDescriptor.EOP : 0);
        return offload == 0
                ? LegacyTransmitDescriptor.word1(lengthBytes, 0, 0, command, 0)
                : TransmitDataDescriptor.word1(lengthBytes, command | offload, 0);
    }

    @Override
    protected long reportBits() {
        return TransmitDescriptor.RS | (delayed ? TransmitDescriptor.IDE : 0);
    }

    /// 3.3.6
    private void loadContext(FrameBatch batch, int frame, long word1) {
        int start = batch.checksumStart(frame);
        int place = start + batch.checksumOffset(frame);
        int ipPlace = ETHERNET_BYTES + IP4_CHECKSUM_OFFSET;
        putContext(TransmitContextDescriptor.word0(ETHERNET_BYTES, ipPlace, start - 1, start, place, 0), word1);
    }

    private static long segmentContext(FrameBatch batch, int frame) {
        int header = batch.headerBytes(frame);
        long command = TransmitContextDescriptor.TSE | TransmitContextDescriptor.TCP;
        if (batch.segmentType(frame) == FrameBatch.SEGMENT_TCP4) command |= TransmitContextDescriptor.IPV4;
        return TransmitContextDescriptor.word1(
                batch.lengthBytes(frame) - header, command, header, batch.segmentBytes(frame));
    }
}
