package dev.doorbell.driver;

import dev.doorbell.register.Access;
import dev.doorbell.register.E1000Register;
import java.util.function.ObjLongConsumer;

/// The chip's own counters, 13.7, summed up here because a read clears them there.
public final class DriverStatistics {
    private static final int FIRST = E1000Register.CRCERRS.ordinal();
    private static final int LAST = E1000Register.TSCTFC.ordinal();
    private static final E1000Register[] TABLE = E1000Register.values();

    private final Registers registers;
    private final long[] sum = new long[LAST - FIRST + 1];

    DriverStatistics(Registers registers) {
        this.registers = registers;
    }

    /// Reads every counter of the chip. Of a pair the low half is read first: the high one clears both.
    public void refresh() {
        for (int i = FIRST; i <= LAST; i++) {
            long value = Integer.toUnsignedLong(registers.read(TABLE[i]));
            sum[i - FIRST] += isHighHalf(TABLE[i]) ? value << 32 : value;
        }
    }

    void clear() {
        refresh();
        java.util.Arrays.fill(sum, 0);
    }

    /// What a counter has come to. The pairs (GORC, GOTC, TOR, TOT) are asked for by their low half.
    public long get(E1000Register counter) {
        int at = counter.ordinal() - FIRST;
        return hasHighHalf(counter) ? sum[at] + sum[at + 1] : sum[at];
    }

    /// Calls `consumer` with every counter that is not 0, by its datasheet name.
    public void forEach(ObjLongConsumer<String> consumer) {
        for (int i = FIRST; i <= LAST; i++) {
            E1000Register counter = TABLE[i];
            if (isHighHalf(counter)) continue;
            String name = counter.name();
            String pair = hasHighHalf(counter) ? name.substring(0, name.length() - 1) : name;
            if (get(counter) != 0) consumer.accept(pair, get(counter));
        }
    }

    /// The table says which registers are pairs: only a low half is a counter that a read leaves alone.
    private static boolean hasHighHalf(E1000Register counter) {
        return counter.spec().access() == Access.RO;
    }

    private static boolean isHighHalf(E1000Register counter) {
        return counter.ordinal() > FIRST && hasHighHalf(TABLE[counter.ordinal() - 1]);
    }
}
