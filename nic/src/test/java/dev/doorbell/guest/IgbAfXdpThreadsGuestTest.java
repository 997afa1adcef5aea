package dev.doorbell.guest;

/// With `threads=2`: another thread calls the kernel for every second queue.
class IgbAfXdpThreadsGuestTest extends AfXdpLifeTests {
    IgbAfXdpThreadsGuestTest() {
        super("igb-af-xdp-threads", ",threads=2");
    }
}
