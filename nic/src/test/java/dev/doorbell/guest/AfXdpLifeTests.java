package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// A stock guest with two queue pairs on two queues of a host interface, which goes away and comes back.
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class AfXdpLifeTests {
    private static final String WORLD = "192.0.2.1";
    private static final String GUEST = "192.0.2.2";
    private static final String BACKEND = "nic0.backends.n0.";

    private final NetworkNamespace world = NetworkNamespace.create();
    private final CardProcess card;
    private final GuestMachine guest;

    /// @param name  of the logs
    /// @param extra more options of `--device`
    AfXdpLifeTests(String name, String extra) {
        plugIn();
        card = CardProcess.serve(
                name,
                world,
                1,
                "--device",
                "igb,id=nic0,socket=@/nic0.sock,netdev=n0" + extra,
                "--netdev",
                "af-xdp,id=n0,ifname=xdp0,queues=2");
        guest = GuestMachine.named(name)
                .modules("igb")
                .options("--cpus", "2")
                .vfioUser(card.socket(0))
                .boot(ServedGuest.BOOT_LIMIT);
        guest.raise("eth0", GUEST + "/24");
    }

    private void plugIn() {
        String queues = "2";
        world.run(
                        "ip",
                        "link",
                        "add",
                        "xdp0",
                        "numrxqueues",
                        queues,
                        "numtxqueues",
                        queues,
                        "type",
                        "veth",
                        "peer",
                        "name",
                        "host0",
                        "numrxqueues",
                        queues,
                        "numtxqueues",
                        queues)
                .succeeded();
        world.run("ethtool", "-K", "host0", "tx", "off", "tso", "off", "gso", "off")
                .succeeded();
        world.run("ip", "addr", "add", WORLD + "/24", "dev", "host0").succeeded();
        world.run("ip", "link", "set", "xdp0", "up").succeeded();
        world.run("ip", "link", "set", "host0", "up").succeeded();
    }

    @AfterAll
    void end() {
        guest.close();
        card.close();
        world.close();
    }

    private long statistic(String name) {
        return Long.parseLong(guest.ask("ethtool -S eth0 | awk '$1 == \"" + name + ":\" { print $2 }'"));
    }

    private void awaitCarrier(int carrier) {
        guest.ask("i=0; while [ \"$(cat /sys/class/net/eth0/carrier)\" != " + carrier + " ]; do"
                + " [ $i -lt 150 ] || exit 1; sleep 0.1; i=$((i + 1)); done");
    }

    @Test
    @Order(1)
    void theHostsQueuesAreTheGuestsQueues() {
        guest.ask("iperf3 -s -D -1");
        world.run(ServedGuest.BOOT_LIMIT, HostTools.iperf3("-c", GUEST, "-t", "3", "-P", "16"))
                .succeeded();
        guest.ask("sleep 2.2"); // the driver collects the chip's counters every two seconds
        for (int queue = 0; queue < 2; queue++) {
            assertThat(statistic("rx_queue_" + queue + "_packets")).isGreaterThan(20);
            assertThat(statistic("tx_queue_" + queue + "_packets")).isGreaterThan(20);
        }
    }

    @Test
    @Order(2)
    void anInterfaceThatGoesTakesTheLinkWithItAndBringsItBack() {
        for (int i = 0; i < 3; i++) {
            world.run("ip", "link", "del", "xdp0").succeeded();
            awaitCarrier(0);
            plugIn();
            awaitCarrier(1);
            guest.ask("ping -q -c 5 -i 0.05 -w 15 " + WORLD);
        }
    }

    @Test
    @Order(3)
    void anInterfaceThatIsTakenDownIsACableThatIsPulled() {
        world.run("ip", "link", "set", "host0", "down").succeeded();
        awaitCarrier(0);
        world.run("ip", "link", "set", "host0", "up").succeeded();
        awaitCarrier(1);
        guest.ask("ping -q -c 5 -i 0.05 -w 15 " + WORLD);
    }

    /// Last: the card's process ends.
    @Test
    @Order(4)
    void theCountersTellTheStory() {
        Map<String, Long> counted = card.stop();
        assertThat(counted.get(BACKEND + "link_downs")).isGreaterThanOrEqualTo(4);
        assertThat(counted.get(BACKEND + "link_ups")).isGreaterThanOrEqualTo(4);
        assertThat(counted.get(BACKEND + "transmit_dropped_too_long")).isZero();
        assertThat(world.run("ip", "link", "show", "dev", "xdp0").succeeded()).doesNotContain("prog/xdp");
    }
}
