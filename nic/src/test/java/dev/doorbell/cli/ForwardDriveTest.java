package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.device.CardTotal;
import dev.doorbell.option.OptionException;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `drive forward` between an igb and an e1000 that this process serves, each with a UDP socket of the test at the
/// far end of its wire: every frame that went in came out, as it was and in order.
@Timeout(120)
class ForwardDriveTest {
    private static final int FRAME_BYTES = 64;
    private static final int WINDOW_FRAMES = 32;
    private static final int NUMBER_AT = 16;
    private static final int PATIENCE_MS = 200;

    private final Path folder;
    private final DatagramSocket left = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final DatagramSocket right = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final Service service;
    private long number;
    private long lastNumber = -1;

    ForwardDriveTest(@TempDir Path folder) throws OptionException, IOException {
        this.folder = folder;
        int leftCard = freePort();
        int rightCard = freePort();
        Wiring wiring = Wiring.parse(
                List.of("igb,id=a,netdev=n0,socket=" + socket("a"), "e1000,id=b,netdev=n1,socket=" + socket("b")),
                List.of("dgram,id=n0," + wire(leftCard, left), "dgram,id=n1," + wire(rightCard, right)),
                List.of());
        service = Service.open(wiring, Streams.silent());
        service.start();
        left.connect(InetAddress.getLoopbackAddress(), leftCard);
        right.connect(InetAddress.getLoopbackAddress(), rightCard);
        left.setSoTimeout(PATIENCE_MS);
        right.setSoTimeout(PATIENCE_MS);
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String wire(int port, DatagramSocket farEnd) {
        return "local.type=inet,local.host=127.0.0.1,local.port=" + port
                + ",remote.type=inet,remote.host=127.0.0.1,remote.port=" + farEnd.getLocalPort();
    }

    @AfterEach
    void end() {
        service.end();
        left.close();
        right.close();
    }

    private String socket(String id) {
        return folder.resolve(id + ".sock").toString();
    }

    private CommandRun forward(String words) {
        return CommandRun.of(
                ("drive --socket " + socket("a") + " --to " + socket("b") + " forward --json " + words).split(" ", -1));
    }

    private static long field(String text, String name) {
        return Long.parseLong(text.replaceFirst(".*?\"" + name + "\":(\\d+).*", "$1"));
    }

    /// Sends so many frames at one end and reads them at the other.
    ///
    /// @return frames that came: all, or none where nobody forwards
    private int pass(DatagramSocket from, DatagramSocket to, int frames) throws IOException {
        for (int i = 0; i < frames; i++) from.send(new DatagramPacket(frame(number++), FRAME_BYTES));
        return read(to, frames);
    }

    private static byte[] frame(long number) {
        byte[] frame = new byte[FRAME_BYTES];
        Arrays.fill(frame, (byte) 0xA5);
        Arrays.fill(frame, 0, 6, (byte) 0xFF);
        ByteBuffer.wrap(frame).putLong(NUMBER_AT, number);
        return frame;
    }

    /// Reads frames until there are so many or no more come; each is whole, and none comes before an earlier one.
    private int read(DatagramSocket to, int most) throws IOException {
        DatagramPacket arrived = new DatagramPacket(new byte[2 * FRAME_BYTES], 2 * FRAME_BYTES);
        for (int i = 0; i < most; i++) {
            arrived.setLength(2 * FRAME_BYTES);
            try {
                to.receive(arrived);
            } catch (SocketTimeoutException e) {
                return i;
            }
            byte[] frame = Arrays.copyOf(arrived.getData(), arrived.getLength());
            long came = ByteBuffer.wrap(frame).getLong(NUMBER_AT);
            assertArrayEquals(frame(came), frame);
            assertThat(came).isGreaterThan(lastNumber);
            lastNumber = came;
        }
        return most;
    }

    @Test
    void everyFrameComesOutOfTheOtherCard() throws Exception {
        CommandRun[] run = new CommandRun[1];
        Thread forwarding = new Thread(() -> run[0] = forward("--count 400"));
        forwarding.start();
        long passed = 0;
        while (forwarding.isAlive()) passed += pass(left, right, passed == 0 ? 1 : WINDOW_FRAMES);
        forwarding.join();
        passed += read(right, Integer.MAX_VALUE);

        assertEquals(0, run[0].status(), run[0].err()::toString);
        String result = run[0].out().getFirst();
        assertEquals(passed, field(result, "frames"));
        assertEquals(passed * FRAME_BYTES, field(result, "bytes"));
        assertThat(passed).isBetween(400L, 400L + 2 * WINDOW_FRAMES);
        assertThat(result)
                .contains("\"missed\":0,")
                .contains("\"unsent\":0")
                .contains("\"GPTC\":" + passed)
                .contains("\"GPRC\":" + (passed + field(result, "left")));
        assertEquals(passed, service.parts().get(1).card().total(CardTotal.TRANSMIT_FRAMES));
        assertEquals(0, service.parts().get(0).card().total(CardTotal.TRANSMIT_FRAMES));
    }

    @Test
    void bothWaysAreForwarded() throws Exception {
        CommandRun[] run = new CommandRun[1];
        Thread forwarding = new Thread(() -> run[0] = forward("--both-ways --count 300"));
        forwarding.start();
        long there = 0;
        long back = 0;
        while (forwarding.isAlive()) {
            there += pass(left, right, there == 0 ? 1 : WINDOW_FRAMES);
            if (there > 0) back += pass(right, left, WINDOW_FRAMES);
        }
        forwarding.join();
        there += read(right, Integer.MAX_VALUE);
        lastNumber = -1;
        back += read(left, Integer.MAX_VALUE);

        assertEquals(0, run[0].status(), run[0].err()::toString);
        String result = run[0].out().getFirst();
        assertEquals(there + back, field(result, "frames"));
        String ways = result.substring(result.indexOf("\"ways\""));
        assertEquals(there, field(ways, "frames"));
        assertEquals(back, field(ways.substring(ways.indexOf("\"from\"", ways.indexOf("unsent"))), "frames"));
        assertTrue(back > 0);
    }

    @Test
    void withoutTrafficItEndsInTime() {
        CommandRun run = CommandRun.of(
                ("drive --socket " + socket("a") + " --to " + socket("b") + " forward --for 50ms").split(" ", -1));

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out().getFirst()).startsWith("forwarded from");
        assertThat(run.out().get(1)).startsWith(socket("a")).contains("\t0\t");
        assertThat(String.join("\n", run.out()))
                .contains("counter of " + socket("a"))
                .contains("counter of " + socket("b"));
    }

    @Test
    void aCardIsNotForwardedToItself() {
        CommandRun run = CommandRun.of("drive", "--socket", "x", "--to", "x", "forward");

        assertEquals(2, run.status());
        assertThat(run.err().getFirst()).contains("forward needs another card than --socket");
    }

    @Test
    void anAbsentSecondCardIsOneLineAndExitCode1() {
        CommandRun run =
                CommandRun.of("drive", "--socket", socket("a"), "--to", socket("nobody"), "forward", "--for", "1s");

        assertEquals(1, run.status());
        assertEquals(1, run.err().size(), run.err()::toString);
        assertThat(run.err().getFirst()).contains("nobody.sock").contains("ENOENT");
    }
}
