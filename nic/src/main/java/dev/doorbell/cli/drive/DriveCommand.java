package dev.doorbell.cli.drive;

import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Exit;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.driver.CardConnection;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.exercise.CopyPlan;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.Quantity;
import dev.doorbell.register.IgbRegister;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drive`: the user-space driver on a card behind a socket, or on one of this machine.
@Command(
        name = "drive",
        description = "Drive a card behind a socket, or one of this machine, from user space, without a VM.",
        sortOptions = false,
        footer = {
            "",
            "  transmit    sends numbered frames",
            "  receive     counts what arrives",
            "  loopback    sends through the MAC's loopback and checks what comes back",
            "  forward     sends what arrives at the card by another one (--to), and the other way round with --both-ways;",
            "              --count counts both ways and ends with the batch that reaches it",
            "  dma-copy    copies memory through an igb's loopback, from one kick of up to 4095 frames, and checks",
            "              every byte; --rate limits each queue by the card's own limiter, 1M to 1G; --for makes the",
            "              kick last that long, or copies again until then",
            "  knobs       prints what can be turned while the driver runs, with units and bounds",
            "  registers   prints the card's registers (those that a read clears, too)",
            "",
            "Without --for, --count and --bytes it goes on for 5 s; dma-copy ends after one kick. Sizes and rates take",
            "k, M, G and Ki, Mi, Gi, times ns, us, ms, s, m, h.",
            "",
            "Examples:",
            "  doorbell drive --socket /run/nic0.sock loopback --frame 1500 --count 1M",
            "  doorbell drive --socket /run/nic0.sock transmit --rate 100M --for 10s --json",
            "  doorbell drive --socket /run/nic0.sock --to /run/nic1.sock forward --both-ways --for 10s",
            "  doorbell drive --socket /run/nic0.sock dma-copy --frame 9k --rate 1M --for 5m",
            "  doorbell drive --socket /run/nic0.sock dma-copy --bytes 64Mi --queues 4 --rate 100M --json",
            "  doorbell drive --socket /run/nic0.sock registers --set ITR=500",
            "  doorbell drive --socket /run/nic0.sock transmit --set doorbells=immediate --set itr-per-s=8k",
            "  doorbell drive --vfio 0000:00:03.0 loopback --count 1M --json"
        })
public final class DriveCommand implements Callable<Integer> {
    private static final long DEFAULT_NS = 5_000_000_000L;
    private static final long MAX_RATE = 1_000_000_000_000L;
    private static final int DEFAULT_COPY_FRAME_BYTES = 1514;

    private final Streams streams;

    @Option(names = "--socket", paramLabel = "PATH", description = "Where the card listens.")
    private String socket = "";

    @Option(
            names = "--vfio",
            paramLabel = "ADDRESS",
            description = "PCI address of a card of this machine that is bound to vfio-pci, instead of --socket.")
    private String vfio = "";

    @Parameters(
            paramLabel = "ACTION",
            description = "transmit, receive, loopback, forward, dma-copy, knobs or registers.")
    private String action = "";

    @Option(names = "--to", paramLabel = "PATH", description = "With forward: the socket of the card that sends.")
    private String to = "";

    @Option(names = "--both-ways", description = "With forward: also from that card to the first.")
    private boolean bothWays;

    @Option(
            names = "--frame",
            paramLabel = "BYTES",
            description = {
                "Layer-2 bytes of a frame without FCS; 60 unless told, 1514 for dma-copy. An e1000 takes 14 to",
                "16288, an igb 14 to 9724, dma-copy 60 to 9724."
            })
    private String frame = "";

    @Option(
            names = "--queues",
            paramLabel = "N",
            description = "Queues to use in turn, 1 to 16 of an igb; an e1000 has one.")
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
            description = {
                "Turn a knob (knobs lists them), or write a register, once the driver has started; repeat it for",
                "more. Knobs: itr-per-s, rx-delay-us, doorbells and others; 0 switches a throttle or delay off."
            })
    private List<String> settings = List.of();

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    public DriveCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws OptionException, IOException, CommandFailure {
        DriveAction what = DriveAction.parse(action);
        CardPlace place = CardPlace.of(socket, vfio);
        int queueCount = (int) Quantity.amountWithin("--queues", queues, 1, IgbRegister.QUEUES);
        if (what == DriveAction.FORWARD) return forward(place) ? Exit.DONE : Exit.FAILED;
        if (!to.isEmpty() || bothWays)
            throw new OptionException((bothWays ? "--both-ways" : "--to") + ": only with forward");
        if (what == DriveAction.DMA_COPY) return copy(place, queueCount) ? Exit.DONE : Exit.FAILED;
        if (what == DriveAction.LOOPBACK && queueCount > 1)
            throw new OptionException("--queues=" + queues + ": loopback checks the order of one queue, leave it out");
        DriveLimits limits = limits();
        boolean loopback = what == DriveAction.LOOPBACK;
        // With the internal PHY the 8254x manual wants RCTL.LBM at 0, and QEMU's model has no other loopback. 13.4.22
        DriverOptions e1000 = DriverOptions.DEFAULT.withLoopback(loopback ? Loopback.PHY : Loopback.OFF);
        IgbDriverOptions igb = IgbDriverOptions.DEFAULT
                .withLoopback(loopback ? Loopback.MAC : Loopback.OFF)
                .withQueues(queueCount, queueCount);
        long memoryBytes =
                Math.max(e1000.memoryBytes(), igb.memoryBytes()) + TestFrames.memoryBytes(limits.frameBytes());
        try (CardConnection card = place.open(memoryBytes, what.moves())) {
            NetworkDriver driver = NetworkDriver.of(card, card.memory(), e1000, igb, LockSupport::parkNanos);
            if (driver.queues() < queueCount)
                throw new OptionException("--queues=" + queues + ": this card has one queue, leave it out");
            if (limits.frameBytes() > driver.maxFrameBytes())
                throw new OptionException("--frame=" + frame + ": this card sends at most " + driver.maxFrameBytes());
            List<DriveSetting> turned = DriveSetting.parseAll(settings, driver);
            Drive drive = new Drive(card, driver, limits, turned, streams, json);
            return drive.run(what) ? Exit.DONE : Exit.FAILED;
        }
    }

    private boolean forward(CardPlace place) throws OptionException, IOException, CommandFailure {
        if (to.isEmpty()) throw new OptionException("forward needs --to PATH: the socket of the card that sends");
        if (to.equals(socket)) throw new OptionException("--to=" + to + ": forward needs another card than --socket");
        refuse("--frame", !frame.isEmpty(), "forward sends frames as they arrive");
        refuse("--rate", !rate.isEmpty(), "forward sends frames as they arrive");
        refuse("--bytes", !bytes.isEmpty(), "forward is told how much by --count or --for");
        refuse("--queues", !queues.equals("1"), "forward uses one queue of each card");
        refuse("--set", !settings.isEmpty(), "not with forward");
        return new ForwardRun(limits(), bothWays, streams, json).run(place, new CardPlace.Socket(to));
    }

    private static void refuse(String option, boolean given, String why) throws OptionException {
        if (given) throw new OptionException(option + ": " + why);
    }

    private boolean copy(CardPlace place, int queueCount) throws OptionException, IOException, CommandFailure {
        if (!count.isEmpty()) throw new OptionException("--count: dma-copy is told how much by --bytes or --for");
        if (!settings.isEmpty()) throw new OptionException("--set: not with dma-copy");
        int frameBytes = frame.isEmpty()
                ? DEFAULT_COPY_FRAME_BYTES
                : (int) Quantity.amountWithin("--frame", frame, CopyPlan.MIN_FRAME_BYTES, CopyPlan.MAX_FRAME_BYTES);
        long limit =
                rate.isEmpty() ? 0 : Quantity.amountWithin("--rate", rate, CopyPlan.LEAST_RATE, CopyPlan.MOST_RATE);
        long ns = time();
        boolean kickLasts = bytes.isEmpty() && limit != 0 && ns != 0;
        long region = (long) frameBytes * CopyPlan.MOST_KICK_FRAMES;
        if (!bytes.isEmpty()) region = Quantity.amountWithin("--bytes", bytes, 1, CopyPlan.MOST_REGION_BYTES);
        CopyPlan plan = kickLasts
                ? CopyPlan.ofTime(frameBytes, queueCount, limit, ns)
                : CopyPlan.ofBytes(frameBytes, queueCount, limit, region);
        long repeatNs = kickLasts && plan.nsOf(plan.kickFrames()) > ns - ns / 100 ? 0 : ns; // one kick is enough
        return new CopyRun(plan, repeatNs, streams, json).run(place);
    }

    private DriveLimits limits() throws OptionException {
        int frameBytes = frame.isEmpty()
                ? TestFrames.PADDED_BYTES
                : (int) Quantity.amountWithin("--frame", frame, TestFrames.MIN_BYTES, TestFrames.MAX_BYTES);
        long frames = count.isEmpty() ? Long.MAX_VALUE : Quantity.amountWithin("--count", count, 1, Long.MAX_VALUE);
        if (!bytes.isEmpty()) {
            long most = Quantity.amountWithin("--bytes", bytes, 1, Long.MAX_VALUE);
            frames = Math.min(frames, (most + frameBytes - 1) / frameBytes);
        }
        long ns = time();
        if (time.isEmpty()) ns = frames == Long.MAX_VALUE ? DEFAULT_NS : Long.MAX_VALUE;
        long bitsPerSecond = rate.isEmpty() ? 0 : Quantity.amountWithin("--rate", rate, 1, MAX_RATE);
        return new DriveLimits(frameBytes, frames, ns, bitsPerSecond);
    }

    /// @return 0 when none was given
    private long time() throws OptionException {
        if (time.isEmpty()) return 0;
        long ns = Quantity.timeNs("--for", time);
        if (ns <= 0) throw new OptionException("--for=" + time + ": expected a time above 0");
        return ns;
    }
}
