package dev.doorbell.guest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A namespace with a tap, a card served on it, and a guest that has the card: what most guest tests begin with.
///
/// The world is 192.0.2.1 on `tap0`, the guest 192.0.2.2 on `eth0`; IPv6 likewise in 2001:db8::/64.
final class ServedGuest implements AutoCloseable {
    static final Duration BOOT_LIMIT = Duration.ofMinutes(2);
    static final String MAC = "52:54:00:12:34:56";
    static final String WORLD = "192.0.2.1";
    static final String GUEST = "192.0.2.2";
    static final String WORLD6 = "2001:db8::1";
    static final String GUEST6 = "2001:db8::2";
    private static final Duration TRAFFIC_LIMIT = Duration.ofSeconds(90);
    private static final Pattern RECEIVED = Pattern.compile("([0-9.]+) Mbits/sec +(?:[0-9]+ +)?receiver");

    final NetworkNamespace world = NetworkNamespace.create();
    final CardProcess card;
    private final String name;
    private GuestMachine guest;

    /// Serves a card and boots a guest with it, its interface up.
    ///
    /// @param name        of the logs
    /// @param device      the card and more options of `--device`, such as `e1000,interrupt-gap-us=128`
    /// @param modules     what the guest loads
    /// @param options     of `guest/run`
    ServedGuest(String name, String device, String modules, String... options) {
        this.name = name;
        CardProcess served = null;
        try {
            world.run("sysctl", "-q", "net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.default.disable_ipv6=0");
            world.run("sysctl", "-q", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0");
            world.addTap("tap0", WORLD + "/24");
            world.run("ip", "addr", "add", WORLD6 + "/64", "dev", "tap0", "nodad")
                    .succeeded();
            served = CardProcess.serve(
                    name,
                    world,
                    1,
                    "--device",
                    device + ",id=nic0,socket=@/nic0.sock,netdev=n0,mac=" + MAC,
                    "--netdev",
                    "tap,id=n0,ifname=tap0");
            card = served;
            guest = plan(modules, options).boot(BOOT_LIMIT);
            raise();
        } catch (AssertionError e) {
            if (served != null) {
                e.addSuppressed(new AssertionError("the card's log: " + served.log()));
                served.close();
            }
            world.close();
            throw e;
        }
    }

    private GuestMachine.Plan plan(String modules, String... options) {
        return GuestMachine.named(name)
                .modules(modules.split(",", -1))
                .options(options)
                .vfioUser(card.socket(0));
    }

    /// The guest that runs now.
    GuestMachine guest() {
        return guest;
    }

    /// Boots another QEMU on the same card process, after the last one has gone.
    void bootAgain(String modules, String... options) {
        guest.close();
        guest = plan(modules, options).boot(BOOT_LIMIT);
        raise();
    }

    /// Gives the guest's interface its addresses and waits for its link.
    void raise() {
        guest.raise("eth0", GUEST + "/24");
        guest.ask("sysctl -q -w net.ipv6.conf.eth0.accept_dad=0; ip addr add " + GUEST6 + "/64 dev eth0 nodad");
    }

    /// Waits for the link of the guest's interface: a driver that was set anew brings it up a moment later.
    void awaitLink() {
        guest.ask("i=0; while [ \"$(cat /sys/class/net/eth0/carrier)\" != 1 ]; do"
                + " [ $i -lt 100 ] || exit 1; sleep 0.1; i=$((i + 1)); done");
    }

    /// Stops the far kernel's IPv6, whose multicasts a tap would count and a card would filter; or starts it again.
    void quietWorld(boolean quiet) {
        world.run("sysctl", "-q", "-w", "net.ipv6.conf.tap0.disable_ipv6=" + (quiet ? 1 : 0));
        if (quiet) return;
        world.run("ip", "addr", "add", WORLD6 + "/64", "dev", "tap0", "nodad").succeeded();
    }

    /// Two seconds of TCP each way; the amount is asserted only as "it flowed".
    ///
    /// @param words more words for iperf3, such as `-4`
    void tcpBothWays(String address, String... words) {
        for (String way : new String[] {"--get-server-output", "-R"}) {
            guest.ask("iperf3 -s -D -1");
            List<String> all = new ArrayList<>(List.of("-c", address, "-t", "2", "-f", "m", way));
            all.addAll(List.of(words));
            String report = world.run(TRAFFIC_LIMIT, HostTools.iperf3(all.toArray(String[]::new)))
                    .succeeded();
            double mbits = 0; // the last such line is the sum of several streams
            for (Matcher line = RECEIVED.matcher(report); line.find(); ) mbits = Double.parseDouble(line.group(1));
            if (mbits < 10) throw new AssertionError(report);
        }
    }

    /// Frames of 9000 bytes, unfragmented, and TCP with them; then the old MTU again.
    void jumboBothWays() {
        world.run("ip", "link", "set", "tap0", "mtu", "9000").succeeded();
        try {
            guest.run("ip link set eth0 mtu 9000", TRAFFIC_LIMIT).succeeded();
            awaitLink();
            guest.ask("ping -q -c 5 -i 0.05 -w 10 -M do -s 8972 " + WORLD);
            world.run(HostTools.words(
                            "usr/bin/ping", "-q", "-c", "5", "-i", "0.05", "-w", "10", "-M", "do", "-s", "8972", GUEST))
                    .succeeded();
            tcpBothWays(GUEST, "-4");
        } finally {
            guest.run("ip link set eth0 mtu 1500", TRAFFIC_LIMIT).succeeded();
            world.run("ip", "link", "set", "tap0", "mtu", "1500").succeeded();
            awaitLink();
        }
    }

    /// Pings from the guest and from the world, over IPv4.
    void pingBothWays() {
        guest.ask("ping -q -c 5 -i 0.05 -w 10 " + WORLD);
        world.run(HostTools.words("usr/bin/ping", "-q", "-c", "5", "-i", "0.05", "-w", "10", GUEST))
                .succeeded();
    }

    @Override
    public void close() {
        guest.close();
        card.close();
        world.close();
    }
}
