package dev.doorbell.backend;

import dev.doorbell.option.OptionException;
import dev.doorbell.option.OptionString;
import java.math.BigDecimal;

/// The options of `--netdev pcap`.
final class PcapOptions {
    /// Most times a capture is played, unless for ever.
    private static final int MAX_REPEAT = 1_000_000_000;
    /// Drivers that come up switch their link off and on once more within less.
    private static final long DEFAULT_DELAY_MS = 100;
    /// Longest wait before the first frame.
    private static final long MAX_DELAY_MS = 86_400_000;

    private static final BigDecimal LEAST_SPEED = new BigDecimal("0.001");
    private static final BigDecimal MOST_SPEED = new BigDecimal("1000");
    private static final int MAX_SPEED_CHARS = 16;

    private PcapOptions() {}

    static BackendOptions.Pcap parse(OptionString o, String id) throws OptionException {
        String rxFile = o.text("rx-file").orElse("");
        String txFile = o.text("tx-file").orElse("");
        if (rxFile.isEmpty() && txFile.isEmpty())
            throw o.refuse("needs rx-file= (a capture to replay) or tx-file= (a file to record into), or both");
        if (rxFile.equals(txFile)) throw o.refuse("rx-file= and tx-file= are the same file: record into another one");
        boolean recorded = switch (o.text("timing").orElse("recorded")) {
            case "recorded" -> true;
            case "fast" -> false;
            default -> throw o.refuse("timing= can be recorded (as the frames were captured) or fast");
        };
        if (rxFile.isEmpty())
            for (String key : new String[] {"timing", "speed", "repeat", "delay-ms"})
                if (o.has(key)) throw o.refuse(key + "= is about a replay: add rx-file=, or leave it out");
        if (!recorded && o.has("speed")) throw o.refuse("speed= needs timing=recorded: fast has no times to divide");
        return new BackendOptions.Pcap(
                id,
                rxFile,
                txFile,
                recorded,
                speed(o),
                o.number("repeat", 1, 0, MAX_REPEAT),
                o.amount("delay-ms", DEFAULT_DELAY_MS, 0, MAX_DELAY_MS) * 1_000_000);
    }

    private static double speed(OptionString o) throws OptionException {
        String text = o.text("speed").orElse("1");
        boolean number = text.matches("[0-9]+([.][0-9]+)?") && text.length() <= MAX_SPEED_CHARS;
        BigDecimal speed = number ? new BigDecimal(text) : BigDecimal.ZERO;
        if (speed.compareTo(LEAST_SPEED) < 0 || speed.compareTo(MOST_SPEED) > 0)
            throw o.refuse("speed= can be a factor from 0.001 to 1000, such as 0.5 or 10");
        return speed.doubleValue();
    }
}
