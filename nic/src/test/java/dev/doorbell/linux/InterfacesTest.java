package dev.doorbell.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("real")
class InterfacesTest {
    @Test
    void aVethPairIsDescribed() {
        try (NetworkNamespace namespace = NetworkNamespace.enter()) {
            namespace.veth("left", "right", 4, 3000);
            List<String> openWithin = TestFiles.open(); // a command leaves a pipe open for a while
            assertTrue(Interfaces.index("left") > 0);
            assertNotEquals(Interfaces.index("left"), Interfaces.index("right"));
            assertEquals(3000, Interfaces.mtuBytes("left"));
            assertEquals(4, Interfaces.receiveQueues("left"));
            awaitRunning("left", 1);
            assertTrue(openWithin.containsAll(TestFiles.open()), "a descriptor was left open");
            namespace.ip("link", "set", "right", "down");
            awaitRunning("left", 0); // up, without a carrier
            namespace.ip("link", "set", "left", "down");
            assertEquals(0, Interfaces.isRunning("left"));
            namespace.ip("link", "del", "left");
            assertEquals(-Errno.ENODEV, Interfaces.index("left"));
        }
    }

    /// The kernel tells of a carrier a moment later.
    private static void awaitRunning(String ifname, int running) {
        long untilNs = System.nanoTime() + 5_000_000_000L;
        while (Interfaces.isRunning(ifname) != running && System.nanoTime() < untilNs) Thread.onSpinWait();
        assertEquals(running, Interfaces.isRunning(ifname));
    }

    /// No driver behind it that counts queues; sysfs shows another namespace's.
    @Test
    void oneQueueWhereNobodyTells() {
        try (NetworkNamespace namespace = NetworkNamespace.enter()) {
            namespace.ip("link", "add", "bridge", "type", "bridge");
            assertEquals(1, Interfaces.receiveQueues("bridge"));
            assertEquals(1, Interfaces.receiveQueues("lo"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no-such-if", "a-name-of-16-byt", "a/b", "..", "nul\0", "left%d", "später-und-läng"})
    void whatIsNoInterfaceIsAnswered(String ifname) {
        List<String> openBefore = TestFiles.open();
        assertEquals(-Errno.ENODEV, Interfaces.index(ifname));
        assertEquals(-Errno.ENODEV, Interfaces.mtuBytes(ifname));
        assertEquals(-Errno.ENODEV, Interfaces.isRunning(ifname));
        assertEquals(-Errno.ENODEV, Interfaces.receiveQueues(ifname));
        assertEquals(openBefore, TestFiles.open());
    }
}
