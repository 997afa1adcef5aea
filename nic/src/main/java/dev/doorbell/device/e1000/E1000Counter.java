package dev.doorbell.device.e1000;

import dev.doorbell.counter.CounterId;

/// What an e1000 counts beside the chip's own statistics registers: every drop and every refusal has a row.
public enum E1000Counter implements CounterId {
    TRANSMIT_FRAMES("transmit_frames", "frames handed to the backend, segments counted one by one where we segmented"),
    TRANSMIT_BYTES("transmit_bytes", "Layer-2 bytes of those frames, without FCS"),
    TRANSMIT_DESCRIPTORS("transmit_descriptors", "transmit descriptors processed"),
    TRANSMIT_DOORBELLS("transmit_doorbells", "writes to TDT"),
    TRANSMIT_BACKPRESSURE("transmit_backpressure", "times the backend took fewer frames than offered"),
    TRANSMIT_OVERLONG("transmit_overlong", "packets dropped: longer than the transmitter takes"),
    TRANSMIT_RUNTS("transmit_runts", "packets dropped: too short to be a frame"),
    TRANSMIT_SCATTERED("transmit_scattered", "packets dropped: in more pieces of memory than a frame may have"),
    TRANSMIT_BAD_CONTEXT("transmit_bad_context", "packets dropped: their context cannot segment them"),
    TRANSMIT_BAD_DESCRIPTORS("transmit_bad_descriptors", "descriptors of an unknown type, completed and skipped"),
    TRANSMIT_BAD_RING("transmit_bad_ring", "doorbells refused: head or tail outside the ring"),
    TRANSMIT_DMA_FAULTS(
            "transmit_dma_faults", "packets, descriptors or write-backs at addresses the card cannot reach"),
    RECEIVE_FRAMES("receive_frames", "frames written to guest memory"),
    RECEIVE_BYTES("receive_bytes", "Layer-2 bytes of those frames, without FCS"),
    RECEIVE_DOORBELLS("receive_doorbells", "writes to RDT"),
    RECEIVE_FILTERED("receive_filtered", "frames for other stations"),
    RECEIVE_BAD_LENGTH("receive_bad_length", "frames dropped: shorter or longer than the guest allows"),
    RECEIVE_MALFORMED("receive_malformed", "frames dropped: no Ethernet header, or offload wishes that contradict it"),
    RECEIVE_MISSED("receive_missed", "frames dropped: the receive FIFO was full"),
    RECEIVE_DISABLED("receive_disabled", "frames dropped: the receiver was off"),
    RECEIVE_ISOLATED("receive_isolated", "frames dropped: the link was down or the card in loopback"),
    RECEIVE_BAD_RING("receive_bad_ring", "ring settings refused: head or tail outside the ring"),
    RECEIVE_DMA_FAULTS("receive_dma_faults", "buffers, descriptors or write-backs at addresses the card cannot reach"),
    REGISTER_READS("register_reads", "register reads that reached the card"),
    REGISTER_WRITES("register_writes", "register writes that reached the card"),
    REGISTER_UNKNOWN("register_unknown", "accesses to an offset where no register lies"),
    REGISTER_PARTIAL("register_partial", "register writes of less than 32 bits, which change nothing"),
    LINK_CHANGES("link_changes", "times the guest's link went up or down"),
    SOFTWARE_RESETS("software_resets", "resets by CTRL.RST"),
    PARAVIRTUAL_TAILS("paravirtual_tails", "tails taken from the page that the guest shares"),
    PARAVIRTUAL_KICKS("paravirtual_kicks", "writes to TDT and RDT that only told the card to look at that page"),
    PARAVIRTUAL_SLEEPS("paravirtual_sleeps", "times the card stopped looking and asked for a write of TDT"),
    PARAVIRTUAL_WAITS("paravirtual_waits", "times frames waited for descriptors and the card asked for a write of RDT"),
    PARAVIRTUAL_QUIET("paravirtual_quiet", "interrupt causes left out: the guest wanted none"),
    PARAVIRTUAL_BAD_INDEX("paravirtual_bad_index", "tails in the page refused: outside the ring"),
    PARAVIRTUAL_REFUSED("paravirtual_refused", "pages refused: not aligned, or reached by messages only"),
    PARAVIRTUAL_FAULTS("paravirtual_faults", "times the page could not be reached"),
    INTERRUPTS("interrupts", "assertions of the interrupt line");

    private final String label;
    private final String meaning;

    E1000Counter(String label, String meaning) {
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
