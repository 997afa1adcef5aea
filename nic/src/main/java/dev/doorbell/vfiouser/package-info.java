/// The door: vfio-user messages to and from typed requests, the DMA map, interrupt set-up; server and
/// client, for any PCI function.
///
/// A server is one object on the loop of its function:
/// ```java
/// try (VfioUserServer server = new VfioUserServer("/run/nic0.sock", function, timeline)) {
///     Poller poller = new Poller(VfioUserServer.POLL_SLOTS);
///     while (running) {
///         int work = server.doWork() + timeline.runDue(); // and the function's own work
///         if (work > 0 || server.hasPendingWork()) continue;
///         server.fill(poller, 0);
///         poller.poll(timeline.untilNextNs());
///     }
/// }
/// ```
/// A client is a [dev.doorbell.pci.PciFunction] that happens to be in another process:
/// ```java
/// try (VfioUserClient client = VfioUserClient.connect("/run/nic0.sock", timeline, timeoutNs)) {
///     client.mapDma(0, memoryFile, 0, sizeBytes, DmaTable.READ | DmaTable.WRITE);
///     client.enableInterrupts(InterruptKind.INTX, 0, 1);
///     client.write(PciFunction.REGION_BAR0, 0x3818, 4, tail);
/// }
/// ```
/// The way of a message through the server: `Inbox` (a batch off the socket, descriptors with their
/// message), `Session` (header judged, command dispatched), `RegionAccess` for the frequent commands,
/// decoded in place, or `RequestDecoder` to a sealed `Request` that `SetUp` acts on, `Replies` and `Outbox`
/// (a batch onto the socket). DMA goes the other way: `GuestMemory` routes a transfer to the
/// [dev.doorbell.memory.DmaTable] over `FileMappings`, or to `MessageMemory`.
///
/// One thread per server and per client; neither starts any. The protocol is docs/interop/vfio-user.rst of
/// QEMU.
@NullMarked
package dev.doorbell.vfiouser;

import org.jspecify.annotations.NullMarked;
