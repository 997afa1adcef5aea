package dev.doorbell.backend;

import dev.doorbell.option.OptionException;
import dev.doorbell.option.OptionString;

/// What `--object filter-...` asked for: a decorator around one backend, checked but not opened.
public sealed interface FilterOptions {
    /// Name of the filter; unique among the filters of a process.
    String id();

    /// The backend it decorates.
    String netdev();

    /// `filter-dump`: writes what passes to a pcapng file.
    ///
    /// @param maxBytes bytes of a frame that are kept
    record Dump(String id, String netdev, String file, int maxBytes) implements FilterOptions {}

    /// `filter-fault`: loses, doubles, reorders, corrupts and delays frames, by chances from 0 to 1.
    ///
    /// @param seed     the same seed and the same frames give the same faults
    /// @param delayNs  every frame is held back this long
    record Fault(
            String id,
            String netdev,
            long seed,
            double loss,
            double duplicate,
            double reorder,
            double corrupt,
            long delayNs)
            implements FilterOptions {}

    /// Bytes of a frame that a dump keeps unless told otherwise: all.
    int DEFAULT_DUMP_BYTES = 65_536;
    /// Longest delay of a fault injector.
    long MAX_DELAY_US = 10_000_000;

    /// Whether an `--object` is one of these.
    static boolean isFilter(String text) {
        return text.startsWith("filter-");
    }

    /// Reads the value of `--object`.
    static FilterOptions parse(String text) throws OptionException {
        OptionString o = OptionString.parse("--object", text);
        FilterOptions options = switch (o.kind()) {
            case "filter-dump" ->
                new Dump(
                        id(o),
                        netdev(o),
                        o.required("file", "the pcapng file to write"),
                        o.number("maxlen", DEFAULT_DUMP_BYTES, 1, 1 << 20));
            case "filter-fault" ->
                new Fault(
                        id(o),
                        netdev(o),
                        o.amount("seed", 1, 0, Long.MAX_VALUE),
                        o.chance("loss", 0),
                        o.chance("duplicate", 0),
                        o.chance("reorder", 0),
                        o.chance("corrupt", 0),
                        o.amount("delay-us", 0, 0, MAX_DELAY_US) * 1000);
            default -> throw o.refuse("no such object; there are filter-dump and filter-fault");
        };
        o.finish();
        return options;
    }

    private static String id(OptionString o) throws OptionException {
        return o.id("this filter");
    }

    private static String netdev(OptionString o) throws OptionException {
        return o.required("netdev", "the id of the --netdev it decorates");
    }
}
