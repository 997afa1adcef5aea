package dev.doorbell.device.igb.receive;

import static dev.doorbell.register.IgbBits.DESCTYPE_LEGACY;
import static dev.doorbell.register.IgbBits.DESCTYPE_ONE_BUFFER;
import static dev.doorbell.register.IgbBits.DESCTYPE_REPLICATE;
import static dev.doorbell.register.IgbBits.DESCTYPE_REPLICATE_LARGE;
import static dev.doorbell.register.IgbBits.DESCTYPE_SPLIT;
import static dev.doorbell.register.IgbBits.DESCTYPE_SPLIT_ALWAYS;

import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.ring.AdvancedReceiveDescriptor;

/// Which bytes of a frame go to the header buffer and which to the packet buffers, and what the first
/// descriptor says about it. // 82576 DS 7.1.10, table "Split and replicated header behavior"
final class ReceiveLayout {
    private static final int TYPE_MAC = 0;
    private static final int TYPE_IPV4 = 1;
    private static final int TYPE_IPV6 = 7;

    private int headerBytes;
    private int packetStart;
    private long headerField;
    private int error;

    /// The first bytes of the frame go to the header buffer.
    int headerBytes() {
        return headerBytes;
    }

    /// The frame from here on goes to the packet buffers.
    int packetStart() {
        return packetStart;
    }

    /// SPH and HDR_LEN, as they lie in word 0.
    long headerField() {
        return headerField;
    }

    /// HBO or nothing, as it lies in word 1.
    int error() {
        return error;
    }

    /// Lays out a frame.
    ///
    /// @param descriptorType  SRRCTL.DESCTYPE; 6 and 7, which are reserved, are taken as one buffer,
    ///     as the chip's model does
    /// @param lengthBytes     of the frame as it is stored
    /// @param parsedBytes     of its headers, see [#parsedBytes]; 0 when they are not to be split
    /// @param headerBufferBytes size of the header buffer
    void lay(int descriptorType, int lengthBytes, int parsedBytes, int headerBufferBytes) {
        whole();
        boolean fits = lengthBytes <= headerBufferBytes;
        switch (descriptorType) {
            case DESCTYPE_SPLIT -> separate(parsedBytes, headerBufferBytes, true);
            case DESCTYPE_REPLICATE -> separate(parsedBytes, headerBufferBytes, false);
            case DESCTYPE_REPLICATE_LARGE -> {
                if (fits) inHeaderBuffer(lengthBytes);
                else separate(parsedBytes, headerBufferBytes, false);
            }
            case DESCTYPE_SPLIT_ALWAYS -> {
                if (fits) {
                    inHeaderBuffer(lengthBytes);
                } else if (parsedBytes > 0 && parsedBytes <= headerBufferBytes) {
                    separate(parsedBytes, headerBufferBytes, true);
                } else {
                    inHeaderBuffer(headerBufferBytes);
                    if (parsedBytes > 0) overflow(parsedBytes);
                }
            }
            case DESCTYPE_LEGACY, DESCTYPE_ONE_BUFFER -> {}
            default -> {}
        }
    }

    private void whole() {
        headerBytes = 0;
        packetStart = 0;
        headerField = 0;
        error = 0;
    }

    private void inHeaderBuffer(int bytes) {
        headerBytes = bytes;
        packetStart = bytes;
        headerField = AdvancedReceiveDescriptor.headerField(bytes);
    }

    private void separate(int parsedBytes, int headerBufferBytes, boolean split) {
        if (parsedBytes == 0) return;
        if (parsedBytes > headerBufferBytes) {
            overflow(parsedBytes);
            return;
        }
        headerBytes = parsedBytes;
        packetStart = split ? parsedBytes : 0;
        headerField = AdvancedReceiveDescriptor.SPH | AdvancedReceiveDescriptor.headerField(parsedBytes);
    }

    private void overflow(int parsedBytes) {
        headerField = AdvancedReceiveDescriptor.SPH | AdvancedReceiveDescriptor.headerField(parsedBytes);
        error = AdvancedReceiveDescriptor.HBO;
    }

    /// Where a frame's headers end: behind TCP or UDP, behind IP for fragments and other protocols
    /// (SCTP too, as the chip's model has it, and PSRTYPE knows no SCTP), behind the EtherType without
    /// IP.
    ///
    /// @param splitTypes     PSRTYPE: bit n set lets packets of type n be split
    /// @param splitFragments RFCTL.IPFRSP_DIS is clear
    /// @return bytes, 0 when frames of its type are not split
    static int parsedBytes(FrameHeaders headers, int splitTypes, boolean splitFragments) {
        int version = headers.ipVersion();
        int type = version == 0 ? TYPE_MAC : version == 4 ? TYPE_IPV4 : TYPE_IPV6;
        int end = headers.ipStart() + (version == 0 ? 0 : headers.ipHeaderBytes());
        if (headers.hasInternetChecksum()) {
            type += headers.protocol() == FrameHeaders.PROTOCOL_TCP ? 1 : 2;
            end = headers.layer4Start() + headers.layer4HeaderBytes();
        } else if (version != 0 && headers.isFragment() && !splitFragments) {
            return 0;
        }
        return (splitTypes >>> type & 1) == 0 ? 0 : end;
    }
}
