package dev.doorbell.guest;

/// Linux's own e1000 driver judges the 82540EM.
class E1000GuestTest extends StockDriverTests {
    E1000GuestTest() {
        super(new ServedGuest("e1000", "e1000", "e1000"), "e1000");
    }
}
