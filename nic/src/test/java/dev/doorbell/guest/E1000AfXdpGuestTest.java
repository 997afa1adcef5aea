package dev.doorbell.guest;

/// An 82540EM on AF_XDP, the program in the host's stack.
class E1000AfXdpGuestTest extends StockAfXdpTests {
    E1000AfXdpGuestTest() {
        super("e1000", "skb", 1500);
    }
}
