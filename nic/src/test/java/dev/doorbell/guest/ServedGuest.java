package dev.doorbell.guest;

import java.time.Duration;

/// A namespace with a tap, an e1000 served on it, and a guest that has the card: what most guest tests begin with.
///
/// The world is 192.0.2.1 on `tap0`, the guest 192.0.2.2 on `eth0`; IPv6 likewise in 2001:db8::/64.
final class ServedGuest implements AutoCloseable {
    static final Duration BOOT_LIMIT = Duration.ofMinutes(2);
    static final String MAC = "52:54:00:12:34:56";
    static final String WORLD = "192.0.2.1";
    static final String GUEST = "192.0.2.2";
    static final String WORLD6 = "2001:db8::1";
    static final String GUEST6 = "2001:db8::2";

    final NetworkNamespace world = NetworkNamespace.create();
    final CardProcess card;
    private final String name;
    private GuestMachine guest;

    /// Serves a card and boots a guest with it, its interface up.
    ///
    /// @param name        of the logs
    /// @param cardOptions more options of `--device`, such as `,interrupt-gap-us=128`, or empty
    /// @param modules     what the guest loads
    /// @param options     of `guest/run`
    ServedGuest(String name, String cardOptions, String modules, String... options) {
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
                    "e1000,id=nic0,socket=@/nic0.sock,netdev=n0,mac=" + MAC + cardOptions,
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
