package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// A stock guest whose card is on passt: it asks for its address, and reaches the host's own
/// sockets.
///
/// The host has 198.51.100.10 and a default route by 198.51.100.1; passt gives the guest the one
/// and answers for the other, behind which is the host itself. Debian's passt of 2023 on a kernel
/// of 2025 answers no echo and resets a connection that has brought 64 KiB towards the guest, under
/// QEMU's own cards too; hence neither ping nor iperf3, and many short files that way.
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IgbPasstGuestTest {
    private static final String ADDRESS = "198.51.100.10";
    private static final String GATEWAY = "198.51.100.1";
    private static final String FORWARDED_PORT = "5301";
    private static final int SHORT_FILE_BYTES = 50_000;
    private static final int LONG_FILE_BYTES = 8_000_000;
    private static final int HASH_CHARS = 64;
    /// What udhcpc calls with what it was told.
    private static final String ON_LEASE = """
            #!/bin/sh
            [ $1 = bound ] || exit 0
            ip addr flush dev $interface
            ip addr add $ip/$mask dev $interface
            ip route replace default via $router dev $interface
            """;

    private final NetworkNamespace world = worldWithPasst();
    private final CardProcess card;
    private final GuestMachine guest;
    private final String hash; // of the host's file

    IgbPasstGuestTest(@TempDir Path folder) {
        world.run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "far0")
                .succeeded();
        world.run("ip", "addr", "add", ADDRESS + "/24", "dev", "up0").succeeded();
        world.run("ip", "link", "set", "far0", "up").succeeded();
        world.run("ip", "link", "set", "up0", "up").succeeded();
        world.run("ip", "route", "add", "default", "via", GATEWAY).succeeded();
        hash = onHost("head -c " + SHORT_FILE_BYTES + " /dev/urandom > " + folder + "/file; httpd -p 127.0.0.1:8080 -h "
                        + folder + " </dev/null >/dev/null 2>&1; sha256sum < " + folder + "/file")
                .substring(0, HASH_CHARS);
        card = CardProcess.serve(
                "igb-passt",
                world,
                1,
                "--device",
                "igb,id=nic0,socket=@/nic0.sock,netdev=n0,mac=" + ServedGuest.MAC,
                "--netdev",
                "passt,id=n0,mtu=1500,ipv6=off,tcp-ports=" + FORWARDED_PORT + ":80");
        guest = GuestMachine.named("igb-passt")
                .modules("igb")
                .vfioUser(card.socket(0))
                .boot(ServedGuest.BOOT_LIMIT);
        guest.ask("printf '" + ON_LEASE.replace("\n", "\\n")
                + "' > /tmp/lease; chmod +x /tmp/lease; ip link set eth0 up");
        askForAnAddress();
    }

    private static NetworkNamespace worldWithPasst() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/passt")), "no passt on this machine");
        return NetworkNamespace.create();
    }

    private void askForAnAddress() {
        guest.run("udhcpc -i eth0 -n -q -f -t 20 -T 1 -s /tmp/lease", ServedGuest.BOOT_LIMIT)
                .succeeded();
    }

    @AfterAll
    void end() {
        guest.close();
        card.close();
        world.close();
    }

    @Test
    @Order(1)
    void guestHasTheHostsAddressByDhcp() {
        assertThat(guest.ask("ip -4 addr show dev eth0")).contains("inet " + ADDRESS + "/24");
        assertThat(guest.ask("ip route")).contains("default via " + GATEWAY);
    }

    @Test
    @Order(2)
    void guestReadsFilesOfTheHost() {
        for (int i = 0; i < 20; i++) assertThat(hashReadByTheGuest()).isEqualTo(hash);
    }

    @Test
    @Order(3)
    void hostReadsAFileOfTheGuestByAForwardedPort() {
        String ofGuest = guest.ask("head -c " + LONG_FILE_BYTES + " /dev/urandom > /tmp/file; httpd -p 80 -h /tmp; "
                        + "sha256sum < /tmp/file")
                .substring(0, HASH_CHARS);
        assertThat(onHost("wget -q -O - http://127.0.0.1:" + FORWARDED_PORT + "/file | sha256sum"))
                .startsWith(ofGuest);
    }

    /// With a busybox of the cache: the words may be of its applets.
    private String onHost(String script) {
        return world.run(
                        ServedGuest.BOOT_LIMIT,
                        "bash",
                        "-c",
                        "source \"$1/paths\"; wget() { guest_program usr/bin/busybox wget \"$@\"; };"
                                + " httpd() { guest_program usr/bin/busybox httpd \"$@\"; }; " + script,
                        "bash",
                        GuestRequirements.folder().toString())
                .succeeded();
    }

    private String hashReadByTheGuest() {
        return guest.run("wget -q -O - http://" + GATEWAY + ":8080/file | sha256sum", ServedGuest.BOOT_LIMIT)
                .succeeded()
                .substring(0, HASH_CHARS);
    }

    @Test
    @Order(4)
    void deathOfPasstIsALinkThatGoesDownAndComesBack() {
        guest.ask("cat /sys/class/net/eth0/carrier_down_count > /tmp/downs");
        world.run(
                        "bash",
                        "-c",
                        "kill -9 $(ip netns pids " + world.name() + " | while read p; do"
                                + " grep -q ^passt /proc/$p/comm && echo $p; done)")
                .succeeded();
        guest.ask("i=0; while [ $(cat /sys/class/net/eth0/carrier_down_count) = $(cat /tmp/downs) ]"
                + " || [ $(cat /sys/class/net/eth0/carrier) != 1 ]; do"
                + " [ $i -lt 200 ] || exit 1; sleep 0.1; i=$((i + 1)); done");
        askForAnAddress();
        assertThat(hashReadByTheGuest()).isEqualTo(hash);
    }

    /// Last: the card's process ends.
    @Test
    @Order(5)
    void atTheEndPasstIsGoneAndEverythingWasCounted() {
        Map<String, Long> counted = card.stop();
        assertThat(counted.get("nic0.backends.n0.link_ups")).isEqualTo(2);
        assertThat(counted.get("nic0.backends.n0.link_downs")).isEqualTo(1);
        assertThat(counted.get("nic0.backends.n0.transmit_frames")).isGreaterThan(500);
        assertThat(counted.get("nic0.backends.n0.receive_frames")).isGreaterThan(500);
        assertThat(counted.get("nic0.backends.n0.peer_bad_lengths")).isZero();
        assertThat(world.run("bash", "-c", "ip netns pids " + world.name() + " | xargs -r -I{} cat /proc/{}/comm")
                        .text())
                .doesNotContain("passt");
    }
}
