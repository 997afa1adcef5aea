package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.BackendCounter.CONNECT_FAILURES;
import static dev.doorbell.backend.BackendCounter.LINK_DOWNS;
import static dev.doorbell.backend.BackendCounter.LINK_UPS;
import static dev.doorbell.backend.BackendCounter.RECEIVE_DROPPED_KERNEL;
import static dev.doorbell.backend.BackendCounter.RECEIVE_DROPPED_RING_FULL;
import static dev.doorbell.backend.BackendCounter.RECEIVE_FILL_RING_EMPTY;
import static dev.doorbell.backend.BackendCounter.RECEIVE_FRAMES;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_DROPPED_DRIVER;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_DROPPED_LINK_DOWN;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_DROPPED_TOO_LONG;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_FRAMES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.backend.Frames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Interfaces;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Interfaces that come, go, and change while a backend runs on them.
@Tag("real")
class AfXdpLifeTest extends VethTest {
    private static final int MODEST = 2_000; // frames

    private void traffic(AfXdpBackend from, AfXdpBackend to) {
        new Traffic(from, to, 1514, timeline, 0).run(MODEST, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode=native", "mode=skb", "queues=2"})
    void interfaceThatGoesAndComesBackIsOpenedAgain(String variant) throws IOException {
        int queues = variant.contains("queues") ? 2 : 1;
        network.veth(LEFT, RIGHT, queues, 1500);
        AfXdpBackend a = openUp(LEFT, variant);
        AfXdpBackend b = openUp(RIGHT, variant);
        int[] arrivals = queues == 2 ? new int[] {0, 1} : new int[] {0};
        for (int round = 1; round <= 3; round++) {
            new Traffic(a, b, 1514, timeline, arrivals).run(MODEST, 1);

            network.ip("link", "delete", LEFT);
            await("both ends gone", () -> !a.linkUp() && !b.linkUp());
            assertThat(a.receiveFd()).as("nothing to poll").isEqualTo(-1);
            assertThat(a.transmitFd()).isEqualTo(-1);
            assertThat(a.transmit(Frames.batch(Frames.between(1, 2, 0)), 0)).isEqualTo(1);
            assertThat(a.counters().get(TRANSMIT_DROPPED_LINK_DOWN)).isEqualTo(round);
            assertThat(Frames.receive(a)).isEmpty();

            network.veth(LEFT, RIGHT, queues, 1500);
            await("both back", () -> a.linkUp() && b.linkUp());
            assertThat(a.counters().get(LINK_UPS)).isEqualTo(round + 1);
            assertThat(a.counters().get(LINK_DOWNS)).isEqualTo(round);
        }
        assertThat(a.counters().get(RECEIVE_FRAMES) + b.counters().get(RECEIVE_FRAMES))
                .isEqualTo(3 * MODEST);
    }

    @Test
    void goneInterfaceIsNoticedByTheNextFrameToo() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "");
        network.ip("link", "delete", LEFT);
        assertThat(a.linkUp()).as("nobody looked so far").isTrue();

        assertThat(a.transmit(Frames.batch(Frames.between(1, 2, 0), Frames.between(1, 2, 1)), 0))
                .isEqualTo(2);

        assertThat(a.linkUp()).isFalse();
    }

    @Test
    void framesThatTheCardHoldsStayReadableWhenTheInterfaceGoes() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "");
        AfXdpBackend b = openUp(RIGHT, "");
        byte[] frame = Frames.random(3, 1514);
        a.transmit(Frames.batch(frame), 0);
        FrameBatch held = Frames.emptyBatch();
        await("the frame", () -> b.receive(held) == 1);

        network.ip("link", "delete", RIGHT);
        await("gone", () -> !b.linkUp());
        network.veth(LEFT, RIGHT, 1, 1500);
        await("back", b::linkUp);

        assertThat(Frames.bytes(held, 0)).isEqualTo(frame);
    }

    @Test
    void anotherInterfaceOfTheSameNameIsAnotherOne() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "");
        network.ip("link", "delete", LEFT);
        network.veth(LEFT, RIGHT, 1, 1500); // before anybody looked
        AfXdpBackend b = openUp(RIGHT, "");

        await("the old one noticed", () -> a.counters().get(LINK_DOWNS) == 1);
        await("the new one opened", a::linkUp);

        traffic(a, b);
    }

    @Test
    void interfaceThatWasElsewhereForAMomentIsOpenedAgain() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "");
        AfXdpBackend b = openUp(RIGHT, "");
        String elsewhere = "dbe" + ProcessHandle.current().pid();
        network.ip("netns", "add", elsewhere);
        opened.add(() -> network.ip("netns", "del", elsewhere));
        String here = Path.of("/proc/thread-self/ns").toRealPath() + "/net";
        int ifindex = Interfaces.index(LEFT);

        network.ip("link", "set", LEFT, "netns", elsewhere);
        network.ip("-n", elsewhere, "link", "set", LEFT, "netns", here);
        network.ip("link", "set", LEFT, "addrgenmode", "none");
        network.ip("link", "set", LEFT, "up");

        assertThat(Interfaces.index(LEFT)).as("nothing else tells").isEqualTo(ifindex);
        await("noticed", () -> a.counters().get(LINK_DOWNS) >= 1);
        await("up again", () -> a.linkUp() && b.linkUp());
        traffic(a, b);
    }

    @Test
    void interfaceThatIsBackWithTooFewQueuesIsTriedAgain() throws IOException {
        network.veth(LEFT, RIGHT, 2, 1500);
        AfXdpBackend a = openUp(LEFT, "queues=2");
        network.ip("link", "delete", LEFT);
        network.veth(LEFT, RIGHT, 1, 1500);
        await("refused twice", () -> a.counters().get(CONNECT_FAILURES) >= 2);
        assertThat(a.linkUp()).isFalse();
        network.ip("link", "delete", LEFT);
        network.veth(LEFT, RIGHT, 2, 1500);

        await("back", a::linkUp);
    }

    @Test
    void interfaceThatIsDownOpensWithItsLinkDown() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        network.ip("link", "set", LEFT, "down");
        AfXdpBackend a = open(LEFT, "");
        assertThat(a.linkUp()).isFalse();
        assertThat(a.transmit(Frames.batch(Frames.between(1, 2, 0)), 0)).isEqualTo(1);
        assertThat(a.counters().get(TRANSMIT_DROPPED_LINK_DOWN)).isEqualTo(1);

        network.ip("link", "set", LEFT, "up");
        await("up", a::linkUp);
        AfXdpBackend b = openUp(RIGHT, "");
        traffic(a, b);

        network.ip("link", "set", RIGHT, "down"); // the carrier goes
        await("both down", () -> !a.linkUp() && !b.linkUp());
        network.ip("link", "set", RIGHT, "up");
        await("both up", () -> a.linkUp() && b.linkUp());
        traffic(b, a);
    }

    @Test
    void whatWasInTheRingWhenTheInterfaceWentDownLeavesWhenItIsUpAgain() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "wakeup=off");
        AfXdpBackend b = openUp(RIGHT, "");
        network.ip("link", "set", LEFT, "down");
        byte[] frame = Frames.between(1, 2, 7);

        assertThat(a.transmit(Frames.batch(frame), 0)).isEqualTo(1);
        assertThat(a.linkUp()).as("noticed at once").isFalse();
        network.ip("link", "set", LEFT, "up");

        FrameBatch arrived = Frames.emptyBatch();
        await("the frame", () -> b.receive(arrived) == 1);
        assertThat(Frames.bytes(arrived, 0)).isEqualTo(frame);
    }

    @Test
    void framesThatAPeerWithoutCarrierCannotTakeAreCounted() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "");
        network.ip("link", "set", RIGHT, "down");
        FrameBatch three = Frames.batch(Frames.between(1, 2, 0), Frames.between(1, 2, 1), Frames.between(1, 2, 2));

        assertThat(a.transmit(three, 0)).isEqualTo(3);

        assertThat(a.counters().get(TRANSMIT_FRAMES)).isEqualTo(3);
        assertThat(a.counters().get(TRANSMIT_DROPPED_DRIVER)).isEqualTo(3);
    }

    @Test
    void framesLongerThanTheInterfaceTakesAreCounted() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "");
        FrameBatch batch = Frames.batch(new byte[2049], new byte[2048], Frames.between(1, 2, 2));

        assertThat(a.transmit(batch, 0)).isEqualTo(3);

        assertThat(a.counters().get(TRANSMIT_DROPPED_TOO_LONG))
                .as("longer than a chunk")
                .isEqualTo(1);
        assertThat(a.counters().get(TRANSMIT_DROPPED_DRIVER))
                .as("longer than the MTU")
                .isEqualTo(1);
        assertThat(a.counters().get(TRANSMIT_FRAMES)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode=native", "mode=skb"})
    void raisedMtuHasTheSocketsMadeAnew(String mode) throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, mode);
        AfXdpBackend b = openUp(RIGHT, mode);
        traffic(a, b);
        for (String end : new String[] {LEFT, RIGHT}) network.ip("link", "set", end, "mtu", "9000");

        await("noticed", () -> a.counters().get(LINK_DOWNS) == 1 && b.counters().get(LINK_DOWNS) == 1);
        await("up again", () -> a.linkUp() && b.linkUp());

        new Traffic(a, b, 9014, timeline, 0).run(MODEST, 1);
    }

    @Test
    void noLossIsSilent() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(LEFT, "ring-entries=64");
        AfXdpBackend b = openUp(RIGHT, "ring-entries=64");
        NumberedFrames frames = new NumberedFrames(1, 100, 64);
        FrameBatch batch = new FrameBatch(64, 256, 0);
        int sent = 0;
        for (int i = 0; i < 10; i++) { // nobody receives
            batch.clear();
            for (int k = 0; k < 64; k++) frames.append(batch, 0);
            int at = 0;
            while (at < batch.size()) at += a.transmit(batch, at);
            sent += at;
        }
        int expected = sent - 64;
        b.close(); // folds the kernel's counts in

        long dropped = b.counters().get(RECEIVE_DROPPED_KERNEL) + b.counters().get(RECEIVE_DROPPED_RING_FULL);
        assertThat(dropped).isEqualTo(expected);
        assertThat(b.counters().get(RECEIVE_FILL_RING_EMPTY)).isPositive();
        assertThat(a.counters().get(TRANSMIT_FRAMES)).isEqualTo(sent);
    }
}
