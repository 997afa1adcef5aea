package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.*;
import static dev.doorbell.register.IgbRegister.*;

import dev.doorbell.driver.chip.Registers;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.PciFunction;

/// The card's interrupts: a message for each pair of queues and one for the rest, or the one line where
/// there is no MSI-X.
///
/// With messages the card masks a vector when it sends it (EIAM, GPIE.EIAME) and forgets its cause
/// (EIAC): nothing need be read, and [#take] unmasks.
final class IgbVectors {
    private static final int IVAR_QUEUES = 8; // entry n has queues n and n + 8
    private static final int EITR_INTERVAL_SHIFT = 2;
    private static final int OTHER = 0; // vector of everything but queues

    private final Registers registers;
    private final IgbDriverOptions options;
    private final int vectors; // 0 without MSI-X
    private boolean enabled;
    private int pending; // bits of EICR, or just bit 0 for the line
    private long interrupts;
    private long linkChanges;

    IgbVectors(Registers registers, PciFunction function, IgbDriverOptions options) {
        this.registers = registers;
        this.options = options;
        int queues = Math.max(options.transmitQueues(), options.receiveQueues());
        int offered = function.vectorCount(InterruptKind.MSIX);
        vectors = offered < 2 ? 0 : Math.min(offered, 1 + queues);
    }

    /// Nothing may interrupt while the card is not set up.
    void mask() {
        disable();
        registers.read(ICR); // what happened before is of no interest any more
        pending = 0;
    }

    /// Nothing interrupts until [#enable]; the card keeps what happens meanwhile.
    void disable() {
        enabled = false;
        registers.write(EIMC, -1);
        registers.write(IMC, -1);
    }

    /// Which cause goes where, and which clear themselves. GPIE first: it says what the others mean.
    void setUp() {
        if (vectors == 0) {
            registers.write(GPIE, 0);
            registers.write(IAM, causes());
            return;
        }
        registers.enableMessages();
        registers.write(GPIE, GPIE_NSICR | GPIE_MULTIPLE_MSIX | GPIE_EIAME | GPIE_PBA_SUPPORT);
        for (int i = 0; i < IVAR_QUEUES; i++) registers.write(IVAR0, i, entry(i) | entry(i + IVAR_QUEUES) << 16);
        registers.write(IVAR_MISC, (OTHER | IVAR_VALID) << 8);
        registers.write(EIAC, all());
        registers.write(EIAM, all());
    }

    /// The bytes of IVAR for the receive and the transmit queue of one number.
    private int entry(int queue) {
        int valid = vectorOf(queue) | IVAR_VALID;
        int receive = queue < options.receiveQueues() ? valid : 0;
        int transmit = queue < options.transmitQueues() ? valid : 0;
        return receive | transmit << 8;
    }

    /// The vector of a pair of queues; the first is for the rest.
    int vectorOf(int queue) {
        return vectors == 0 ? 0 : 1 + queue % (vectors - 1);
    }

    private int all() {
        return (1 << vectors) - 1;
    }

    private static int causes() {
        return ICR_TXDW | ICR_LSC | ICR_RXDMT0 | ICR_RXDW;
    }

    void enable() {
        enabled = true;
        if (vectors == 0) {
            registers.write(IMS, causes());
            return;
        }
        registers.write(IMS, ICR_LSC); // by way of the other causes' vector; queues need no bit here
        registers.write(EIMS, all());
    }

    boolean enabled() {
        return enabled;
    }

    /// Whether what [#take] took can be the transmit interrupt of a queue. Its vector may have come for
    /// the receive queue of the same number.
    boolean concernsTransmit(int queue, int taken) {
        return (taken & (vectors == 0 ? ICR_TXDW : 1 << vectorOf(queue))) != 0;
    }

    /// Vectors in use; 0 without MSI-X.
    int count() {
        return vectors;
    }

    /// At most so many interrupts a second of each vector, from now on; 0: no limit.
    void moderate(int perSecond) {
        for (int vector = 0; vector < Math.max(1, vectors); vector++) moderate(vector, perSecond);
    }

    void moderate(int vector, int perSecond) {
        if (vector < 0 || vector >= Math.max(1, vectors))
            throw new IllegalArgumentException("vector " + vector + " of " + Math.max(1, vectors));
        int intervalUs = IgbDriverOptions.intervalUs(perSecond);
        registers.write(EITR, vector, intervalUs << EITR_INTERVAL_SHIFT | EITR_CNT_INGR);
    }

    /// What a vector's throttle is set to; 0: no limit.
    int perSecond(int vector) {
        return IgbDriverOptions.perSecond((registers.read(EITR, vector) & EITR_INTERVAL) >>> EITR_INTERVAL_SHIFT);
    }

    void line(boolean asserted) {
        if (!asserted || vectors != 0) return;
        interrupts++;
        pending = 1;
    }

    void message(InterruptKind kind, int vector) {
        if (kind != InterruptKind.MSIX || vector < 0 || vector >= vectors) return;
        interrupts++;
        pending |= 1 << vector;
    }

    /// Takes what is pending and lets it interrupt again.
    ///
    /// @return with messages a bit per vector; with the line the bits of ICR
    int take() {
        if (pending == 0) return 0;
        int taken = pending;
        pending = 0;
        if (vectors == 0) {
            taken = registers.read(ICR); // clears, and masks by IAM
            noteLink(taken);
            registers.write(IMS, causes());
            return taken;
        }
        if ((taken & 1 << OTHER) != 0) noteLink(registers.read(ICR));
        registers.write(EIMS, taken);
        return taken;
    }

    private void noteLink(int causes) {
        if ((causes & ICR_LSC) != 0) linkChanges++;
    }

    /// Changes of the link that interrupts have told.
    long linkChanges() {
        return linkChanges;
    }

    long interrupts() {
        return interrupts;
    }
}
