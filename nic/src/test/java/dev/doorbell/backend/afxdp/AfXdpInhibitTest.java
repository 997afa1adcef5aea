package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.BackendCounter.LINK_DOWNS;
import static dev.doorbell.backend.afxdp.Privileges.CAP_NET_RAW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.backend.Descriptors;
import dev.doorbell.backend.Frames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.bpf.BpfFileSystem;
import dev.doorbell.linux.bpf.XdpLink;
import dev.doorbell.linux.bpf.XdpProgram;
import dev.doorbell.linux.bpf.XskMap;
import dev.doorbell.linux.xdp.XdpSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// `inhibit=on`: the program is somebody else's, here the test's; sockets come from there, or go into
/// its map.
@Tag("real")
@SuppressWarnings("try") // privileges are laid down until the end of the block
class AfXdpInhibitTest extends VethTest {
    private static final int FRAMES = 10_000;

    @TempDir
    Path folder = Path.of("");

    /// Attaches a program to an interface.
    private XskMap attach(String ifname, XdpProgram.Mode mode, int entries) throws IOException {
        XskMap map = XskMap.create(entries);
        opened.add(map);
        try (XdpProgram program = XdpProgram.load(map)) {
            XdpLink link = program.attach(Interfaces.index(ifname), mode);
            opened.add(link);
        }
        return map;
    }

    /// Makes sockets as `af-xdp-open` does, and names them as the option does.
    private static String sockets(XskMap map, int firstEntry, int count) throws IOException {
        int[] fds = new int[count];
        for (int i = 0; i < count; i++) {
            fds[i] = XdpSocket.open().fd();
            map.put(firstEntry + i, fds[i]);
        }
        return ",inhibit=on,queues=" + count + ",sock-fds="
                + IntStream.of(fds).mapToObj(Integer::toString).collect(Collectors.joining(":"));
    }

    private String pin(XskMap map) throws IOException {
        Path bpf = folder.resolve("bpf");
        BpfFileSystem.mount(bpf);
        opened.add(() -> BpfFileSystem.unmount(bpf));
        map.pin(bpf.resolve("xsks").toString());
        return ",inhibit=on,map-path=" + bpf.resolve("xsks");
    }

    private static int[] arrivals(int queues) {
        return IntStream.range(0, queues).toArray();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            NATIVE, 1, 0
            NATIVE, 4, 0
            NATIVE, 2, 2
            SKB,    1, 0
            """)
    void inheritedSocketsCarryFramesWithoutPrivileges(XdpProgram.Mode mode, int queues, int startQueue)
            throws IOException {
        network.veth(LEFT, RIGHT, 4, 1500);
        String left = sockets(attach(LEFT, mode, 4), startQueue, queues);
        String right = sockets(attach(RIGHT, mode, 4), startQueue, queues);
        try (Privileges none = Privileges.only()) {
            AfXdpBackend a = openUp(LEFT, "ring-entries=64,start-queue=" + startQueue + left);
            AfXdpBackend b = openUp(RIGHT, "ring-entries=64,start-queue=" + startQueue + right);
            new Traffic(a, b, 1514, timeline, arrivals(queues)).run(FRAMES, 1);
            a.close();
            b.close();
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            NATIVE, 1, 0, 0
            NATIVE, 2, 2, 2
            SKB,    1, 0, 0
            """)
    void socketsGoIntoAPinnedMap(XdpProgram.Mode mode, int queues, int startQueue, int firstEntry) throws IOException {
        network.veth(LEFT, RIGHT, 4, 1500);
        String right = pin(attach(RIGHT, mode, 4));
        AfXdpBackend a = openUp(LEFT, "queues=" + queues + ",start-queue=" + startQueue);
        AfXdpBackend b;
        try (Privileges some = Privileges.only(CAP_NET_RAW)) { // none for the map: only its file's permissions
            b = openUp(
                    RIGHT,
                    "queues=" + queues + ",start-queue=" + startQueue + right + ",map-start-index=" + firstEntry);
        }
        new Traffic(a, b, 1514, timeline, arrivals(queues)).run(FRAMES, 1);
    }

    @ParameterizedTest
    @EnumSource(XdpProgram.Mode.class)
    void programStaysWhenTheBackendIsClosed(XdpProgram.Mode mode) throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        XskMap map = attach(LEFT, mode, 1);
        String left = pin(map);
        open(LEFT, left.substring(1)).close();
        AfXdpBackend again = openUp(LEFT, left.substring(1));
        AfXdpBackend b = openUp(RIGHT, "");
        new Traffic(b, again, 1514, timeline, 0).run(FRAMES / 10, 1);
    }

    @Test
    void twoCardsShareAnInterfaceThroughOneMap() throws IOException {
        network.veth(LEFT, RIGHT, 2, 1500);
        String right = pin(attach(RIGHT, XdpProgram.Mode.NATIVE, 2)).substring(1);
        AfXdpBackend first = openUp(RIGHT, right);
        AfXdpBackend second = openUp(RIGHT, right + ",start-queue=1,map-start-index=1");
        AfXdpBackend a = openUp(LEFT, "queues=2");
        FrameBatch batch = Frames.batch(Frames.between(1, 2, 10), Frames.between(1, 3, 11));
        batch.queue(0, 0);
        batch.queue(1, 1);
        a.transmit(batch, 0);

        List<byte[]> one = new ArrayList<>();
        List<byte[]> other = new ArrayList<>();
        await("a frame each", () -> {
            one.addAll(Frames.receive(first));
            other.addAll(Frames.receive(second));
            return one.size() + other.size() == 2;
        });
        assertThat(one).containsExactly(Frames.between(1, 2, 10));
        assertThat(other).containsExactly(Frames.between(1, 3, 11));
    }

    @Test
    void busyPollingThatTheOpenerSetUpIsUsed() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        XskMap map = attach(LEFT, XdpProgram.Mode.NATIVE, 1);
        XdpSocket socket = XdpSocket.open();
        assertThat(socket.setBusyPoll(20, 64)).isZero();
        map.put(0, socket.fd());
        String left = "inhibit=on,sock-fds=" + socket.fd() + ",busy-poll-us=20,busy-poll-budget=64";
        AfXdpBackend b = openUp(RIGHT, "");
        try (Privileges none = Privileges.only()) {
            AfXdpBackend a = openUp(LEFT, left);
            new Traffic(b, a, 1514, timeline, 0).run(FRAMES, 1);
            a.close();
        }
    }

    @Test
    void busyPollingThatNobodySetUpNeedsARight() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        String left = sockets(attach(LEFT, XdpProgram.Mode.NATIVE, 1), 0, 1);
        try (Privileges none = Privileges.only()) {
            assertRefused("busy-poll-us=20" + left, "busy-poll-us= needs CAP_NET_ADMIN");
        }
    }

    @Test
    void interfaceThatGoesStaysDownForGood() throws IOException {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend a = openUp(
                LEFT, sockets(attach(LEFT, XdpProgram.Mode.NATIVE, 1), 0, 1).substring(1));
        network.ip("link", "delete", LEFT);
        await("gone", () -> !a.linkUp());
        network.veth(LEFT, RIGHT, 1, 1500);

        assertThat(timeline.untilNextNs()).as("nothing is looked at any more").isEqualTo(Long.MAX_VALUE);
        assertThat(a.counters().get(LINK_DOWNS)).isEqualTo(1);
        assertThat(a.receiveFd()).isEqualTo(-1);
    }

    private void assertRefused(String more, String... parts) {
        assertThatThrownBy(() -> open(LEFT, more))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("netdev x: af-xdp on " + LEFT + ": ")
                .contains(parts)
                .doesNotContain("\n");
    }

    @Test
    void descriptorsThatAreNoSockets() throws IOException {
        network.veth(LEFT, RIGHT, 2, 1500);
        int event = EventFd.create();
        assertRefused("inhibit=on,sock-fds=" + event, "descriptor " + event, "no AF_XDP socket", "af-xdp-open");
        assertRefused("inhibit=on,sock-fds=999", "descriptor 999", "not open");

        long before = Descriptors.count();
        int good = XdpSocket.open().fd();
        assertRefused("inhibit=on,queues=2,sock-fds=" + good + ":" + event, "descriptor " + event);
        assertThat(Descriptors.count()).as("the good one is closed").isEqualTo(before);
        assertThat(Files.close(event)).as("the other one is not ours").isZero();
    }

    @Test
    void socketThatIsInUse() throws Exception {
        network.veth(LEFT, RIGHT, 1, 1500);
        int fd = XdpSocket.open().fd();
        AfXdpBackend user = open(LEFT, "inhibit=on,sock-fds=" + fd);
        int copy = Files.duplicate(fd);
        assertRefused("inhibit=on,sock-fds=" + copy, "in use already");
        user.close();
    }

    @Test
    void mapsThatAreNone() throws IOException {
        network.veth(LEFT, RIGHT, 4, 1500);
        String pinned = pin(attach(LEFT, XdpProgram.Mode.NATIVE, 2)).substring(1);
        assertRefused("inhibit=on,map-path=" + folder.resolve("none"), "is not there", "pin");
        assertRefused("inhibit=on,map-path=" + java.nio.file.Files.createFile(folder.resolve("plain")), "XSKMAP");
        assertRefused(pinned + ",queues=3", "has 2 entries, none numbered 2");
        assertRefused(pinned + ",map-start-index=2", "has 2 entries, none numbered 2");
        open(LEFT, pinned + ",queues=2").close();
    }
}
