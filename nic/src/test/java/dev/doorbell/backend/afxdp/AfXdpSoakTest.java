package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.BackendCounter.RECEIVE_FRAMES;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_DROPPED_DRIVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ten million frames of mixed lengths over a pair of veth interfaces, each compared byte for byte.
@Tag("real")
@Tag("soak")
class AfXdpSoakTest extends VethTest {
    private static final long FRAMES = 10_000_000;

    @ParameterizedTest
    @CsvSource(textBlock = """
            'mode=native',          1500, 0
            'mode=skb',             1500, 0
            'mode=native,queues=4', 1500, 0:1:2:3
            'mode=skb,queues=4,wakeup=off,busy-poll-us=20', 1500, 0:0:1:2
            """)
    void tenMillionFrames(String variant, int mtuBytes, String arrivals) throws IOException {
        network.veth(LEFT, RIGHT, 4, mtuBytes);
        AfXdpBackend a = openUp(LEFT, variant);
        AfXdpBackend b = openUp(RIGHT, variant);
        int[] sockets = Arrays.stream(arrivals.split(":", -1))
                .mapToInt(Integer::parseInt)
                .toArray();

        new Traffic(a, b, mtuBytes + 14, timeline, sockets).run(FRAMES, 1000);

        assertThat(b.counters().get(RECEIVE_FRAMES)).isEqualTo(FRAMES);
        assertThat(a.counters().get(TRANSMIT_DROPPED_DRIVER)).isZero();
    }

    /// A million jumbo frames, of several chunks.
    @ParameterizedTest
    @CsvSource({"mode=native", "mode=skb"})
    void jumboFrames(String variant) throws IOException {
        network.veth(LEFT, RIGHT, 1, 9000);
        AfXdpBackend a = openUp(LEFT, variant);
        AfXdpBackend b = openUp(RIGHT, variant);
        new Traffic(a, b, 9014, timeline, 0).run(FRAMES / 10, 1000);
    }
}
