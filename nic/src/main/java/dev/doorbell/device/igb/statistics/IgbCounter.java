package dev.doorbell.device.igb.statistics;

import dev.doorbell.counter.CounterId;

/// What an igb counts beside the chip's own statistics registers: every drop and every refusal has a row.
public enum IgbCounter implements CounterId {
    TRANSMIT_FRAMES("transmit_frames", "frames handed to the backend, segments counted one by one where we segmented"),
    TRANSMIT_BYTES("transmit_bytes", "Layer-2 bytes of those frames, without FCS"),
    TRANSMIT_DESCRIPTORS("transmit_descriptors", "transmit descriptors processed"),
    TRANSMIT_DOORBELLS("transmit_doorbells", "writes to TDT"),
    TRANSMIT_BACKPRESSURE("transmit_backpressure", "times the backend took fewer frames than offered"),
    TRANSMIT_OVERLONG("transmit_overlong", "packets dropped: longer than the transmitter takes"),
    TRANSMIT_RUNTS("transmit_runts", "packets dropped: too short to be a frame"),
    TRANSMIT_SCATTERED("transmit_scattered", "packets dropped: in more pieces of memory than a frame may have"),
    TRANSMIT_BAD_CONTEXT("transmit_bad_context", "packets dropped: the headers of their context do not lie in them"),
    TRANSMIT_BAD_DESCRIPTORS("transmit_bad_descriptors", "descriptors of an unknown type, completed and skipped"),
    TRANSMIT_BAD_RING(
            "transmit_bad_ring", "times that head or tail lay outside the ring, once per write to its registers"),
    TRANSMIT_FORGED("transmit_forged", "packets dropped: an address or a VLAN that is not the sending pool's"),
    TRANSMIT_DMA_FAULTS(
            "transmit_dma_faults", "packets, descriptors or write-backs at addresses the card cannot reach"),
    RECEIVE_FRAMES("receive_frames", "frames written to guest memory"),
    RECEIVE_BYTES("receive_bytes", "Layer-2 bytes of those frames, without FCS"),
    RECEIVE_DOORBELLS("receive_doorbells", "writes to RDT"),
    RECEIVE_FILTERED("receive_filtered", "frames for other stations"),
    RECEIVE_OTHER_VLAN("receive_other_vlan", "frames of VLANs that the guest did not ask for"),
    RECEIVE_NO_POOL("receive_no_pool", "frames that no pool wants, or only pools that may not receive"),
    RECEIVE_BAD_LENGTH("receive_bad_length", "frames dropped: shorter or longer than the guest allows"),
    RECEIVE_MALFORMED("receive_malformed", "frames dropped: no Ethernet header, or offload wishes that contradict it"),
    RECEIVE_MISSED("receive_missed", "frames dropped: the receive FIFO was full"),
    RECEIVE_NO_DESCRIPTORS("receive_no_descriptors", "copies dropped: the queue had no descriptors and drops (RQDPC)"),
    RECEIVE_QUEUE_OFF("receive_queue_off", "copies dropped: the queue was off"),
    RECEIVE_DISABLED("receive_disabled", "frames dropped: the receiver was off"),
    RECEIVE_ISOLATED("receive_isolated", "frames dropped: the link was down or the card in loopback"),
    RECEIVE_BAD_RING("receive_bad_ring", "ring settings refused: head or tail outside the ring"),
    RECEIVE_DMA_FAULTS("receive_dma_faults", "buffers, descriptors or write-backs at addresses the card cannot reach"),
    REGISTER_READS("register_reads", "register reads that reached the card"),
    REGISTER_WRITES("register_writes", "register writes that reached the card"),
    REGISTER_UNKNOWN("register_unknown", "accesses to an offset where no register lies"),
    REGISTER_PARTIAL("register_partial", "register writes of less than 32 bits, which change nothing"),
    SHARED_WORDS("shared_words", "words of shared pages found changed by the guest, doorbells among them"),
    SHARED_UNSTEADY("shared_unsteady", "times a queue's set-up in shared pages changed while it was looked at"),
    LINK_CHANGES("link_changes", "times the guest's link went up or down"),
    SOFTWARE_RESETS("software_resets", "resets by CTRL.RST"),
    INTERRUPTS("interrupts", "MSI-X messages, and assertions of the interrupt line"),
    INTERRUPTS_BAD_VECTOR("interrupts_bad_vector", "interrupts dropped: of a vector that the card does not have");

    private final String label;
    private final String meaning;

    IgbCounter(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
