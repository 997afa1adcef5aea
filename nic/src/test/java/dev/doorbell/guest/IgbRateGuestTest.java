package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The transmit rate limiter, programmed from inside a guest by plain register writes while its driver sends.
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IgbRateGuestTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int RTTDQSEL = 0x3604;
    private static final int RTTBCNRM = 0x3690;
    private static final int RTTBCNRC = 0x36B0;

    // One processor, so one transmit queue. The kernel keeps /dev/mem away from claimed devices unless told.
    private final ServedGuest served = new ServedGuest("igb-rate", "igb", "igb", "--append", "iomem=relaxed");

    @AfterAll
    void end() {
        served.close();
    }

    private void poke(int register, int value) {
        served.guest()
                .ask("busybox devmem $((0x$(grep -o '^0x[0-9a-f]*' /sys/class/net/eth0/device/resource | head -n 1"
                        + " | cut -c3-) + " + register + ")) 32 0x" + Integer.toHexString(value));
    }

    /// Limits queue 0 of a gigabit link.
    private void limit(int mbits) {
        poke(RTTDQSEL, 0);
        poke(RTTBCNRM, 0x14);
        poke(RTTBCNRC, mbits == 0 ? 0 : 0x8000_0000 | (1000 << 14) / mbits);
    }

    /// Layer-2 megabits per second at the far end of the tap while the guest sends TCP, over four seconds in the
    /// middle.
    private double measured() {
        served.world.run(HostTools.iperf3("-s", "-D", "-1")).succeeded();
        var transfer = served.guest().start("iperf3 -c " + ServedGuest.WORLD + " -t 8");
        served.guest().ask("sleep 2");
        long bytes = served.world.statistic("tap0", "rx_bytes");
        long us = uptimeUs();
        served.guest().ask("sleep 4");
        double mbits = 8.0 * (served.world.statistic("tap0", "rx_bytes") - bytes) / (uptimeUs() - us);
        transfer.orTimeout(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .join();
        return mbits;
    }

    private static long uptimeUs() {
        return System.nanoTime() / 1000;
    }

    @Test
    void limitSetByRegisterWritesHoldsUnderARunningTransferAndEndsAtOnce() {
        limit(20);
        assertThat(measured()).isBetween(19.0, 20.5);
        limit(50);
        assertThat(measured()).isBetween(47.5, 51.0);
        limit(0);
        assertThat(measured()).isGreaterThan(60);
    }
}
