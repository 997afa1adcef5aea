package dev.doorbell.guest;

/// One thread for the card and both sockets, as it is unless told otherwise.
class IgbAfXdpLifeGuestTest extends AfXdpLifeTests {
    IgbAfXdpLifeGuestTest() {
        super("igb-af-xdp-life", "");
    }
}
