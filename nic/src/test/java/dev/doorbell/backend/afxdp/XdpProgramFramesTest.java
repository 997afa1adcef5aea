package dev.doorbell.backend.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.backend.Frames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.bpf.XdpLink;
import dev.doorbell.linux.bpf.XdpProgram;
import dev.doorbell.linux.bpf.XskMap;
import dev.doorbell.linux.xdp.XdpSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the program does with frames of a queue that has no socket, or one that is not bound yet:
/// questions to the kernel (ARP), which it answers when they reach it.
@Tag("real")
class XdpProgramFramesTest extends VethTest {
    private static final int ADDRESS = 0xC000_0201; // 192.0.2.1

    private final List<Integer> answered = new ArrayList<>();

    /// Asks the kernel on a queue who has its address.
    private static void ask(AfXdpBackend from, int queue, int sender) {
        ByteBuffer frame = ByteBuffer.allocate(60);
        frame.putInt(0xFFFF_FFFF)
                .putShort((short) 0xFFFF)
                .putShort((short) 0x0200)
                .putInt(5);
        frame.putShort((short) 0x0806).putShort((short) 1).putShort((short) 0x0800);
        frame.putShort((short) 0x0604).putShort((short) 1);
        frame.putShort((short) 0x0200).putInt(5).putInt(sender);
        frame.putShort((short) 0).putInt(0).putInt(ADDRESS);
        FrameBatch batch = Frames.batch(frame.array());
        batch.queue(0, queue);
        assertEquals(1, from.transmit(batch, 0));
    }

    /// Collects answers until one for this sender is there.
    private void awaitAnswer(AfXdpBackend at, int sender) {
        await("an answer to " + sender, () -> {
            for (byte[] frame : Frames.receive(at)) {
                ByteBuffer bytes = ByteBuffer.wrap(frame);
                if (bytes.getShort(12) == 0x0806 && bytes.getShort(20) == 2) answered.add(bytes.getInt(38));
            }
            return answered.contains(sender);
        });
    }

    @ParameterizedTest
    @EnumSource(XdpProgram.Mode.class)
    void queueWithoutASocketIsTheKernelsAndOneOfAnUnboundSocketIsNobodys(XdpProgram.Mode mode) throws Exception {
        network.veth(LEFT, RIGHT, 3, 1500); // in skb mode queue 2 of the sender is queue 1 here, as veth counts
        network.ip("address", "add", "192.0.2.1/24", "dev", LEFT);
        AfXdpBackend far = openUp(RIGHT, "queues=3");
        try (XskMap map = XskMap.create(1);
                XdpProgram program = XdpProgram.load(map);
                XdpLink link = program.attach(Interfaces.index(LEFT), mode)) {
            assertThat(link.fd()).isNotNegative();
            ask(far, 0, ADDRESS + 1);
            awaitAnswer(far, ADDRESS + 1);
            ask(far, 2, ADDRESS + 2); // past the end of the map
            awaitAnswer(far, ADDRESS + 2);

            try (XdpSocket socket = XdpSocket.open()) {
                map.put(0, socket.fd());
                ask(far, 0, ADDRESS + 3);
                ask(far, 2, ADDRESS + 4);
                awaitAnswer(far, ADDRESS + 4);
            }
            ask(far, 0, ADDRESS + 5); // a closed socket has left the map
            awaitAnswer(far, ADDRESS + 5);
        }
        assertThat(answered).containsExactly(ADDRESS + 1, ADDRESS + 2, ADDRESS + 4, ADDRESS + 5);
    }
}
