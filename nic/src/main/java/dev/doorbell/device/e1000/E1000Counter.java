package dev.doorbell.device.e1000;

import dev.doorbell.counter.CounterId;

/// What an e1000 counts beside the chip's own statistics registers: every drop and every refusal has a row.
public enum E1000Counter implements CounterId {
    TRANSMIT_FRAMES("transmit_frames", "frames handed to the backend, segments counted one by one where we segmented"),
    TRANSMIT_BYTES("transmit_bytes", "Layer-2 bytes of those frames, without FCS"),
    TRANSMIT_DESCRIPTORS("transmit_descriptors", "transmit descriptors processed"),
    TRANSMIT_DOORBELLS("transmit_doorbells", "writes to TDT"),
    TRANSMIT_BACKPRESSURE("transmit_backpressure", "times the backend took fewer frames than offered"),
    RECEIVE_FRAMES("receive_frames", "frames written to guest memory"),
    RECEIVE_BYTES("receive_bytes", "Layer-2 bytes of those frames, without FCS"),
    RECEIVE_DOORBELLS("receive_doorbells", "writes to RDT"),
    REGISTER_READS("register_reads", "register reads that reached the card"),
    REGISTER_WRITES("register_writes", "register writes that reached the card"),
    REGISTER_UNKNOWN("register_unknown", "accesses to an offset where no register lies"),
    REGISTER_PARTIAL("register_partial", "register writes of less than 32 bits, which change nothing"),
    LINK_CHANGES("link_changes", "times the guest's link went up or down"),
    SOFTWARE_RESETS("software_resets", "resets by CTRL.RST"),
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
