package dev.doorbell.lab.world;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.Register;
import java.util.Set;

/// Counts the accesses to a function by what they are for. Each would be an exit of a virtual
/// machine, so this stands below whatever reaches registers as memory: such accesses never come
/// here.
///
/// One thread. Allocates nothing after the constructor.
public final class ExitCounter implements PciFunction {
    /// What an access is for.
    public enum Purpose {
        /// Writes of a tail register: frames to send, or buffers to fill.
        DOORBELL,
        /// Causes and masks of interrupts.
        INTERRUPT,
        /// Everything else: set-up, link, statistics.
        OTHER
    }

    private static final Purpose[] PURPOSES = Purpose.values();
    private static final int WORDS = 0x20000 / 4; // BAR 0 of both chips
    private static final Set<String> TAILS = Set.of("TDT", "RDT");
    private static final Set<String> CAUSES_AND_MASKS =
            Set.of("ICR", "ICS", "IMS", "IMC", "IAM", "EICR", "EICS", "EIMS", "EIMC", "EIAC", "EIAM");
    private static final byte[] PURPOSE_OF = new byte[WORDS];

    static { // no offset means one thing on one chip and another on the other one
        java.util.Arrays.fill(PURPOSE_OF, (byte) Purpose.OTHER.ordinal());
        for (Register register : E1000Register.values()) note(register);
        for (Register register : IgbRegister.values()) note(register);
    }

    private final PciFunction function;
    private final long[] counts = new long[PURPOSES.length];

    /// @param function stays the caller's
    public ExitCounter(PciFunction function) {
        this.function = function;
    }

    private static void note(Register register) {
        Register.Spec spec = register.spec();
        String name = spec.aliasOf().isEmpty() ? register.name() : spec.aliasOf();
        Purpose purpose = TAILS.contains(name)
                ? Purpose.DOORBELL
                : CAUSES_AND_MASKS.contains(name) ? Purpose.INTERRUPT : Purpose.OTHER;
        if (purpose == Purpose.OTHER) return;
        for (int i = 0; i < spec.count(); i++) PURPOSE_OF[spec.offset(i) / 4] = (byte) purpose.ordinal();
    }

    /// Accesses of one purpose so far.
    public long count(Purpose purpose) {
        return counts[purpose.ordinal()];
    }

    /// All reads and writes so far.
    public long total() {
        long total = 0;
        for (long count : counts) total += count;
        return total;
    }

    private void count(int region, long offset, boolean write) {
        int purpose = Purpose.OTHER.ordinal();
        if (region == REGION_BAR0 && offset >= 0 && offset < 4L * WORDS) purpose = PURPOSE_OF[(int) offset / 4];
        if (!write && purpose == Purpose.DOORBELL.ordinal()) purpose = Purpose.OTHER.ordinal();
        counts[purpose]++;
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        count(region, offset, false);
        return function.read(region, offset, sizeBytes);
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        count(region, offset, true);
        function.write(region, offset, sizeBytes, value);
    }

    @Override
    public long regionSizeBytes(int region) {
        return function.regionSizeBytes(region);
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return function.vectorCount(kind);
    }

    @Override
    public MappableAreas mappableAreas(int region) {
        return function.mappableAreas(region);
    }

    @Override
    public void connect(DmaMemory memory, InterruptSink interrupts) {
        function.connect(memory, interrupts);
    }

    @Override
    public void reset() {
        function.reset(); // no access
    }
}
