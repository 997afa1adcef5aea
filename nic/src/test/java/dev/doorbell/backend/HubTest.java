package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.VirtualTimeline;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HubTest {
    private final VirtualTimeline timeline = new VirtualTimeline();
    private final Hub hub = new Hub(timeline);
    private final HubPort a = hub.plug();
    private final HubPort b = hub.plug();
    private final HubPort c = hub.plug();

    private static void send(HubPort from, byte[] frame) {
        assertThat(from.transmit(Frames.batch(frame), 0)).isEqualTo(1);
    }

    @Test
    void unknownStationIsFlooded() {
        byte[] frame = Frames.between(1, 2, 0);
        send(a, frame);
        assertThat(Frames.receive(a)).isEmpty();
        assertThat(Frames.receive(b)).containsExactly(frame);
        assertThat(Frames.receive(c)).containsExactly(frame);
    }

    @Test
    void knownStationGetsItAlone() {
        send(b, Frames.between(2, 0xFF, 0));
        Frames.receive(a);
        Frames.receive(c);

        byte[] frame = Frames.between(1, 2, 7);
        send(a, frame);

        assertThat(Frames.receive(b)).containsExactly(frame);
        assertThat(Frames.receive(c)).isEmpty();
    }

    @Test
    void broadcastAndMulticastAlwaysFlood() {
        byte[] broadcast = Frames.between(1, 0xFF, 0);
        byte[] multicast = Frames.between(1, 9, 1);
        multicast[0] = 1;
        send(a, broadcast);
        send(a, multicast);
        assertThat(Frames.receive(b)).containsExactly(broadcast, multicast);
        assertThat(Frames.receive(c)).containsExactly(broadcast, multicast);
    }

    @Test
    void groupSourceAddressIsNotLearned() {
        byte[] forged = Frames.between(2, 0xFF, 0);
        forged[6] = 3; // a multicast source is never a station
        send(b, forged);
        byte[] frame = Frames.between(1, 2, 1);
        frame[0] = 2;
        send(a, frame);
        assertThat(Frames.receive(c)).hasSize(2);
    }

    @Test
    void stationThatMovedIsFollowed() {
        send(b, Frames.between(2, 0xFF, 0));
        send(c, Frames.between(2, 0xFF, 1));
        Frames.receive(a);
        Frames.receive(b);
        Frames.receive(c);

        send(a, Frames.between(1, 2, 2));

        assertThat(Frames.receive(b)).isEmpty();
        assertThat(Frames.receive(c)).hasSize(1);
    }

    @Test
    void frameForAStationOnItsOwnPortGoesNowhere() {
        send(a, Frames.between(1, 0xFF, 0));
        Frames.receive(b);
        Frames.receive(c);
        send(a, Frames.between(5, 1, 1));
        assertThat(Frames.receive(b)).isEmpty();
        assertThat(Frames.receive(c)).isEmpty();
    }

    @Test
    void silentStationIsForgottenAfterTheAgeLimit() {
        send(b, Frames.between(2, 0xFF, 0));
        Frames.receive(c);
        timeline.advance(MacTable.AGE_LIMIT_NS);
        send(a, Frames.between(1, 2, 1));
        assertThat(Frames.receive(c)).as("still known at the limit").isEmpty();

        timeline.advance(1);
        send(a, Frames.between(1, 2, 2));

        assertThat(Frames.receive(c)).as("flooded after it").hasSize(1);
    }

    @Test
    void fullPortDropsAndCountsWhileOthersGetTheirFrames() {
        FrameBatch batch = Frames.batch(Frames.between(1, 0xFF, 0));
        for (int i = 0; i <= HubPort.QUEUE_FRAMES; i++) {
            assertThat(a.transmit(batch, 0)).isEqualTo(1);
            if (i % 64 == 0) Frames.receive(c);
        }
        assertThat(b.counters().get(BackendCounter.RECEIVE_DROPPED_QUEUE_FULL)).isEqualTo(1);
        assertThat(c.counters().get(BackendCounter.RECEIVE_DROPPED_QUEUE_FULL)).isZero();
    }

    @Test
    void linkIsUpWhileAnotherPortIsPlugged() {
        assertThat(a.linkUp()).isTrue();
        b.close();
        assertThat(a.linkUp()).isTrue();
        c.close();
        assertThat(a.linkUp()).isFalse();

        assertThat(a.transmit(Frames.batch(Frames.between(1, 2, 0)), 0)).isEqualTo(1);
        assertThat(a.counters().get(BackendCounter.TRANSMIT_DROPPED_LINK_DOWN)).isEqualTo(1);
    }

    @Test
    void stationsOfAnUnpluggedPortAreForgotten() {
        send(b, Frames.between(2, 0xFF, 0));
        Frames.receive(a);
        Frames.receive(c);
        b.close();
        b.close();

        send(a, Frames.between(1, 2, 1));

        assertThat(Frames.receive(c)).hasSize(1);
    }

    @Test
    void portsAreBounded() {
        Hub full = new Hub(timeline);
        for (int i = 0; i < Hub.MAX_PORTS; i++) full.plug();
        assertThatThrownBy(full::plug).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anotherThreadIsRefused() {
        Frames.receive(a);
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> Frames.receive(b));
        assertThatThrownBy(other::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void floodOfStationsStaysBoundedAndKeepsTheNewest() {
        MacTable table = new MacTable(64);
        for (int mac = 0; mac < 100_000; mac++) table.learn(mac, 1, mac);
        assertThat(table.find(99_999, 100_000)).isEqualTo(1);
        long known = 0;
        for (int mac = 0; mac < 100_000; mac++) if (table.find(mac, 100_000) != MacTable.UNKNOWN) known++;
        assertThat(known).isLessThanOrEqualTo(64);
    }

    /// Which queue a frame was sent by says nothing about which one should receive it.
    @Test
    void framesCarryNoQueueAcross() {
        FrameBatch batch = Frames.batch(Frames.between(1, 2, 0));
        batch.queue(0, 3);
        a.transmit(batch, 0);
        FrameBatch arrived = Frames.emptyBatch();
        assertThat(b.receive(arrived)).isEqualTo(1);
        assertThat(arrived.queue(0)).isEqualTo(FrameBatch.ANY_QUEUE);
    }
}
