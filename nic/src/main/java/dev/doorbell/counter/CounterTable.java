package dev.doorbell.counter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ObjLongConsumer;

/// The counters of one component. Written by its loop thread, read by any thread.
public final class CounterTable<E extends Enum<E> & CounterId> {
    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);

    private final E[] ids;
    private final long[] values;

    /// Refuses two counters with one label.
    public CounterTable(Class<E> type) {
        ids = type.getEnumConstants();
        values = new long[ids.length];
        Set<String> labels = new HashSet<>();
        for (E id : ids)
            if (!labels.add(id.label())) throw new IllegalArgumentException("two counters are called " + id.label());
    }

    public void increment(E id) {
        add(id, 1);
    }

    public void add(E id, long amount) {
        int at = id.ordinal();
        VALUE.setOpaque(values, at, values[at] + amount); // opaque: one writer, readers see whole values
    }

    public long get(E id) {
        return (long) VALUE.getOpaque(values, id.ordinal());
    }

    /// Calls `consumer` with every label and value, in table order.
    public void forEach(ObjLongConsumer<String> consumer) {
        for (E id : ids) consumer.accept(id.label(), get(id));
    }
}
