package dev.doorbell.backend;

import dev.doorbell.counter.CounterId;

/// What one backend counts. Transmit is what the card sends, receive what the card gets.
public enum BackendCounter implements CounterId {
    TRANSMIT_FRAMES("frames given on to the other end"),
    TRANSMIT_BYTES("bytes of those frames, without FCS"),
    TRANSMIT_BACKPRESSURE("calls that took fewer frames than offered because the other end was full"),
    TRANSMIT_DROPPED_TOO_LONG("frames longer than this backend takes"),
    TRANSMIT_DROPPED_TOO_SHORT("frames shorter than an Ethernet header"),
    TRANSMIT_DROPPED_OFFLOAD("frames with an open checksum or segmentation that this backend does not take"),
    TRANSMIT_DROPPED_LINK_DOWN("frames offered while there was no other end"),
    TRANSMIT_DROPPED_REFUSED("frames that the kernel refused, for whatever was in them or for want of memory"),
    TRANSMIT_DROPPED_INVALID("AF_XDP descriptors that the kernel refused to send; counted as transmitted before"),
    TRANSMIT_DROPPED_DRIVER("AF_XDP frames that the driver dropped when it got them; counted as transmitted before"),
    TRANSMIT_BAD_COMPLETIONS("AF_XDP completions of chunks that were not being sent: ignored"),
    TRANSMIT_DROPPED_FAULT("frames lost on purpose by a fault injector"),
    RECEIVE_FRAMES("frames given to the card"),
    RECEIVE_BYTES("bytes of those frames, without FCS"),
    RECEIVE_DROPPED_TOO_LONG("frames that arrived longer than this backend takes"),
    RECEIVE_DROPPED_TOO_SHORT("frames that arrived shorter than an Ethernet header"),
    RECEIVE_DROPPED_BAD_OFFLOAD("frames whose offload header contradicts their bytes"),
    RECEIVE_DROPPED_QUEUE_FULL("frames for the card that found its bounded queue full"),
    RECEIVE_DROPPED_KERNEL("frames that the kernel dropped before an AF_XDP socket: no chunk, or longer than one"),
    RECEIVE_DROPPED_RING_FULL("frames that found an AF_XDP receive ring full"),
    RECEIVE_FILL_RING_EMPTY("times that the kernel found no chunk to receive into"),
    RECEIVE_BAD_CHUNKS("AF_XDP fill entries that the kernel refused"),
    RECEIVE_BAD_DESCRIPTORS("AF_XDP receive descriptors with an impossible address or length: ignored"),
    RECEIVE_DROPPED_BAD_DESCRIPTOR("frames that were dropped for such a descriptor"),
    RECEIVE_DROPPED_FAULT("frames lost on purpose by a fault injector"),
    RECEIVE_DROPPED_LINK_TYPE("captured frames of an interface that is no Ethernet"),
    RECEIVE_CUT_FRAMES("captured frames that were longer on the wire, given as far as they were captured"),
    RECEIVE_ERRORS("receive calls that the kernel failed"),
    LINK_UPS("times another end appeared"),
    LINK_DOWNS("times the other end went away"),
    CONNECT_FAILURES("attempts to connect that failed"),
    RING_FAULTS("AF_XDP queues closed because the kernel's index of a ring was impossible"),
    PEER_BAD_LENGTHS("connections closed because the peer sent an impossible frame length"),
    PEER_CUT_FRAMES("connections that ended in the middle of a frame"),
    FAULT_DUPLICATES("frames sent on twice on purpose, either way"),
    FAULT_REORDERS("frames that another one was let past on purpose, either way"),
    FAULT_CORRUPTIONS("frames with one bit flipped on purpose, either way"),
    DUMP_FAILURES("dumps and records that ended because their file could not be written"),
    REPLAY_PASSES("times a capture was replayed to its last frame"),
    REPLAY_FAULTS("replays that ended early because the capture is damaged, cut short or cannot be read any more"),
    REPLAY_ENDS("replays that are over: nothing more will come");

    private final String meaning;

    BackendCounter(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
