package dev.doorbell.guest;

/// An 82576 on AF_XDP, the program in the host's driver, frames of several chunks.
class IgbAfXdpGuestTest extends StockAfXdpTests {
    IgbAfXdpGuestTest() {
        super("igb", "native", 9000);
    }
}
