package dev.doorbell.driver;

import dev.doorbell.driver.chip.Registers;
import dev.doorbell.register.Access;
import dev.doorbell.register.Register;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;

/// The chip's own counters, summed up here because a read clears them there.
public final class DriverStatistics {
    private final Registers registers;
    private final List<Register> counters;
    private final long[] sum;

    /// @param table       a chip's registers, in the order of their addresses
    /// @param first, last the counters among them
    public DriverStatistics(Registers registers, List<Register> table, Register first, Register last) {
        this.registers = registers;
        counters = table.subList(table.indexOf(first), table.indexOf(last) + 1);
        sum = new long[counters.size()];
    }

    /// Reads every counter of the chip. Of a pair the low half is read first: the high one clears both.
    public void refresh() {
        for (int i = 0; i < sum.length; i++) {
            long value = Integer.toUnsignedLong(registers.read(counters.get(i)));
            sum[i] += isHighHalf(i) ? value << 32 : value;
        }
    }

    public void clear() {
        refresh();
        Arrays.fill(sum, 0);
    }

    /// What a counter has come to. The pairs (GORC, GOTC, TOR, TOT) are asked for by their low half.
    public long get(Register counter) {
        return get(counters.indexOf(counter));
    }

    private long get(int at) {
        return hasHighHalf(at) ? sum[at] + sum[at + 1] : sum[at];
    }

    /// Calls `consumer` with every counter that is not 0, by its datasheet name.
    public void forEach(ObjLongConsumer<String> consumer) {
        for (int i = 0; i < sum.length; i++) {
            if (isHighHalf(i) || get(i) == 0) continue;
            String name = counters.get(i).name();
            consumer.accept(hasHighHalf(i) ? name.substring(0, name.length() - 1) : name, get(i));
        }
    }

    /// The table says which registers are pairs: only a low half is a counter that a read leaves alone.
    private boolean hasHighHalf(int at) {
        return counters.get(at).spec().access() == Access.RO;
    }

    private boolean isHighHalf(int at) {
        return at > 0 && hasHighHalf(at - 1);
    }
}
