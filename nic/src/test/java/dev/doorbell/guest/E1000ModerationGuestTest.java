package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Interrupt moderation as a stock driver asks for it and its kernel's tracer sees it.
///
/// The card's own gaps are exact (stories on virtual time hold them to the nanosecond); what a guest sees adds the way
/// of each interrupt through QEMU, so a single gap may look shorter or longer by that, and the median tells.
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class E1000ModerationGuestTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Pattern ENTRY = Pattern.compile(" ([0-9]+)\\.([0-9]{6}): irq_handler_entry: ");

    private final ServedGuest served = new ServedGuest("e1000-moderation", "e1000", "e1000");

    @AfterAll
    void end() {
        served.close();
    }

    private GuestMachine guest() {
        return served.guest();
    }

    private void loadDriver(String parameters) {
        guest().run("rmmod e1000; modprobe e1000 " + parameters, LIMIT).succeeded();
        served.raise();
        served.pingBothWays();
    }

    /// Distances between the interrupts of `eth0` in microseconds while datagrams of 1000 bytes arrive for two seconds.
    private List<Long> gapsUs(String bitsPerSecond) {
        guest().ask("mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing; "
                + "cd /sys/kernel/tracing && echo 0 > tracing_on && echo > trace && echo 4096 > buffer_size_kb && "
                + "echo 'name == \"eth0\"' > events/irq/irq_handler_entry/filter && "
                + "echo 1 > events/irq/irq_handler_entry/enable; iperf3 -s -D -1; echo 1 > tracing_on");
        served.world
                .run(
                        LIMIT,
                        HostTools.iperf3("-c", ServedGuest.GUEST, "-u", "-b", bitsPerSecond, "-l", "1000", "-t", "2"))
                .succeeded();
        String trace = guest().ask("cd /sys/kernel/tracing && echo 0 > tracing_on && cat trace");
        List<Long> times = new ArrayList<>();
        Matcher entry = ENTRY.matcher(trace);
        while (entry.find()) times.add(Long.parseLong(entry.group(1)) * 1_000_000 + Long.parseLong(entry.group(2)));
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) gaps.add(times.get(i) - times.get(i - 1));
        gaps.sort(null);
        assertThat(gaps).as("interrupts seen").hasSizeGreaterThan(200);
        return gaps;
    }

    private static long median(List<Long> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {250, 500, 1000})
    void interruptsFollowTheThrottleRateThatTheGuestAsksFor(int interruptsPerSecond) {
        loadDriver("InterruptThrottleRate=" + interruptsPerSecond);
        List<Long> gaps = gapsUs("40M"); // a datagram every 200 us: every interval has some
        double intervalUs = 1e6 / interruptsPerSecond;
        assertThat((double) median(gaps)).isCloseTo(intervalUs, within(0.05 * intervalUs));
    }

    @Test
    void interruptsFollowTheAbsoluteReceiveDelay() {
        // 1000 units of 1.024 us; the packet timer is restarted by every datagram and never ends first.
        loadDriver("InterruptThrottleRate=0 RxIntDelay=2000 RxAbsIntDelay=1000");
        // the timer starts with the first datagram after an interrupt: up to 200 us later
        assertThat(median(gapsUs("40M"))).isBetween(1024L, 1350L);
    }

    @Test
    void withoutModerationEveryFrameInterrupts() {
        loadDriver("InterruptThrottleRate=0 RxIntDelay=0 RxAbsIntDelay=0");
        List<Long> gaps = gapsUs("4M"); // a datagram every 2 ms
        assertThat((double) median(gaps)).isCloseTo(2000, within(200.0));
    }
}
