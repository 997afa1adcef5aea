package dev.doorbell.guest;

import static dev.doorbell.guest.ServedGuest.GUEST;
import static dev.doorbell.guest.ServedGuest.GUEST6;
import static dev.doorbell.guest.ServedGuest.WORLD;
import static dev.doorbell.guest.ServedGuest.WORLD6;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What every card must do for a stock Linux kernel with its own driver on stock QEMU.
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StockDriverTests {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    final ServedGuest served;
    private final String driver;

    /// @param driver the guest's module
    StockDriverTests(ServedGuest served, String driver) {
        this.served = served;
        this.driver = driver;
    }

    @AfterAll
    void end() {
        served.close();
    }

    /// How long numbered datagrams run.
    int datagramSeconds() {
        return 60;
    }

    final GuestMachine guest() {
        return served.guest();
    }

    private long checksumErrors() {
        return Long.parseLong(guest().ask("cat /proc/net/snmp /proc/net/netstat /proc/net/snmp6 2>/dev/null | awk '"
                + "/^(Ip|Tcp|Udp|Icmp):/ { if ($2 ~ /^[0-9-]+$/) { for (i = 2; i <= NF; i++) if (name[i] ~ /CsumErrors/) n += $i }"
                + " else for (i = 2; i <= NF; i++) name[i] = $i }"
                + " /CsumErrors/ && NF == 2 { n += $2 } END { print n + 0 }'"));
    }

    private long worldChecksumErrors() {
        return served.world
                .run("cat", "/proc/net/snmp")
                .succeeded()
                .lines()
                .filter(l -> l.startsWith("Tcp:") || l.startsWith("Udp:"))
                .filter(l -> Character.isDigit(l.charAt(5)))
                .mapToLong(l -> Long.parseLong(l.substring(l.lastIndexOf(' ') + 1)))
                .sum(); // InCsumErrors is Tcp's last column; Udp's last is MemErrors, 0 here as well
    }

    @Test
    void linkIsUpAtAGigabitWithFlowControl() {
        assertThat(guest().ask("dmesg | grep 'Link is Up' | tail -n 1"))
                .contains("1000 Mbps Full Duplex")
                .contains("Flow Control: RX/TX");
        assertThat(guest().ask("ethtool -i eth0")).contains("driver: " + driver).contains("0000:00:");
        assertThat(guest().ask("cat /sys/class/net/eth0/address")).isEqualTo(ServedGuest.MAC);
    }

    @Test
    void pingsBothWaysOverIpv4AndIpv6() {
        served.pingBothWays();
        guest().ask("ping -6 -q -c 5 -i 0.05 -w 10 " + WORLD6);
        served.world
                .run(HostTools.words("usr/bin/ping", "-6", "-q", "-c", "5", "-i", "0.05", "-w", "10", GUEST6))
                .succeeded();
        guest().ask("ping -q -c 5 -i 0.05 -w 10 -s 8000 " + WORLD); // fragments
    }

    @ParameterizedTest
    @CsvSource({"on, on, on", "off, on, on", "off, off, off"})
    void tcpRunsBothWaysWithOffloads(String segmentation, String transmitChecksum, String receiveChecksum) {
        guest().ask("ethtool -K eth0 tx " + transmitChecksum + " rx " + receiveChecksum + "; ethtool -K eth0 tso "
                + segmentation + " || true");
        try {
            long before = checksumErrors() + worldChecksumErrors();
            served.tcpBothWays(GUEST, "-4");
            served.tcpBothWays(GUEST6, "-6");
            assertThat(checksumErrors() + worldChecksumErrors()).isEqualTo(before);
        } finally {
            guest().ask("ethtool -K eth0 tx on rx on; ethtool -K eth0 tso on");
        }
    }

    @Test
    void jumboFramesPassUnfragmentedAndTheOldMtuComesBack() {
        served.jumboBothWays();
        served.pingBothWays();
    }

    @Test
    void selfTestOfTheDriverPassesEveryLine() {
        String report = guest().run("ethtool -t eth0 offline", LIMIT).succeeded();
        assertThat(report).contains("The test result is PASS");
        for (String line :
                new String[] {"Register test", "Eeprom test", "Interrupt test", "Loopback test", "Link test"})
            assertThat(report).containsPattern("(?m)" + Pattern.quote(line) + ".*\\s0$");
        served.awaitLink();
        served.pingBothWays();
    }

    @Test
    void statisticsAgreeWithTheTap() {
        served.pingBothWays(); // neighbours are known
        guest().ask("ip neigh replace " + WORLD + " dev eth0 nud permanent lladdr "
                + served.world.run("cat", "/sys/class/net/tap0/address").succeeded());
        served.world.run("ip", "neigh", "replace", GUEST, "dev", "tap0", "nud", "permanent", "lladdr", ServedGuest.MAC);
        served.quietWorld(true);
        Map<String, Long> before = counted();
        guest().ask("ping -q -f -c 500 -s 100 -w 20 " + WORLD);
        Map<String, Long> after = counted();
        served.quietWorld(false);

        long sent = grown(before, after, "tx_packets");
        long received = grown(before, after, "rx_packets");
        assertThat(sent).isGreaterThanOrEqualTo(500);
        assertThat(received).isGreaterThanOrEqualTo(500);
        assertThat(grown(before, after, "tap_rx_packets")).isEqualTo(sent);
        assertThat(grown(before, after, "tap_tx_packets")).isEqualTo(received);
        // The chip's octets hold the FCS of every frame, the tap's do not.
        assertThat(grown(before, after, "tx_bytes")).isEqualTo(grown(before, after, "tap_rx_bytes") + 4 * sent);
        assertThat(grown(before, after, "rx_bytes")).isEqualTo(grown(before, after, "tap_tx_bytes") + 4 * received);
        for (String error : new String[] {"rx_errors", "tx_errors", "rx_crc_errors", "rx_missed_errors"})
            assertThat(after.get(error)).as(error).isEqualTo(before.get(error));
    }

    private static long grown(Map<String, Long> before, Map<String, Long> after, String counter) {
        return after.getOrDefault(counter, -1L) - before.getOrDefault(counter, 0L);
    }

    /// `ethtool -S`, read until two readings agree, with the tap's counters read between them.
    private Map<String, Long> counted() {
        Map<String, Long> first = ethtool();
        for (int i = 0; i < 20; i++) {
            Map<String, Long> tap = new TreeMap<>();
            for (String counter : new String[] {"rx_packets", "tx_packets", "rx_bytes", "tx_bytes"})
                tap.put("tap_" + counter, served.world.statistic("tap0", counter));
            guest().ask("sleep 2.2"); // the driver collects the chip's counters every two seconds
            Map<String, Long> second = ethtool();
            if (second.equals(first)) {
                second.putAll(tap);
                return second;
            }
            first = second;
        }
        throw new AssertionError("the counters do not come to rest");
    }

    private Map<String, Long> ethtool() {
        Map<String, Long> values = new TreeMap<>();
        for (String line : guest().ask("ethtool -S eth0").lines().toList()) {
            int colon = line.indexOf(": ");
            if (colon > 0)
                values.put(
                        line.substring(0, colon).trim(),
                        Long.parseLong(line.substring(colon + 2).trim()));
        }
        return values;
    }

    @Test
    void driverLoadsAndUnloadsTwentyTimes() {
        for (int i = 0; i < 20; i++) {
            guest().run("rmmod " + driver + " && modprobe " + driver, LIMIT).succeeded();
            served.raise();
            guest().ask("ping -q -c 2 -i 0.05 -w 10 " + WORLD);
        }
    }

    /// iperf3 numbers its datagrams and tells of order. Loss is judged by the interfaces' own counts of frames: iperf3
    /// stops listening before the last datagrams of a run are in, and a socket may overflow on a busy machine.
    @Test
    void numberedDatagramsArriveOnceAndInOrderBothWays() {
        guest().ask("sysctl -q -w net.core.rmem_max=8388608 net.core.wmem_max=8388608; iperf3 -s -D -1");
        served.world.run("sysctl", "-q", "-w", "net.core.rmem_max=8388608", "net.core.wmem_max=8388608");
        served.quietWorld(true);
        Map<String, Long> before = counted();
        String report = served.world
                .run(
                        Duration.ofMinutes(2),
                        HostTools.iperf3(
                                "-c",
                                GUEST,
                                "-u",
                                "--bidir",
                                "-b",
                                "12M",
                                "-l",
                                "1000",
                                "-w",
                                "4M",
                                "-t",
                                Integer.toString(datagramSeconds()),
                                "-f",
                                "k"))
                .succeeded();
        Map<String, Long> after = counted();
        served.quietWorld(false);

        long sent = grown(before, after, "tx_packets");
        long received = grown(before, after, "rx_packets");
        assertThat(sent).isGreaterThan(1300L * datagramSeconds());
        assertThat(received).isGreaterThan(1300L * datagramSeconds());
        assertThat(grown(before, after, "tap_rx_packets")).as(report).isEqualTo(sent);
        assertThat(grown(before, after, "tap_tx_packets")).as(report).isEqualTo(received);
        assertThat(report).doesNotContain("out-of-order");
    }
}
