package dev.doorbell.guest;

/// Two 82540EM in one guest, joined by a hub.
class E1000HubGuestTest extends StockHubTests {
    E1000HubGuestTest() {
        super("e1000");
    }
}
