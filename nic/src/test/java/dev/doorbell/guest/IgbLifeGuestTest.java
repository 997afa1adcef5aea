package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The 82576 under other conditions: each way to interrupt, another kernel, an IOMMU, messages, a crash, two cards.
@NeedsGuest(network = true)
class IgbLifeGuestTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static void selfTest(ServedGuest served) {
        String report = served.guest().run("ethtool -t eth0 offline", LIMIT).succeeded();
        assertThat(report).contains("The test result is PASS");
        for (String line :
                new String[] {"Register test", "Eeprom test", "Interrupt test", "Loopback test", "Link test"})
            assertThat(report).containsPattern("(?m)" + Pattern.quote(line) + ".*\\s0$");
        served.awaitLink();
    }

    @ParameterizedTest
    @CsvSource({"igb\\,msix=off, '', PCI-MSI ", "igb, pci=nomsi, IO-APIC"})
    void driverUsesMsiOrTheLineWhereThatIsAllThereIs(String device, String kernelWords, String kind) {
        String card = device.replace("\\", "");
        try (ServedGuest served = new ServedGuest(
                "igb-" + kind.strip().toLowerCase(java.util.Locale.ROOT), card, "igb", "--append", kernelWords)) {
            assertThat(served.guest().ask("grep eth0 /proc/interrupts")).contains(kind.strip());
            served.pingBothWays();
            served.tcpBothWays(ServedGuest.GUEST);
            selfTest(served);
            served.pingBothWays();
        }
    }

    @Test
    void cardBehindAVirtualIommuCarriesTraffic() {
        try (ServedGuest served = new ServedGuest(
                "igb-iommu",
                "igb",
                "igb",
                "--cpus",
                "2",
                "--append",
                "intel_iommu=on iommu.strict=1",
                "--before-cards",
                "intel-iommu,caching-mode=on")) {
            assertThat(served.guest().ask("dmesg | grep -c -i 'DMAR: Intel.*Virtualization'"))
                    .isEqualTo("1");
            served.pingBothWays();
            served.tcpBothWays(ServedGuest.GUEST, "-P", "4");
            served.tcpBothWays(ServedGuest.GUEST6, "-6");
            served.jumboBothWays();
            selfTest(served);
            served.guest().run("rmmod igb && modprobe igb", LIMIT).succeeded();
            served.raise();
            served.pingBothWays();
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
    void memoryWithoutADescriptorIsReachedByMessages() {
        try (ServedGuest served = new ServedGuest("igb-messages", "igb", "igb", "--no-memfd")) {
            served.pingBothWays();
            served.tcpBothWays(ServedGuest.GUEST);
            served.pingBothWays();
        }
    }

    @Test
    void guestRebootsAndAKilledVmmIsFollowedByANewOneOnTheSameProcess() {
        try (ServedGuest served = new ServedGuest("igb-life", "igb", "igb")) {
            served.pingBothWays();
            long descriptors = served.card.openDescriptors();

            var _ = served.guest().start("reboot -f");
            served.guest().awaitReady(ServedGuest.BOOT_LIMIT);
            served.raise();
            served.pingBothWays();

            var _ = served.guest().start("ping -f -w 30 " + ServedGuest.WORLD); // killed in the middle of work
            served.guest().ask("sleep 0.5");
            served.guest().kill();
            served.bootAgain("igb");
            served.pingBothWays();
            assertThat(served.card.openDescriptors())
                    .as("nothing leaks over VMMs")
                    .isEqualTo(descriptors);

            served.guest().quit();
            Map<String, Long> counters = served.card.stop();
            assertThat(counters.get("nic0.card.transmit_dma_faults")).isZero();
            assertThat(counters.get("nic0.card.receive_dma_faults")).isZero();
            assertThat(counters.get("nic0.vfio_user.clients")).isEqualTo(2);
        }
    }
}
