package dev.doorbell.cli;

import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Exit;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.option.OptionException;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `vm`: a stock Linux guest on stock QEMU with a card of ours in it, on this terminal.
@Command(
        name = "vm",
        description = {
            "Boot a stock Linux guest on stock QEMU with a card in it, with a shell on this terminal.",
            "",
            "QEMU and the guest come from the distribution's packages, into a cache, on first use. As root the card is on",
            "a tap of this machine, " + VmCommand.TAP + " with " + VmCommand.HOST_ADDRESS + ", and the guest has "
                    + VmCommand.GUEST_ADDRESS + "; else its frames",
            "go nowhere unless --netdev says where. Leaving the shell ends the machine."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  doorbell vm",
            "  doorbell vm --device igb,tx-rate=10M -- -smp 2",
            "  doorbell vm --netdev stream,id=n0,addr.type=unix,addr.path=/run/passt.sock"
        })
final class VmCommand implements Callable<Integer> {
    static final String TAP = "doorbell0";
    static final String HOST_ADDRESS = "10.77.0.1/24";
    static final String GUEST_ADDRESS = "10.77.0.2/24";

    private static final String HOME = "DOORBELL_HOME"; // the launcher says where the sources are

    private final Streams streams;

    @Option(
            names = "--device",
            paramLabel = "CARD",
            description = "The card, as for serve but without id, socket and netdev; e1000 unless told.")
    private String device = "e1000";

    @Option(names = "--netdev", paramLabel = "BACKEND", description = "Its backend, as for serve, with id=n0.")
    private String netdev = "";

    @Option(names = "--object", paramLabel = "OBJECT", description = "As for serve, with netdev=n0.")
    private List<String> objects = List.of();

    @Parameters(paramLabel = "QEMU_WORD", description = "After --: more words for QEMU.")
    private List<String> qemuWords = List.of();

    VmCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws OptionException, IOException, InterruptedException, CommandFailure {
        boolean ownTap = netdev.isEmpty() && isRoot();
        String backend = !netdev.isEmpty() ? netdev : ownTap ? "tap,id=n0,ifname=" + TAP : "null,id=n0";
        Path folder = Files.createTempDirectory("doorbell");
        Path socket = folder.resolve("nic0.sock");
        String card = device + ",id=nic0,netdev=n0,socket=" + socket.toString().replace(",", ",,");
        Wiring wiring = Wiring.parse(List.of(card), List.of(backend), objects);
        Path run = guestScript("run");
        prepareGuest(guestScript("fetch"));
        try (Service service = Service.open(wiring, streams)) {
            service.start();
            if (ownTap) bringUpTap();
            say(ownTap ? "the host is " + HOST_ADDRESS + ", the guest " + GUEST_ADDRESS + " on eth0" : backend);
            return boot(
                    run,
                    socket,
                    ownTap,
                    service,
                    wiring.devices().getFirst().card().linuxDriver());
        } finally {
            Files.deleteIfExists(folder);
        }
    }

    private int boot(Path run, Path socket, boolean ownTap, Service service, String driver)
            throws IOException, InterruptedException, CommandFailure {
        List<String> words = new ArrayList<>(List.of(run.toString(), "--shell", "--no-reboot"));
        words.addAll(List.of("--append", "doorbell.modules=" + driver, "--vfio-user", socket.toString()));
        if (ownTap) words.addAll(List.of("--append", "doorbell.address=" + GUEST_ADDRESS));
        words.add("--");
        words.addAll(qemuWords);
        Process qemu = new ProcessBuilder(words).inheritIO().start();
        Shutdown.onSignal(() -> {
            qemu.destroy();
            service.stop();
        });
        try {
            int status = qemu.waitFor();
            if (status != 0) throw new CommandFailure("the machine ended with status " + status);
            return service.failed() ? Exit.FAILED : Exit.DONE;
        } finally {
            qemu.destroy();
        }
    }

    private static Path guestScript(String name) throws CommandFailure {
        String home = System.getenv(HOME);
        Path script = Path.of(home == null ? "." : home, "guest", name);
        if (!Files.isExecutable(script))
            throw new CommandFailure("the jar holds no guest: run ./doorbell vm in the folder of the sources");
        return script.toAbsolutePath();
    }

    /// Downloads on first use, then silent and instant.
    private static void prepareGuest(Path fetch) throws IOException, InterruptedException, CommandFailure {
        int status = new ProcessBuilder(fetch.toString()).inheritIO().start().waitFor();
        if (status != 0) throw new CommandFailure("QEMU and the guest could not be fetched");
    }

    private static void bringUpTap() throws IOException, InterruptedException, CommandFailure {
        ip("address", "add", HOST_ADDRESS, "dev", TAP);
        ip("link", "set", TAP, "up");
    }

    private static void ip(String... words) throws IOException, InterruptedException, CommandFailure {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0)
            throw new CommandFailure("failed: " + String.join(" ", command));
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private void say(String line) {
        streams.err().println("doorbell: " + line);
    }
}
