package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.MessageSocket;
import dev.doorbell.linux.UnixSockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The other end for tests of the client: well behaved by default, and as wrong as a test makes it.
final class ScriptedServer implements AutoCloseable {
    /// Answers one request: the body of the reply, or null for none at all.
    interface Answer {
        byte @Nullable [] to(byte[] request);
    }

    static final Answer HANGS_UP = request -> new byte[0];

    /// Whole requests in the order they came.
    final List<byte[]> requests = Collections.synchronizedList(new ArrayList<>());

    private final Map<Integer, Answer> answers = new HashMap<>();
    private final Map<Integer, byte[]> raw = new HashMap<>();
    private final MessageSocket socket;
    private final int clientFd;
    private final Thread thread = new Thread(this::serve, "scripted server");
    private int descriptor = -1;

    ScriptedServer() {
        long pair = UnixSockets.pair();
        clientFd = UnixSockets.first(pair);
        socket = new MessageSocket(UnixSockets.second(pair), 16);
        thread.setDaemon(true);
        answer(
                1,
                request -> Body.of()
                        .u16(0)
                        .u16(0)
                        .text("{\"capabilities\":{\"write_multiple\":true}}")
                        .u8(0)
                        .done());
        answer(4, request -> Body.of().u32(16).u32(3).u32(9).u32(5).done());
        answer(5, request -> regionInfo(request[24], 0x1000));
        answer(7, request -> Body.of().u32(16).u32(1).u32(request[24]).u32(1).done());
        answer(2, request -> new byte[0]);
        answer(3, request -> Arrays.copyOfRange(request, 16, 40));
        answer(8, request -> new byte[0]);
        answer(
                9,
                request -> Body.of()
                        .bytes(Arrays.copyOfRange(request, 16, 32))
                        .u32(0x0403_0201)
                        .done());
        answer(10, request -> Arrays.copyOfRange(request, 16, 32));
        answer(13, request -> new byte[0]);
    }

    static byte[] regionInfo(int region, long sizeBytes) {
        return Body.of().u32(32).u32(3).u32(region).u32(0).u64(sizeBytes).u64(0).done();
    }

    void answer(int command, Answer answer) {
        answers.put(command, answer);
    }

    /// Sends these bytes instead of a reply to `command`, as they are.
    void answerRaw(int command, byte[] bytes) {
        raw.put(command, bytes);
    }

    /// Sends a descriptor along with the replies about regions.
    void attach(int fd) {
        descriptor = fd;
    }

    /// The client's end, which the caller owns.
    int start() {
        thread.start();
        return clientFd;
    }

    private void serve() {
        MemorySegment buffer = Arena.ofAuto().allocate(2 << 20);
        DescriptorList arrived = new DescriptorList(16);
        byte[] pending = new byte[0];
        while (true) { // until the client hangs up, or we do
            int result = socket.receive(buffer, 0, 1 << 20, arrived, true);
            arrived.clear();
            if (result <= 0) return;
            byte[] all = Arrays.copyOf(pending, pending.length + result);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, all, pending.length, result);
            int at = 0;
            while (all.length - at >= 16) {
                int size = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
                if (all.length - at < size) break;
                if (!handle(Arrays.copyOfRange(all, at, at + size), buffer)) return;
                at += size;
            }
            pending = Arrays.copyOfRange(all, at, all.length);
        }
    }

    private boolean handle(byte[] request, MemorySegment buffer) {
        requests.add(request);
        int command = request[2];
        byte[] bytes = raw.get(command);
        if (bytes == null) {
            Answer answer = answers.get(command);
            if (HANGS_UP.equals(answer)) {
                socket.close();
                return false;
            }
            boolean wanted = (request[8] & 0x1F) == 0;
            byte[] body = answer == null || !wanted ? null : answer.to(request);
            if (body == null) return true;
            int id = (request[0] & 0xFF) | (request[1] & 0xFF) << 8;
            bytes = Body.message(id, command, 1, body);
        }
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 1 << 20, bytes.length);
        DescriptorList with = new DescriptorList(1);
        if (command == 5 && descriptor >= 0) with.add(descriptor);
        socket.send(buffer, 1 << 20, bytes.length, with, true);
        with.forget();
        return true;
    }

    @Override
    public void close() {
        try {
            thread.join(20_000); // the client has hung up
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        socket.close();
        if (descriptor >= 0) Files.close(descriptor);
    }
}
