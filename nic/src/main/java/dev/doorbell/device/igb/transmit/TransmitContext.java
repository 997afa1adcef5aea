package dev.doorbell.device.igb.transmit;

import dev.doorbell.ring.AdvancedTransmitContext;

/// Where one packet's headers are and how it is cut: a context, taken apart.
final class TransmitContext {
    int macBytes;
    int ipBytes;
    int layer4Bytes;
    int segmentBytes;
    int vlanTag;
    boolean ipv4;
    long layer4Type;

    void load(long word0, long word1) {
        macBytes = AdvancedTransmitContext.macBytes(word0);
        ipBytes = AdvancedTransmitContext.ipBytes(word0);
        vlanTag = AdvancedTransmitContext.vlanTag(word0);
        ipv4 = AdvancedTransmitContext.isIpv4(word1);
        layer4Type = AdvancedTransmitContext.layer4Type(word1);
        layer4Bytes = AdvancedTransmitContext.layer4Bytes(word1);
        segmentBytes = AdvancedTransmitContext.segmentBytes(word1);
    }

    int layer4Start() {
        return macBytes + ipBytes;
    }

    /// What every segment repeats.
    int headerBytes() {
        return macBytes + ipBytes + layer4Bytes;
    }

    boolean isTcp() {
        return layer4Type == AdvancedTransmitContext.TCP;
    }

    boolean isUdp() {
        return layer4Type == AdvancedTransmitContext.UDP;
    }

    boolean isSctp() {
        return layer4Type == AdvancedTransmitContext.SCTP;
    }
}
