package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Two 82576 in one guest, joined by a hub: VLANs, checksums, and a clock that follows another's.
class IgbHubGuestTest extends StockHubTests {
    private static final Pattern DISTANCE = Pattern.compile("rms\\s+(\\d+) max\\s+\\d+ freq");

    IgbHubGuestTest() {
        super("igb");
    }

    @Test
    void clocksFollowEachOtherByStampsOfTheCards() {
        assertThat(guest.ask("ethtool -T eth0")).contains("hardware-transmit").contains("hardware-receive");
        String words = "-2 --tx_timestamp_timeout=500 --logSyncInterval=-3 --first_step_threshold=0.00001";
        guest.ask("ptp4l -i eth0 -m " + words
                + " --uds_address=/run/ptp0 --uds_ro_address=/run/ptp0ro --priority1=1 > /tmp/ptp.master 2>&1 &");
        guest.ask(FAR + "ptp4l -i eth1 -s -m " + words
                + " --uds_address=/run/ptp1 --uds_ro_address=/run/ptp1ro > /tmp/ptp.slave 2>&1 &");
        guest.run(
                "i=0; while [ $(grep -c ' rms ' /tmp/ptp.slave) -lt 10 ] && [ $i -lt 60 ]; do sleep 1;"
                        + " i=$((i + 1)); done; killall ptp4l",
                Duration.ofSeconds(90));
        String log = guest.ask("cat /tmp/ptp.slave");
        // A line a second, once the clock follows: the root mean square of its distances in nanoseconds.
        long[] distancesNs = DISTANCE.matcher(log)
                .results()
                .mapToLong(m -> Long.parseLong(m.group(1)))
                .sorted()
                .toArray();
        assertThat(distancesNs.length)
                .as(log + guest.ask("tail -n 5 /tmp/ptp.master"))
                .isGreaterThan(5);
        assertThat(log).doesNotContain("timed out while polling for tx timestamp");
        // Both stamps are taken in one process, so what is left is the way through its loop.
        assertThat(distancesNs[distancesNs.length / 2])
                .as(Arrays.toString(distancesNs))
                .isLessThan(2_000_000);
    }
}
