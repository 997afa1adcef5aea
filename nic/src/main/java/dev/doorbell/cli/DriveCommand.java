package dev.doorbell.cli;

import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.TestFrames;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.Quantity;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drive`: the user-space driver on a card behind a socket.
@Command(
        name = "drive",
        description = "Drive a card behind a socket from user space, without a VM.",
        sortOptions = false,
        footer = {
            "",
            "  transmit    sends numbered frames",
            "  receive     counts what arrives",
            "  loopback    sends through the MAC's loopback and checks what comes back",
            "  registers   prints the card's registers (those that a read clears, too)",
            "",
            "Without --for, --count and --bytes it goes on for 5 s. Sizes and rates take k, M, G and Ki, Mi, Gi,",
            "times ns, us, ms, s, m, h.",
            "",
            "Examples:",
            "  doorbell drive --socket /run/nic0.sock loopback --frame 1500 --count 1M",
            "  doorbell drive --socket /run/nic0.sock transmit --rate 100M --for 10s --json",
            "  doorbell drive --socket /run/nic0.sock registers --set ITR=500"
        })
final class DriveCommand implements Callable<Integer> {
    private static final long DEFAULT_NS = 5_000_000_000L;
    private static final long MAX_RATE = 1_000_000_000_000L;

    private final Streams streams;

    @Option(names = "--socket", required = true, paramLabel = "PATH", description = "Where the card listens.")
    private String socket = "";

    @Parameters(paramLabel = "ACTION", description = "transmit, receive, loopback or registers.")
    private String action = "";

    @Option(
            names = "--frame",
            paramLabel = "BYTES",
            description = "Layer-2 bytes of a frame without FCS, 14 to 16288; 60 unless told.")
    private String frame = "60";

    @Option(names = "--queues", paramLabel = "N", description = "Queues to use; an e1000 has one.")
    private String queues = "1";

    @Option(names = "--rate", paramLabel = "BITS_PER_S", description = "Send no faster than this.")
    private String rate = "";

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time.")
    private String time = "";

    @Option(names = "--count", paramLabel = "N", description = "Stop after so many frames.")
    private String count = "";

    @Option(names = "--bytes", paramLabel = "N", description = "Stop after so many Layer-2 bytes.")
    private String bytes = "";

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Write a register once the driver has started; repeat it for more.")
    private List<String> settings = List.of();

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    DriveCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws OptionException, IOException, CommandFailure {
        DriveAction what = DriveAction.parse(action);
        DriveLimits limits = limits();
        List<RegisterSetting> registers = RegisterSetting.parseAll(settings);
        if (Quantity.amount("--queues", queues) != 1)
            throw new OptionException("--queues=" + queues + ": an e1000 has one queue, leave it out");
        DriverOptions options =
                DriverOptions.DEFAULT.withLoopback(what == DriveAction.LOOPBACK ? Loopback.MAC : Loopback.OFF);
        long memoryBytes = options.memoryBytes() + TestFrames.memoryBytes(limits.frameBytes());
        try (CardSocket card = CardSocket.connect(socket, memoryBytes)) {
            Drive drive = new Drive(card, options, limits, registers, streams, json);
            return drive.run(what) ? Main.DONE : Main.FAILED;
        }
    }

    private DriveLimits limits() throws OptionException {
        int frameBytes = (int) within("--frame", frame, TestFrames.MIN_BYTES, TestFrames.MAX_BYTES);
        long frames = count.isEmpty() ? Long.MAX_VALUE : within("--count", count, 1, Long.MAX_VALUE);
        if (!bytes.isEmpty()) {
            long most = within("--bytes", bytes, 1, Long.MAX_VALUE);
            frames = Math.min(frames, (most + frameBytes - 1) / frameBytes);
        }
        long ns = time.isEmpty() ? 0 : Quantity.timeNs("--for", time);
        if (!time.isEmpty() && ns <= 0) throw new OptionException("--for=" + time + ": expected a time above 0");
        if (time.isEmpty()) ns = frames == Long.MAX_VALUE ? DEFAULT_NS : Long.MAX_VALUE;
        long bitsPerSecond = rate.isEmpty() ? 0 : within("--rate", rate, 1, MAX_RATE);
        return new DriveLimits(frameBytes, frames, ns, bitsPerSecond);
    }

    private static long within(String option, String text, long least, long most) throws OptionException {
        long value = Quantity.amount(option, text);
        if (value < least || value > most) {
            String range = most == Long.MAX_VALUE ? least + " or more" : least + " to " + most;
            throw new OptionException(option + "=" + text + ": expected " + range);
        }
        return value;
    }
}
