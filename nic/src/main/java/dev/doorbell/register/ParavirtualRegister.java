package dev.doorbell.register;

/// The registers that an e1000 has beside the chip's when it offers the page of [CommunicationBlock].
/// The chip decodes nothing there, beside RADV.
public enum ParavirtualRegister implements Register {
    /// Low half of the page's bus address. Its write moves the page; 0 in both takes it away. Reads 0
    /// when the card has refused the page.
    CSBAL(0x02830),
    /// High half, written first.
    CSBAH(0x02834);

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers, an enum and a string
    private final Spec spec;

    ParavirtualRegister(int offset) {
        spec = new Spec(offset, 0, 1, Access.RW, 0, -1, "");
    }

    @Override
    public Spec spec() {
        return spec;
    }
}
