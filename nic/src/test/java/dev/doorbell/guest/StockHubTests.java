package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two cards on one hub in one guest, the second in a network namespace of the guest: drivers of both ends are stock,
/// and no host kernel takes part (so VLANs work where the host has none).
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StockHubTests {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    static final String FAR = "ip netns exec far ";

    private final NetworkNamespace world = NetworkNamespace.create();
    private final CardProcess cards;
    final GuestMachine guest;

    /// @param chip the card's name on the command line, and the guest's module
    StockHubTests(String chip) {
        cards = CardProcess.serve(
                chip + "-hub",
                world,
                2,
                "--device",
                chip + ",id=nic0,socket=@/nic0.sock,netdev=n0,mac=52:54:00:00:00:01",
                "--netdev",
                "hubport,id=n0,hubid=0",
                "--device",
                chip + ",id=nic1,socket=@/nic1.sock,netdev=n1,mac=52:54:00:00:00:02",
                "--netdev",
                "hubport,id=n1,hubid=0");
        guest = GuestMachine.named(chip + "-hub")
                .modules(chip, "8021q")
                .vfioUser(cards.socket(0))
                .vfioUser(cards.socket(1))
                .boot(ServedGuest.BOOT_LIMIT);
        guest.ask("ip netns add far && ip link set eth1 netns far && " + FAR + "ip addr add 192.0.2.2/24 dev eth1 && "
                + FAR + "ip link set eth1 up && " + FAR + "ip link set lo up");
        guest.raise("eth0", "192.0.2.1/24");
        awaitLinks();
    }

    @AfterAll
    void end() {
        guest.close();
        cards.close();
        world.close();
    }

    final void awaitLinks() {
        guest.ask("i=0; while [ \"$(cat /sys/class/net/eth0/carrier)" + "$(" + FAR
                + "cat /sys/class/net/eth1/carrier)\" != 11 ]; do"
                + " [ $i -lt 150 ] || exit 1; sleep 0.1; i=$((i + 1)); done");
    }

    private void tcp(String address) {
        guest.ask(FAR + "iperf3 -s -D -1");
        String report = guest.run("iperf3 -c " + address + " -t 2 -f k", LIMIT).succeeded();
        assertThat(report).containsPattern("[1-9][0-9.]* Kbits/sec +receiver");
    }

    @Test
    void cardsOnOneHubReachEachOther() {
        guest.ask("ping -q -c 5 -i 0.05 -w 10 192.0.2.2");
        tcp("192.0.2.2");
    }

    /// The hub takes no offload, so our card cuts the segments and makes the checksums; the far kernel, told not to
    /// believe its card, checks every one of them.
    @Test
    void segmentsAndChecksumsOfTheCardSatisfyAKernelThatChecksThemItself() {
        guest.run(FAR + "ethtool -K eth1 rx off", LIMIT).succeeded();
        try {
            awaitLinks();
            long before = checksumErrors();
            tcp("192.0.2.2");
            guest.ask(FAR + "iperf3 -s -D -1; iperf3 -c 192.0.2.2 -u -b 5M -t 1");
            assertThat(checksumErrors()).isEqualTo(before);
            assertThat(guest.ask("ethtool -k eth0")).contains("tcp-segmentation-offload: on");
        } finally {
            guest.run(FAR + "ethtool -K eth1 rx on", LIMIT).succeeded();
            awaitLinks();
        }
    }

    /// Checksum errors that the far kernel saw, of TCP and UDP.
    private long checksumErrors() {
        return Long.parseLong(guest.ask(FAR + "cat /proc/net/snmp | awk '/^(Tcp|Udp):/ { if ($2 ~ /^[0-9-]+$/) {"
                + " for (i = 2; i <= NF; i++) if (name[i] == \"InCsumErrors\") n += $i }"
                + " else for (i = 2; i <= NF; i++) name[i] = $i } END { print n + 0 }'"));
    }

    @ParameterizedTest
    @CsvSource({"on, on", "on, off", "off, on", "off, off"})
    void vlansPassWithTheTagInsertedAndStrippedByCardOrKernel(String receiveTag, String transmitTag) {
        guest.run("ethtool -K eth0 rxvlan " + receiveTag + "; ethtool -K eth0 txvlan " + transmitTag, LIMIT);
        try {
            guest.ask("ip link add link eth0 name eth0.5 type vlan id 5 && ip addr add 198.51.100.1/24 dev eth0.5"
                    + " && ip link set eth0.5 up");
            guest.ask(FAR + "ip link add link eth1 name eth1.5 type vlan id 5 && " + FAR
                    + "ip addr add 198.51.100.2/24 dev eth1.5 && " + FAR + "ip link set eth1.5 up");
            awaitLinks();
            guest.ask("ping -q -c 5 -i 0.05 -w 15 198.51.100.2");
            guest.ask("ping -q -c 3 -i 0.05 -w 10 -M do -s 1472 198.51.100.2"); // 1522 bytes on the wire
            tcp("198.51.100.2");
        } finally {
            guest.run(
                    "ip link del eth0.5; " + FAR + "ip link del eth1.5; ethtool -K eth0 rxvlan on; "
                            + "ethtool -K eth0 txvlan on",
                    LIMIT);
            awaitLinks();
        }
        guest.ask("ping -q -c 2 -i 0.05 -w 10 192.0.2.2");
    }

    @Test
    void framesOfAnotherVlanAreFilteredByTheCard() {
        guest.ask("ip link add link eth0 name eth0.7 type vlan id 7 && ip addr add 203.0.113.1/24 dev eth0.7"
                + " && ip link set eth0.7 up");
        try {
            awaitLinks();
            assertThat(guest.run("ping -q -c 3 -i 0.05 -w 3 203.0.113.2", LIMIT).status())
                    .isNotZero();
            guest.ask("ping -q -c 2 -i 0.05 -w 10 192.0.2.2");
        } finally {
            guest.ask("ip link del eth0.7");
            awaitLinks();
        }
    }
}
