package dev.doorbell.device.e1000;

import dev.doorbell.ring.TransmitContextDescriptor;

/// One of the two sets of offload parameters that context descriptors load: one for segmented packets, one
/// for plain checksums. Valid until replaced. "End" values are exclusive here, 0 is the end of the frame.
/// // 317453, 3.3.6
final class TransmitContext {
    int ipStart;
    int ipOffset;
    int ipEnd;
    int layer4Start;
    int layer4Offset;
    int layer4End;
    int payloadBytes;
    int headerBytes;
    int segmentBytes;
    boolean tcp;
    boolean ipv4;

    /// Takes over a context descriptor.
    void load(long word0, long word1) {
        ipStart = TransmitContextDescriptor.ipStart(word0);
        ipOffset = TransmitContextDescriptor.ipOffset(word0);
        ipEnd = exclusive(TransmitContextDescriptor.ipEnd(word0));
        layer4Start = TransmitContextDescriptor.layer4Start(word0);
        layer4Offset = TransmitContextDescriptor.layer4Offset(word0);
        layer4End = exclusive(TransmitContextDescriptor.layer4End(word0));
        payloadBytes = TransmitContextDescriptor.payloadBytes(word1);
        headerBytes = TransmitContextDescriptor.headerBytes(word1);
        segmentBytes = TransmitContextDescriptor.segmentBytes(word1);
        tcp = TransmitContextDescriptor.isTcp(word1);
        ipv4 = TransmitContextDescriptor.isIpv4(word1);
    }

    void copyFrom(TransmitContext other) {
        ipStart = other.ipStart;
        ipOffset = other.ipOffset;
        ipEnd = other.ipEnd;
        layer4Start = other.layer4Start;
        layer4Offset = other.layer4Offset;
        layer4End = other.layer4End;
        payloadBytes = other.payloadBytes;
        headerBytes = other.headerBytes;
        segmentBytes = other.segmentBytes;
        tcp = other.tcp;
        ipv4 = other.ipv4;
    }

    void clear() {
        load(0, 0);
    }

    private static int exclusive(int lastByte) {
        return lastByte == 0 ? 0 : lastByte + 1;
    }
}
