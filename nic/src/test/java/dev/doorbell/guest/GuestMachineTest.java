package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The harness against itself and against QEMU's own card: what it says about ours can be believed.
@NeedsGuest(network = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuestMachineTest {
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(90);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final NetworkNamespace world = NetworkNamespace.create();
    private final GuestMachine guest = boot(world);

    private static GuestMachine boot(NetworkNamespace world) {
        try {
            world.addTap("tap0", "192.0.2.1/24");
            return GuestMachine.named("harness")
                    .modules("e1000")
                    .inside(world)
                    .qemu("-netdev", "tap,id=wire,ifname=tap0,script=no,downscript=no", "-device", "e1000,netdev=wire")
                    .boot(BOOT_LIMIT);
        } catch (AssertionError e) {
            world.close();
            throw e;
        }
    }

    @AfterAll
    void end() {
        guest.close();
        world.close();
    }

    @Test
    void statusAndBothOutputsComeBack() {
        Result result = guest.run("echo out; echo err >&2; exit 3", LIMIT);

        assertThat(result.status()).isEqualTo(3);
        assertThat(result.text()).isEqualTo("out\nerr");
        assertThatThrownBy(result::succeeded).hasMessageContaining("status 3").hasMessageContaining("err");
    }

    @Test
    void everyByteValueSurvives() {
        Result result =
                guest.run("i=0; while [ $i -lt 256 ]; do printf \"\\\\$(printf %03o $i)\"; i=$((i+1)); done", LIMIT);

        byte[] expected = new byte[256];
        for (int value = 0; value < 256; value++) expected[value] = (byte) value;
        assertThat(result.bytes()).isEqualTo(expected);
    }

    @Test
    void commandsRunAtTheSameTime() {
        guest.ask("mkfifo /tmp/gate");
        CompletableFuture<Result> first = guest.start("read line < /tmp/gate; echo $line");
        guest.ask("echo opened > /tmp/gate");

        assertThat(first).succeedsWithin(LIMIT).extracting(Result::text).isEqualTo("opened");
    }

    @Test
    void aCommandThatHangsIsKilledAndTheGuestGoesOn() {
        assertThatThrownBy(() -> guest.run("echo $$ > /tmp/hung; sleep 1000", Duration.ofSeconds(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not done after 1 s");

        guest.ask("while kill -0 $(cat /tmp/hung) 2>/dev/null; do :; done"); // ends only when the shell is gone
    }

    @Test
    void processesMayBeLeftBehind() {
        guest.ask("sleep 1000 & echo $! > /tmp/left");

        assertThat(guest.ask("kill -0 $(cat /tmp/left) && echo alive")).isEqualTo("alive");
    }

    @Test
    void stockDriverAndTapAnswerEachOther() {
        guest.raise("eth0", "192.0.2.2/24");
        guest.ask("iperf3 -s -D");

        assertThat(guest.ask("ping -q -c 3 -i 0.2 -W 5 192.0.2.1")).contains(" 0% packet loss");
        assertThat(world.run("cat", "/proc/net/arp").succeeded()).contains("192.0.2.2");
        assertThat(world.tool(LIMIT, "iperf3", "-c", "192.0.2.2", "-n", "1M").succeeded())
                .contains("receiver");
        assertThat(world.statistic("tap0", "rx_packets")).isGreaterThanOrEqualTo(3);
    }

    @Test
    void aRebootIsAnnouncedAgainAndAKillIsNoticed() {
        try (GuestMachine other = GuestMachine.named("harness-reboot").boot(BOOT_LIMIT)) {
            var _ = other.start("reboot -f");
            other.awaitReady(BOOT_LIMIT);
            CompletableFuture<Result> lost = other.start("sleep 1000");
            other.kill();

            assertThat(other.isAlive()).isFalse();
            assertThat(lost).failsWithin(LIMIT).withThrowableOfType(ExecutionException.class);
            assertThatThrownBy(() -> other.run("true", LIMIT)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void quitSwitchesTheGuestOff() {
        try (GuestMachine other = GuestMachine.named("harness-quit").boot(BOOT_LIMIT)) {
            other.quit();

            assertThat(other.console()).contains("Power down");
        }
    }

    @Test
    void aGuestThatCannotStartSaysWhy() {
        assertThatThrownBy(() -> GuestMachine.named("harness-refused")
                        .qemu("-device", "no-such-card")
                        .boot(BOOT_LIMIT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no-such-card");
    }
}
