package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.BackendCounter.RECEIVE_BYTES;
import static dev.doorbell.backend.BackendCounter.RECEIVE_FRAMES;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_BYTES;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_FRAMES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.backend.BackendCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Two backends on a pair of veth interfaces: what one sends, the other receives.
@Tag("real")
class AfXdpBackendTest extends VethTest {
    private static final int FRAMES = 100_000;
    private static final int SOME_FRAMES = 10_000;

    /// Every combination of what changes the way of a frame.
    static Stream<String> variants() {
        List<String> all = new ArrayList<>();
        for (String queues : List.of("queues=1", "queues=4"))
            for (String mode : List.of(",mode=native", ",mode=skb"))
                for (String copy : List.of("", ",force-copy=on"))
                    for (String wakeup : List.of("", ",wakeup=off"))
                        for (String busy : List.of("", ",busy-poll-us=20,busy-poll-budget=16"))
                            all.add(queues + mode + copy + wakeup + busy);
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void framesArriveByteForByteAndInOrder(String variant) throws Exception {
        network.veth(LEFT, RIGHT, 4, 1500);
        AfXdpBackend a = openUp(LEFT, variant);
        AfXdpBackend b = openUp(RIGHT, variant);
        int frames = variant.contains("copy") || variant.contains("wakeup") || variant.contains("busy")
                ? SOME_FRAMES
                : FRAMES;
        int[] arrivals = arrivals(variant);

        new Traffic(a, b, 1514, timeline, arrivals).run(frames, 1);
        new Traffic(b, a, 1514, timeline, arrivals).run(SOME_FRAMES, 1);

        assertNothingWasLost(a, b, frames);
        assertNothingWasLost(b, a, SOME_FRAMES);
    }

    /// veth delivers what was sent on queue n to queue n where it has a program in native mode. Without
    /// one it leaves the sender's note in the frame, which the kernel reads as a received frame's: one
    /// less, and 0 for none.
    private static int[] arrivals(String variant) {
        if (variant.contains("queues=1")) return new int[] {0};
        return variant.contains("skb") ? new int[] {0, 0, 1, 2} : new int[] {0, 1, 2, 3};
    }

    private static void assertNothingWasLost(AfXdpBackend from, AfXdpBackend to, int frames) {
        assertThat(from.counters().get(TRANSMIT_FRAMES)).isEqualTo(frames);
        assertThat(to.counters().get(RECEIVE_FRAMES)).isEqualTo(frames);
        assertThat(from.counters().get(TRANSMIT_BYTES)).isEqualTo(to.counters().get(RECEIVE_BYTES));
        from.close();
        to.close(); // the kernel's counts are folded in at the end
        for (BackendCounter counter : BackendCounter.values()) {
            if (!counter.name().contains("DROPPED") && !counter.name().contains("BAD")) continue;
            assertThat(from.counters().get(counter))
                    .as("%s of the sender", counter)
                    .isZero();
            assertThat(to.counters().get(counter))
                    .as("%s of the receiver", counter)
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mode=native, 2, 2
            mode=skb,    2, 1
            """)
    void socketsBeginAtStartQueue(String mode, int senders, int receivers) throws Exception {
        network.veth(LEFT, RIGHT, 4, 1500);
        AfXdpBackend a = openUp(LEFT, mode + ",queues=2,start-queue=" + senders);
        AfXdpBackend b = openUp(RIGHT, mode + ",queues=2,start-queue=" + receivers);

        new Traffic(a, b, 1514, timeline, 0, 1).run(SOME_FRAMES, 1);

        assertNothingWasLost(a, b, SOME_FRAMES);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mode=native, 9000,  9014
            mode=skb,    9000,  9014
            mode=native, 3500,  3514
            mode=skb,    65535, 65535
            mode=native, 65535, 65535
            """)
    void framesLongerThanAChunkTakeSeveral(String mode, int mtuBytes, int longestBytes) throws Exception {
        network.veth(LEFT, RIGHT, 1, mtuBytes);
        AfXdpBackend a = openUp(LEFT, mode);
        AfXdpBackend b = openUp(RIGHT, mode);

        new Traffic(a, b, longestBytes, timeline, 0).run(SOME_FRAMES / 4, 1);

        assertNothingWasLost(a, b, SOME_FRAMES / 4);
    }

    @Test
    void smallestRingsCarryAsMuch() throws Exception {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "ring-entries=64");
        AfXdpBackend b = openUp(RIGHT, "ring-entries=64");

        new Traffic(a, b, 1514, timeline, 0).run(SOME_FRAMES, 1);

        assertNothingWasLost(a, b, SOME_FRAMES);
    }
}
