package dev.doorbell.bench;

import dev.doorbell.lab.world.VethPair;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// DPDK's testpmd on its af_xdp driver, without huge pages. Its first processor only listens to commands, so
/// that is the sender's.
final class AfXdpTestPmd extends AfXdpProcess {
    private static final String PROGRAM = "dpdk-testpmd";
    /// Debian's packages of it; where they are separate, the driver is not among the dependencies of the program.
    private static final String PACKAGES = "dpdk-dev (dpdk since Debian 13) and librte-net-af-xdp23 (or newer)";

    private final String counted;

    private AfXdpTestPmd(VethPair pair, List<String> command, Map<String, String> environment, String counted)
            throws IOException {
        super(pair, command, environment);
        this.counted = counted;
        write("start\n");
        await("testpmd> start");
    }

    /// @param skbMode the library that makes DPDK's driver attach in skb mode
    static AfXdpTestPmd start(CProgram skbMode, VethPair pair, AfXdpRow row) throws IOException {
        String forwarding = switch (row.work()) {
            case TRANSMIT -> "txonly";
            case RECEIVE -> "rxonly";
            case FORWARD -> "io";
        };
        List<String> command = List.of(
                "stdbuf",
                "-oL", // its answers are wanted at once
                PROGRAM,
                "-l",
                AfXdpRow.SENDER_CPU + "," + AfXdpRow.CPU,
                "--no-huge",
                "-m",
                "512",
                "--no-pci",
                "--no-telemetry",
                "--file-prefix=doorbell-bench-" + System.nanoTime(),
                "--vdev",
                "net_af_xdp0,iface=" + VethPair.NEAR,
                "--",
                "-i",
                "--forward-mode=" + forwarding,
                "--txpkts=" + AfXdpRow.FRAME_BYTES,
                "--burst=" + AfXdpRow.BATCH_FRAMES,
                "--total-num-mbufs=16384",
                "--nb-cores=1");
        Map<String, String> environment =
                row.mode().equals("skb") ? Map.of("LD_PRELOAD", skbMode.binary().toString()) : Map.of();
        return new AfXdpTestPmd(
                pair, command, environment, row.work() == AfXdpRow.Work.TRANSMIT ? "TX-packets:" : "RX-packets:");
    }

    /// Why it cannot be had here; null when it can.
    static @Nullable String missing() throws InterruptedException {
        try {
            CProgram.output(List.of("sh", "-c", "command -v " + PROGRAM + " stdbuf"));
            return null;
        } catch (IOException e) {
            return "no " + PROGRAM + " to compare with; Debian has it in " + PACKAGES;
        }
    }

    /// The sum over all ports comes after those of the ports.
    @Override
    long frames() throws IOException {
        write("show fwd stats all\n");
        await("  +++");
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words[0].equals(counted)) {
                await("  +++");
                return Long.parseLong(words[1]);
            }
        }
        throw new IOException(this + " has ended");
    }

    @Override
    public String toString() {
        return "testpmd";
    }
}
