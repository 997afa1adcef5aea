package dev.doorbell.linux.xdp;

import static dev.doorbell.linux.Allocations.assertAllocatesNothing;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.NetworkNamespace;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.xdp.FakeKernelRings.Ring;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Rings and wake calls allocate nothing once the JIT compiler has seen them.
class XdpAllocationTest {
    @Test
    void ringWork() {
        FakeKernelRings kernel = new FakeKernelRings(8, 8, 8, 8);
        ProducerRing fill = kernel.fillRing();
        ProducerRing transmit = kernel.transmitRing();
        ConsumerRing completion = kernel.completionRing();
        ConsumerRing receive = kernel.receiveRing();
        assertAllocatesNothing(() -> {
            fill.free(2);
            fill.address(0, 2048);
            fill.submit(1);
            transmit.free(2);
            transmit.descriptor(0, 4096, 60, 0);
            transmit.submit(1);
            assertEquals(false, transmit.needsWakeup());
            kernel.complete(kernel.takeFill());
            kernel.receive(0, 60, 0);
            kernel.setConsumer(Ring.TRANSMIT, kernel.producer(Ring.TRANSMIT));
            assertEquals(1, completion.available(1));
            assertEquals(2048, completion.address(0));
            completion.release(1);
            assertEquals(1, receive.available(1));
            assertEquals(60, receive.lengthBytes(0) + receive.options(0));
            receive.release(1);
        });
        kernel.close();
    }

    @Test
    @Tag("real")
    void wakeCallsAndStatistics() throws SystemCallException {
        try (NetworkNamespace namespace = NetworkNamespace.enter();
                Umem umem = Umem.allocate(16, 2048);
                XdpSocket socket = XdpSocket.open()) {
            namespace.veth("left", "right", 1, 1500);
            socket.register(umem, 0, 0);
            socket.createRings(8, 8, 8, 8);
            socket.bind(Interfaces.index("left"), 0, XdpSocket.XDP_USE_NEED_WAKEUP);
            ProducerRing transmit = socket.transmitRing();
            ConsumerRing completion = socket.completionRing();
            XdpStatistics counts = new XdpStatistics();
            assertAllocatesNothing(() -> {
                if (transmit.free(1) > 0) {
                    transmit.descriptor(0, 0, 60, 0);
                    transmit.submit(1);
                }
                socket.wakeTransmit();
                socket.wakeReceive();
                completion.release(completion.available(8));
                socket.statistics(counts);
            });
            assertEquals(0, counts.transmitInvalid);
        }
    }
}
