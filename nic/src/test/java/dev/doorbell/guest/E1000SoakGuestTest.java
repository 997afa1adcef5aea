package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What takes minutes: numbered datagrams for ten of them, and every offload at every frame size.
@Tag("soak")
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class E1000SoakGuestTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final ServedGuest served = new ServedGuest("e1000-soak", "e1000", "e1000");

    @AfterAll
    void end() {
        served.close();
    }

    @Test
    void tenMinutesOfNumberedDatagramsArriveOnceAndInOrder() {
        served.guest().ask("sysctl -q -w net.core.rmem_max=8388608 net.core.wmem_max=8388608; iperf3 -s -D -1");
        served.world.run("sysctl", "-q", "-w", "net.core.rmem_max=8388608", "net.core.wmem_max=8388608");
        String report = served.world
                .run(
                        Duration.ofMinutes(12),
                        HostTools.iperf3(
                                "-c",
                                ServedGuest.GUEST,
                                "-u",
                                "--bidir",
                                "-b",
                                "12M",
                                "-l",
                                "1000",
                                "-w",
                                "4M",
                                "-t",
                                "600",
                                "-i",
                                "60"))
                .succeeded();
        Matcher line =
                Pattern.compile("(\\d+)/(\\d+) \\([0-9.e+-]+%\\)\\s+receiver").matcher(report);
        int ways = 0;
        while (line.find()) {
            ways++;
            assertThat(Long.parseLong(line.group(1))).as(report).isZero();
        }
        assertThat(ways).as(report).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "1500, on, on",
        "1500, off, on",
        "1500, off, off",
        "4000, on, on",
        "4000, off, off",
        "9000, on, on",
        "9000, off, on",
        "9000, off, off"
    })
    void tcpRunsAtEveryFrameSizeAndOffload(int mtuBytes, String segmentation, String checksums) {
        served.world
                .run("ip", "link", "set", "tap0", "mtu", Integer.toString(mtuBytes))
                .succeeded();
        served.guest()
                .run(
                        "ip link set eth0 mtu " + mtuBytes + "; ethtool -K eth0 tx " + checksums + " rx " + checksums
                                + "; ethtool -K eth0 tso " + segmentation,
                        LIMIT);
        served.guest()
                .ask("i=0; while [ \"$(cat /sys/class/net/eth0/carrier)\" != 1 ]; do [ $i -lt 100 ] || exit 1;"
                        + " sleep 0.1; i=$((i + 1)); done");
        for (String way : new String[] {"--no-delay", "-R"}) {
            served.guest().ask("iperf3 -s -D -1");
            String report = served.world
                    .run(LIMIT, HostTools.iperf3("-c", ServedGuest.GUEST, "-t", "10", "-f", "k", way))
                    .succeeded();
            assertThat(report).containsPattern("[1-9][0-9.]* Kbits/sec +receiver");
        }
    }
}
