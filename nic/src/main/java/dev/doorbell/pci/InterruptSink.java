package dev.doorbell.pci;

/// Where a function's interrupts go. A function tells both: the level of its line, and the messages it would send;
/// the
/// sink delivers whichever its client has set up. One thread: the card's loop.
public interface InterruptSink {
    /// The level of INTA after every change.
    void intx(boolean asserted);

    /// One message interrupt.
    ///
    /// @param kind   [InterruptKind#MSI] or [InterruptKind#MSIX]
    /// @param vector 0 to the kind's vector count - 1
    void message(InterruptKind kind, int vector);

    /// A sink for a function that nobody listens to.
    InterruptSink NONE = new InterruptSink() {
        @Override
        public void intx(boolean asserted) {}

        @Override
        public void message(InterruptKind kind, int vector) {}
    };
}
