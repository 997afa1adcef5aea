package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Two 82576 in one guest, joined by a hub: VLANs, checksums, and a clock that follows another's.
class IgbHubGuestTest extends StockHubTests {
    private static final Pattern OFFSET = Pattern.compile("master offset\\s+(-?\\d+) s([0-3])");

    IgbHubGuestTest() {
        super("igb");
    }

    @Test
    void clocksFollowEachOtherByStampsOfTheCards() {
        assertThat(guest.ask("ethtool -T eth0")).contains("hardware-transmit").contains("hardware-receive");
        String words = "-2 --tx_timestamp_timeout=500 --logSyncInterval=-3 --first_step_threshold=0.00001";
        guest.ask("(ptp4l -i eth0 " + words + " --priority1=1 > /tmp/ptp.master 2>&1) & " + FAR
                + "sh -c '(ptp4l -i eth1 -s -m " + words + " > /tmp/ptp.slave 2>&1) & sleep 20; killall ptp4l'");
        String log = guest.ask("cat /tmp/ptp.slave");
        List<long[]> seen = OFFSET.matcher(log)
                .results()
                .map(m -> new long[] {Long.parseLong(m.group(1)), Long.parseLong(m.group(2))})
                .toList();
        assertThat(seen).as(log).hasSizeGreaterThan(5);
        assertThat(log).doesNotContain("timed out while polling for tx timestamp");
        long[] locked = seen.stream()
                .filter(s -> s[1] == 2)
                .mapToLong(s -> Math.abs(s[0]))
                .sorted()
                .toArray();
        assertThat(locked.length).as(log).isPositive();
        // Both stamps are taken in one process, so what is left is the way through its loop.
        assertThat(locked[locked.length / 2]).as(Arrays.toString(locked)).isLessThan(2_000_000);
    }
}
