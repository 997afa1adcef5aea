package dev.doorbell.cli;

import dev.doorbell.backend.afxdp.AfXdpBackend;
import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.linux.Limits;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XdpProgram;
import dev.doorbell.linux.process.Account;
import dev.doorbell.linux.process.Credentials;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.Quantity;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `af-xdp-open`: AF_XDP sockets opened with privilege, for a command that has none.
@Command(
        name = "af-xdp-open",
        description = {
            "Open AF_XDP sockets on an interface with privilege, and run a command without.",
            "",
            "Loads and attaches the XDP program, puts a socket per queue into its map, and becomes COMMAND: the same",
            "process, as another user, with no capability and none to be had, and with the sockets and the program's",
            "attachment as inherited descriptors. The program leaves the interface when COMMAND ends, however it ends."
        },
        sortOptions = false,
        footer = {
            "",
            "In COMMAND's words {sock-fds} stands for the sockets' descriptors, 100:101:..., which the environment has as",
            "DOORBELL_SOCK_FDS, too; the attachment is in the descriptor after them. Everything else but standard input,",
            "output and error is closed. HOME, USER and LOGNAME become the user's where it changes.",
            "",
            "Needs CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF; to become another user CAP_SETUID and CAP_SETGID; to let",
            "COMMAND lock more memory than the hard limit CAP_SYS_RESOURCE. An interface that has an XDP program keeps",
            "it, and is refused.",
            "",
            "Exit codes: COMMAND's own; 1 when something is refused or COMMAND cannot be executed, 2 usage.",
            "",
            "Examples:",
            "  sudo doorbell af-xdp-open --ifname ens6 --queues 2 -- doorbell serve \\",
            "    --device igb,id=nic0,socket=/tmp/nic0.sock,netdev=n0 \\",
            "    --netdev 'af-xdp,id=n0,ifname=ens6,queues=2,inhibit=on,sock-fds={sock-fds}'",
            "  doorbell af-xdp-open --ifname ens6 --mode skb --user nobody -- sh -c 'ls -l /proc/self/fd'"
        })
final class AfXdpOpenCommand implements Callable<Integer> {
    private static final int MAX_QUEUES = 1024;
    private static final int MAX_BUSY_POLL_US = 1_000_000;
    private static final int MAX_BUSY_POLL_BUDGET = 65_535; // the kernel keeps 16 bits
    private static final int LEAST_FD = 3;

    private final Streams streams;

    @Option(names = "--ifname", required = true, paramLabel = "IF", description = "The interface.")
    private String ifname = "";

    @Option(names = "--queues", paramLabel = "N", description = "Queues, and so sockets; 1 unless told.")
    private String queues = "1";

    @Option(names = "--start-queue", paramLabel = "N", description = "The first queue; 0 unless told.")
    private String startQueue = "0";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "native (in the driver) or skb (in the kernel's stack); native, else skb, unless told.")
    private String mode = "";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Who runs COMMAND, by name or number; who called sudo unless told.")
    private String user = "";

    @Option(
            names = "--busy-poll-us",
            paramLabel = "N",
            description = "Prefer busy polling on the sockets, for so many microseconds; off unless told.")
    private String busyPollUs = "";

    @Option(
            names = "--busy-poll-budget",
            paramLabel = "N",
            description = "Frames that one busy poll takes at most; 64 unless told.")
    private String busyPollBudget = "";

    @Option(
            names = "--locked-memory",
            paramLabel = "BYTES",
            description = "Let COMMAND lock so much memory (RLIMIT_MEMLOCK); 4Mi a queue unless told.")
    private String lockedMemory = "";

    @Option(
            names = "--first-fd",
            paramLabel = "N",
            description = "Descriptor of the first socket, the others follow; 100 unless told.")
    private String firstFd = "100";

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "After --: the program and its words.")
    private List<String> command = List.of();

    AfXdpOpenCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws OptionException, SystemCallException, CommandFailure {
        int count = (int) Quantity.amountWithin("--queues", queues, 1, MAX_QUEUES);
        int first = (int) Quantity.amountWithin("--start-queue", startQueue, 0, MAX_QUEUES - 1);
        Optional<XdpProgram.Mode> wanted = mode();
        if (busyPollUs.isEmpty() && !busyPollBudget.isEmpty())
            throw new OptionException("--busy-poll-budget: means nothing without --busy-poll-us");
        int us = busyPollUs.isEmpty()
                ? 0
                : (int) Quantity.amountWithin("--busy-poll-us", busyPollUs, 1, MAX_BUSY_POLL_US);
        int budget = (int) Quantity.amountWithin(
                "--busy-poll-budget", busyPollBudget.isEmpty() ? "64" : busyPollBudget, 1, MAX_BUSY_POLL_BUDGET);
        long memoryBytes = lockedMemory.isEmpty()
                ? count * AfXdpBackend.LOCKED_BYTES_PER_QUEUE
                : Quantity.amountWithin("--locked-memory", lockedMemory, 0, Long.MAX_VALUE);
        long openFiles = Math.min(Limits.openFiles(), Integer.MAX_VALUE);
        int fd = (int) Quantity.amountWithin("--first-fd", firstFd, LEAST_FD, openFiles - count - 1);
        Optional<Account> account = account();
        String program = program(command.getFirst());
        AfXdpOpening opening = new AfXdpOpening(ifname, first, count, streams);
        opening.open(wanted, us, budget);
        opening.raiseLockedMemory(memoryBytes, !lockedMemory.isEmpty());
        throw opening.execute(program, command, fd, account);
    }

    private Optional<XdpProgram.Mode> mode() throws OptionException {
        return switch (mode) {
            case "" -> Optional.empty();
            case "native" -> Optional.of(XdpProgram.Mode.NATIVE);
            case "skb" -> Optional.of(XdpProgram.Mode.SKB);
            default -> throw new OptionException("--mode=" + mode + ": expected native or skb");
        };
    }

    /// Who runs the command; empty for who runs this.
    private Optional<Account> account() throws OptionException, SystemCallException {
        int uid = Credentials.userId();
        if (!user.isEmpty()) {
            Optional<Account> found = Account.byName(user);
            OptionalInt number = Account.number(user);
            if (found.isEmpty() && number.isPresent()) found = Account.byUid(number.getAsInt());
            Account account = found.orElseThrow(() -> new OptionException("--user=" + user + ": no such user"));
            if (account.uid() == 0) throw new OptionException("--user=" + user + ": root is not without privileges");
            return account.uid() == uid ? Optional.empty() : found;
        }
        if (uid != 0) return Optional.empty();
        Optional<Account> caller = Account.ofSudo(System.getenv());
        if (caller.isEmpty())
            throw new OptionException("run as root, and not by sudo: say who runs COMMAND, as in --user nobody");
        return caller;
    }

    /// The path of a program, which is looked for as a shell would.
    private static String program(String name) throws CommandFailure {
        if (name.contains("/")) {
            Path path = Path.of(name);
            if (!Files.exists(path)) throw new CommandFailure(name + ": no such command");
            if (Files.isDirectory(path) || !Files.isExecutable(path))
                throw new CommandFailure(name + " is not executable");
            return name;
        }
        String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isRegularFile(file) && Files.isExecutable(file)) return file.toString();
        }
        throw new CommandFailure(name + ": no such command in PATH");
    }
}
