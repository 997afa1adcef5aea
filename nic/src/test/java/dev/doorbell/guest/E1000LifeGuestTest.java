package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What happens around a guest: reboot, crash, another VMM, two cards, memory that the card cannot map.
@NeedsGuest(network = true)
class E1000LifeGuestTest {
    @Test
    void guestRebootsAndAKilledVmmIsFollowedByANewOneOnTheSameProcess() {
        try (ServedGuest served = new ServedGuest("e1000-life", "e1000", "e1000")) {
            served.pingBothWays();
            long descriptors = served.card.openDescriptors();

            var _ = served.guest().start("reboot -f");
            served.guest().awaitReady(ServedGuest.BOOT_LIMIT);
            served.raise();
            served.pingBothWays();

            var _ = served.guest().start("ping -f -w 30 " + ServedGuest.WORLD); // killed in the middle of work
            served.guest().ask("sleep 0.5");
            served.guest().kill();
            served.bootAgain("e1000");
            served.pingBothWays();
            assertThat(served.card.openDescriptors())
                    .as("nothing leaks over VMMs")
                    .isEqualTo(descriptors);

            served.guest().quit();
            Map<String, Long> counters = served.card.stop();
            assertThat(counters.get("nic0.card.receive_frames")).isGreaterThan(5);
            assertThat(counters.get("nic0.card.transmit_dma_faults")).isZero();
            assertThat(counters.get("nic0.card.receive_dma_faults")).isZero();
            assertThat(counters.get("nic0.vfio_user.clients")).isEqualTo(2);
        }
    }

    @Test
    void memoryWithoutADescriptorIsReachedByMessages() {
        try (ServedGuest served = new ServedGuest("e1000-messages", "e1000", "e1000", "--no-memfd")) {
            served.pingBothWays();
            served.guest().ask("iperf3 -s -D -1");
            String report = served.world
                    .run(Duration.ofMinutes(1), HostTools.iperf3("-c", ServedGuest.GUEST, "-t", "2", "-f", "k"))
                    .succeeded();
            assertThat(report).contains("receiver");
            served.guest().ask("iperf3 -s -D -1");
            served.world
                    .run(Duration.ofMinutes(1), HostTools.iperf3("-c", ServedGuest.GUEST, "-t", "2", "-R", "-f", "k"))
                    .succeeded();
            served.pingBothWays();
        }
    }

    /// Behind an IOMMU every page the driver maps is one mapping message, and every unmapping must end all use of it.
    @Test
    void cardBehindAVirtualIommuCarriesTraffic() {
        try (ServedGuest served = new ServedGuest(
                "e1000-iommu",
                "e1000",
                "e1000",
                "--append",
                "intel_iommu=on iommu.strict=1",
                "--before-cards",
                "intel-iommu,caching-mode=on")) {
            assertThat(served.guest().ask("dmesg | grep -c -i 'DMAR: Intel.*Virtualization'"))
                    .isEqualTo("1");
            served.pingBothWays();
            served.guest().ask("iperf3 -s -D -1");
            served.world
                    .run(Duration.ofMinutes(1), HostTools.iperf3("-c", ServedGuest.GUEST, "-t", "2", "-f", "k"))
                    .succeeded();
            served.guest().ask("iperf3 -s -D -1");
            served.world
                    .run(Duration.ofMinutes(1), HostTools.iperf3("-c", ServedGuest.GUEST, "-t", "2", "-R", "-f", "k"))
                    .succeeded();
            served.guest().quit();
            Map<String, Long> counters = served.card.stop();
            assertThat(counters.get("nic0.vfio_user.messages_dma_map"))
                    .as("mapped page by page")
                    .isGreaterThan(500);
            assertThat(counters.get("nic0.card.transmit_dma_faults")).isZero();
            assertThat(counters.get("nic0.card.receive_dma_faults")).isZero();
        }
    }

    @Test
    void twoCardsInOneVmCarryTheirOwnTraffic() {
        try (NetworkNamespace world = NetworkNamespace.create()) {
            world.addTap("tap0", "192.0.2.1/24");
            world.addTap("tap1", "198.51.100.1/24");
            try (CardProcess cards = CardProcess.serve(
                            "e1000-two",
                            world,
                            2,
                            "--device",
                            "e1000,id=nic0,socket=@/nic0.sock,netdev=n0,mac=52:54:00:00:00:01",
                            "--netdev",
                            "tap,id=n0,ifname=tap0",
                            "--device",
                            "e1000,id=nic1,socket=@/nic1.sock,netdev=n1,mac=52:54:00:00:00:02",
                            "--netdev",
                            "tap,id=n1,ifname=tap1");
                    GuestMachine guest = GuestMachine.named("e1000-two")
                            .modules("e1000")
                            .vfioUser(cards.socket(0))
                            .vfioUser(cards.socket(1))
                            .boot(ServedGuest.BOOT_LIMIT)) {
                guest.raise("eth0", "192.0.2.2/24");
                guest.raise("eth1", "198.51.100.2/24");
                guest.ask("ping -q -c 20 -i 0.02 -w 10 -I eth0 192.0.2.1");
                guest.ask("ping -q -c 20 -i 0.02 -w 10 -I eth1 198.51.100.1");
                assertThat(world.statistic("tap0", "rx_packets")).isGreaterThanOrEqualTo(20);
                assertThat(world.statistic("tap1", "rx_packets")).isGreaterThanOrEqualTo(20);
                assertThat(guest.ask("cat /sys/class/net/eth0/address /sys/class/net/eth1/address"))
                        .isEqualTo("52:54:00:00:00:01\n52:54:00:00:00:02");
            }
        }
    }
}
