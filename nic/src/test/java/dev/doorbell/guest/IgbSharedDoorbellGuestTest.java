package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Doorbells that cost no exit, with a stock Linux igb driver on stock QEMU: counted in messages, each
/// of which stopped a virtual processor.
@NeedsGuest(network = true)
class IgbSharedDoorbellGuestTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int PACKETS = 40_000;

    /// Register accesses of a guest that boots, brings its interface up and reads statistics every two
    /// seconds: 3,200 were counted when this was written.
    private static final long AROUND = 10_000;

    private static ServedGuest serve(String name, String doorbells, String... options) {
        return new ServedGuest(name, "igb,doorbells=" + doorbells, "igb,pktgen", options);
    }

    /// The smallest frames, one doorbell each, on queue 0.
    private static void transmit(ServedGuest served) {
        String mac = served.world.run("cat", "/sys/class/net/tap0/address").succeeded();
        served.guest()
                .run("""
                        cd /proc/net/pktgen
                        echo rem_device_all > kpktgend_0
                        echo add_device eth0 > kpktgend_0
                        for word in 'count %d' 'pkt_size 60' 'delay 0' 'clone_skb 0' 'dst %s' 'dst_mac %s'; do
                            echo $word > eth0 || exit 1
                        done
                        echo start > pgctrl
                        grep -q 'Result: OK' eth0""".formatted(PACKETS, ServedGuest.WORLD, mac.trim()), LIMIT)
                .succeeded();
    }

    private static long counted(Map<String, Long> counters, String name) {
        return Objects.requireNonNull(counters.get("nic0." + name), name);
    }

    private static long accesses(Map<String, Long> counters) {
        return counted(counters, "vfio_user.messages_region_write")
                + counted(counters, "vfio_user.messages_region_read");
    }

    @Test
    void transmittingDriverMakesNoExitPerPacketOnlyPerInterrupt() {
        try (ServedGuest served = serve("igb-doorbells-shared", "shared")) {
            transmit(served);
            served.guest().quit();
            Map<String, Long> counters = served.card.stop();
            assertThat(counted(counters, "card.transmit_frames")).isGreaterThanOrEqualTo(PACKETS);
            assertThat(counted(counters, "card.shared_words")).isPositive();
            assertThat(accesses(counters))
                    .as("messages for %s packets and %s interrupts", PACKETS, counted(counters, "card.interrupts"))
                    .isLessThan(AROUND + 3 * counted(counters, "card.interrupts"))
                    .isLessThan(PACKETS / 2);
        }
    }

    @Test
    void trappedDoorbellsAreAMessagePerPacket() {
        try (ServedGuest served = serve("igb-doorbells-trapped", "trapped")) {
            transmit(served);
            served.guest().quit();
            Map<String, Long> counters = served.card.stop();
            assertThat(counted(counters, "vfio_user.messages_region_write")).isGreaterThanOrEqualTo(PACKETS);
        }
    }

    /// MSI-X maps the pages; with the line every access of them is a message.
    @ParameterizedTest
    @ValueSource(strings = {"quiet", "pci=nomsi"})
    void trafficRunsBothWaysAndTheDriverReloads(String kernelWords) {
        try (ServedGuest served = serve(
                "igb-shared-" + kernelWords.replace('=', '-'), "shared", "--cpus", "2", "--append", kernelWords)) {
            served.pingBothWays();
            served.tcpBothWays(ServedGuest.GUEST, "-P", "4");
            for (int i = 0; i < 3; i++) {
                served.guest().run("rmmod igb && modprobe igb", LIMIT).succeeded();
                served.raise();
                served.pingBothWays();
            }
            served.guest().run("ethtool -L eth0 combined 2 && ethtool -G eth0 tx 512 rx 512", LIMIT);
            served.awaitLink();
            served.tcpBothWays(ServedGuest.GUEST, "-P", "4");
            served.pingBothWays();
        }
    }

    /// The driver's register test ignores bits that a register does not hold, so memory passes it, too.
    @ParameterizedTest
    @ValueSource(strings = {"quiet", "pci=nomsi"})
    void selfTestOfTheDriverPasses(String kernelWords) {
        try (ServedGuest served =
                serve("igb-shared-selftest-" + kernelWords.replace('=', '-'), "shared", "--append", kernelWords)) {
            String report = served.guest().run("ethtool -t eth0 offline", LIMIT).succeeded();
            assertThat(report).contains("The test result is PASS");
            served.awaitLink();
            served.pingBothWays();
        }
    }
}
