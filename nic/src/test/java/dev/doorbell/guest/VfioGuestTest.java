package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `drive --vfio` inside a guest: stock Linux lends the cards by VFIO, behind a virtual IOMMU, to our driver. The
/// cards are QEMU's own and, over vfio-user, ours.
@NeedsGuest(network = true)
class VfioGuestTest {
    private static final Duration LIMIT = Duration.ofMinutes(3); // a JVM starts slowly under emulation
    private static final String FRAMES = "\"frames\":200,";
    private static final String WHOLE = "\"missing\":0,\"damaged\":0";

    /// An initramfs with a Java runtime and the classes under test.
    private static String initramfs() throws IOException, InterruptedException {
        String classes = Arrays.stream(System.getProperty("java.class.path").split(":", -1))
                .filter(part -> !part.contains("test-classes")
                        && (Files.isDirectory(Path.of(part))
                                || part.matches(".*/(picocli|jackson-core|jspecify)-[^/]*\\.jar")))
                .collect(Collectors.joining(":"));
        Process pack = new ProcessBuilder(
                        GuestRequirements.folder().resolve("java").toString(), System.getProperty("java.home"), classes)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(pack.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(pack.waitFor()).as("guest/java").isZero();
        return path.strip();
    }

    @Test
    void driverDrivesQemusCardsAndOursThroughLinuxVfio() throws IOException, InterruptedException {
        String initramfs = initramfs();
        try (NetworkNamespace world = NetworkNamespace.create();
                CardProcess card = CardProcess.serve(
                        "vfio",
                        world,
                        1,
                        "--device",
                        "igb,id=nic0,socket=@/nic0.sock,netdev=n0",
                        "--netdev",
                        "null,id=n0");
                GuestMachine guest = GuestMachine.named("vfio")
                        .modules("vfio_iommu_type1", "vfio-pci")
                        .append("intel_iommu=on")
                        .options("--memory", "1G", "--cpus", "2")
                        .options("--before-cards", "intel-iommu,caching-mode=on")
                        .vfioUser(card.socket(0), "addr=4")
                        .qemu("-initrd", initramfs)
                        .qemu("-netdev", "hubport,id=h0,hubid=0", "-device", "igb,netdev=h0,addr=2")
                        .qemu("-netdev", "hubport,id=h1,hubid=0", "-device", "e1000,netdev=h1,addr=3")
                        .boot(ServedGuest.BOOT_LIMIT)) {
            String unbound = guest.run("doorbell drive --vfio 00:02.0 transmit 2>&1; true", LIMIT)
                    .succeeded();
            assertThat(unbound)
                    .contains("0000:00:02.0 has no driver; give it to vfio-pci")
                    .doesNotContain("\n\tat ");
            for (String slot : new String[] {"02", "03", "04"})
                guest.ask("echo vfio-pci > /sys/bus/pci/devices/0000:00:" + slot + ".0/driver_override; echo 0000:00:"
                        + slot + ".0 > /sys/bus/pci/drivers_probe");

            for (String slot : new String[] {"02", "03", "04"})
                assertThat(drive(guest, slot, "loopback")).contains(FRAMES, WHOLE);
            for (String slot : new String[] {"02", "03", "04"}) {
                // A deferring driver rings by the interrupt's handler: without interrupts it comes to a stop.
                String sent = drive(guest, slot, "transmit --set doorbells=deferred --set itr-per-s=8000");
                assertThat(sent).contains(FRAMES, "\"GPTC\":200").doesNotContain("\"interrupts\":0");
            }
            assertThat(guest.ask("dmesg | grep -c 'DMAR.*fault' || true")).isEqualTo("0");
        }
    }

    private static String drive(GuestMachine guest, String slot, String action) {
        return guest.run("doorbell drive --vfio 0000:00:" + slot + ".0 " + action + " --count 200 --json", LIMIT)
                .succeeded();
    }
}
