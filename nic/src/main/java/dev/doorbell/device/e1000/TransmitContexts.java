package dev.doorbell.device.e1000;

import dev.doorbell.ring.TransmitContextDescriptor;

/// The two contexts of the transmitter; a context descriptor replaces the one that its TSE bit names.
final class TransmitContexts {
    final TransmitContext segmentation = new TransmitContext();
    final TransmitContext checksum = new TransmitContext();

    void load(long word0, long word1) {
        (TransmitContextDescriptor.segments(word1) ? segmentation : checksum).load(word0, word1);
    }

    void copyFrom(TransmitContexts other) {
        segmentation.copyFrom(other.segmentation);
        checksum.copyFrom(other.checksum);
    }

    void clear() {
        segmentation.clear();
        checksum.clear();
    }
}
