package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The igb driver of the newest kernel that Debian has.
class IgbNewestKernelGuestTest extends StockDriverTests {
    IgbNewestKernelGuestTest() {
        super(new ServedGuest("igb-newest", "igb", "igb", "--kernel", "newest", "--cpus", "2"), "igb");
    }

    /// The same code of the card has carried them for a minute with the other kernel.
    @Override
    int datagramSeconds() {
        return 10;
    }

    @Test
    void kernelIsNewerThanThatOfTheStableSuite() {
        assertThat(guest().ask("uname -r")).doesNotStartWith("6.12.");
        assertThat(guest().ask("dmesg | grep igb")).contains("2 rx queue(s), 2 tx queue(s)");
    }
}
