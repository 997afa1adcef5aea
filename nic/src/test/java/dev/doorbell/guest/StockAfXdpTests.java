package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// Two stock guests, each with a card on an interface of the host through AF_XDP, and the host between them: the far
/// ends of both veth pairs are ports of a bridge, where the host itself has an address, too.
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class StockAfXdpTests {
    private static final String WORLD = "192.0.2.1";
    private static final String[] GUESTS = {"192.0.2.2", "192.0.2.3"};

    private final NetworkNamespace world = NetworkNamespace.create();
    private final CardProcess cards;
    private final List<GuestMachine> guests = new ArrayList<>();
    private final int mtuBytes;

    /// @param chip     the card's name on the command line, and the guest's module
    /// @param mode     how the program is attached
    /// @param mtuBytes of every interface on the way
    StockAfXdpTests(String chip, String mode, int mtuBytes) {
        this.mtuBytes = mtuBytes;
        world.run("ip", "link", "add", "br0", "type", "bridge").succeeded();
        for (int i = 0; i < GUESTS.length; i++) cable(i);
        world.run("ip", "addr", "add", WORLD + "/24", "dev", "br0").succeeded();
        world.run("ip", "link", "set", "br0", "mtu", Integer.toString(mtuBytes)).succeeded();
        world.run("ip", "link", "set", "br0", "up").succeeded();
        cards = CardProcess.serve(
                chip + "-af-xdp",
                world,
                2,
                "--device",
                chip + ",id=nic0,socket=@/nic0.sock,netdev=n0,mac=52:54:00:00:00:01",
                "--netdev",
                "af-xdp,id=n0,ifname=xdp0,mode=" + mode,
                "--device",
                chip + ",id=nic1,socket=@/nic1.sock,netdev=n1,mac=52:54:00:00:00:02",
                "--netdev",
                "af-xdp,id=n1,ifname=xdp1,mode=" + mode);
        for (int i = 0; i < GUESTS.length; i++) {
            GuestMachine guest = GuestMachine.named(chip + "-af-xdp-" + i)
                    .modules(chip)
                    .vfioUser(cards.socket(i))
                    .boot(ServedGuest.BOOT_LIMIT);
            guests.add(guest);
            guest.ask("ip link set eth0 mtu " + mtuBytes);
            guest.raise("eth0", GUESTS[i] + "/24");
        }
    }

    /// A veth pair: `xdpN` for the card, `hostN` a port of the bridge. What a program takes off an interface has no
    /// checksum unless the sender made it, so nothing is left to a card that is not there.
    private void cable(int number) {
        String near = "xdp" + number;
        String far = "host" + number;
        String mtu = Integer.toString(mtuBytes);
        world.run("ip", "link", "add", near, "mtu", mtu, "type", "veth", "peer", "name", far, "mtu", mtu)
                .succeeded();
        world.run("ethtool", "-K", far, "tx", "off", "tso", "off", "gso", "off").succeeded();
        world.run("ip", "link", "set", far, "master", "br0").succeeded();
        world.run("ip", "link", "set", near, "up").succeeded();
        world.run("ip", "link", "set", far, "up").succeeded();
    }

    @AfterAll
    void end() {
        guests.forEach(GuestMachine::close);
        cards.close();
        world.close();
    }

    private Result fromWorld(String... words) {
        return world.run(ServedGuest.BOOT_LIMIT, words);
    }

    @Test
    @Order(1)
    void guestsReachTheHostAndTheHostThem() {
        for (int i = 0; i < GUESTS.length; i++) {
            guests.get(i).ask("ping -q -c 20 -i 0.05 -w 10 " + WORLD);
            fromWorld(HostTools.words("usr/bin/ping", "-q", "-c", "20", "-i", "0.05", "-w", "10", GUESTS[i]))
                    .succeeded();
        }
    }

    @Test
    @Order(2)
    void guestsReachEachOtherThroughTheHost() {
        guests.get(0).ask("ping -q -c 20 -i 0.05 -w 10 " + GUESTS[1]);
        guests.get(1).ask("ping -q -c 20 -i 0.05 -w 10 -s 4000 " + GUESTS[0]);
        guests.get(1).ask("iperf3 -s -D -1");
        assertFlowed(guests.get(0)
                .run("iperf3 -c " + GUESTS[1] + " -t 2 -f m", ServedGuest.BOOT_LIMIT)
                .succeeded());
        guests.get(1).ask("iperf3 -s -D -1");
        assertFlowed(guests.get(0)
                .run("iperf3 -R -c " + GUESTS[1] + " -t 2 -f m", ServedGuest.BOOT_LIMIT)
                .succeeded());
    }

    @Test
    @Order(3)
    void tcpRunsBothWaysWithTheHost() {
        for (String way : new String[] {"--get-server-output", "-R"}) {
            guests.get(0).ask("iperf3 -s -D -1");
            assertFlowed(fromWorld(HostTools.iperf3("-c", GUESTS[0], "-t", "2", "-f", "m", way))
                    .succeeded());
        }
    }

    @Test
    @Order(4)
    void framesOfTheFullMtuPassUnfragmented() {
        guests.get(0).ask("ping -q -c 5 -i 0.05 -w 10 -M do -s " + (mtuBytes - 28) + " " + WORLD);
        guests.get(0).ask("ping -q -c 5 -i 0.05 -w 10 -M do -s " + (mtuBytes - 28) + " " + GUESTS[1]);
    }

    /// TSO and checksums are the card's work here: the host's kernel must agree with every one of them.
    @Test
    @Order(5)
    void noChecksumWasWrongAnywhere() {
        assertThat(checksumErrors(world.run("cat", "/proc/net/snmp").succeeded()))
                .isZero();
        for (GuestMachine guest : guests)
            assertThat(checksumErrors(guest.ask("cat /proc/net/snmp"))).isZero();
        assertThat(guests.get(0).ask("ethtool -k eth0")).contains("tcp-segmentation-offload: on");
    }

    /// Last: the card's process ends.
    @Test
    @Order(6)
    void atTheEndNoProgramIsLeftAndNothingWasLostUnseen() {
        Map<String, Long> counted = cards.stop();
        for (int i = 0; i < GUESTS.length; i++) {
            assertThat(world.run("ip", "link", "show", "dev", "xdp" + i).succeeded())
                    .doesNotContain("prog/xdp");
            String backend = "nic" + i + ".backends.n" + i + ".";
            assertThat(counted.get(backend + "transmit_frames")).isGreaterThan(100);
            assertThat(counted.get(backend + "receive_frames")).isGreaterThan(100);
            for (Map.Entry<String, Long> count : counted.entrySet())
                if (count.getKey().startsWith(backend + "transmit_dropped"))
                    assertThat(count.getValue()).as(count.getKey()).isZero();
        }
    }

    private static void assertFlowed(String report) {
        assertThat(report).containsPattern("[1-9][0-9.]+ Mbits/sec +(?:[0-9]+ +)?receiver");
    }

    /// `InCsumErrors` of every protocol in /proc/net/snmp.
    private static long checksumErrors(String snmp) {
        long errors = 0;
        String[] lines = snmp.split("\n", -1);
        for (int i = 0; i + 1 < lines.length; i += 2) {
            List<String> names = List.of(lines[i].trim().split(" ", -1));
            int at = names.indexOf("InCsumErrors");
            if (at > 0) errors += Long.parseLong(lines[i + 1].trim().split(" ", -1)[at]);
        }
        return errors;
    }
}
