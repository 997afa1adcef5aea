package dev.doorbell.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.afxdp.VethNetwork;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XdpProgram.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The program on a veth interface: attached, seen, gone.
@Tag("real")
@Timeout(60)
class XdpProgramTest {
    private final VethNetwork network = new VethNetwork();
    private final List<String> names = network.pair(1, 1500);
    private final String near = names.getFirst();
    private final String far = names.getLast();
    private final Path folder;

    XdpProgramTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void needsTheRights() throws SystemCallException {
        try {
            XskMap.create(1).close();
        } catch (SystemCallException e) {
            assumeTrue(e.errno() != Errno.EPERM, "needs CAP_BPF and CAP_NET_ADMIN");
            throw e;
        }
    }

    @AfterEach
    void close() {
        network.close();
    }

    /// What the kernel says of an interface: `xdp` or `xdpgeneric` and `prog/xdp` while it has a
    /// program.
    private String show(String ifname) throws IOException, InterruptedException {
        Path file = folder.resolve("shown");
        Process ip = new ProcessBuilder("ip", "-d", "link", "show", ifname)
                .redirectOutput(file.toFile())
                .start();
        assertEquals(0, ip.waitFor());
        return java.nio.file.Files.readString(file);
    }

    private static XdpLink attach(String ifname, Mode mode) throws SystemCallException {
        try (XskMap map = XskMap.create(4);
                XdpProgram program = XdpProgram.load(map)) {
            return program.attach(Interfaces.index(ifname), mode); // which keeps the program, which keeps the map
        }
    }

    private static void assertRefused(String ifname, Mode mode, Integer... errnos) {
        assertThatThrownBy(() -> attach(ifname, mode).close())
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isIn((Object[]) errnos));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void programIsAttachedUntilTheLinkIsClosed(Mode mode) throws Exception {
        XdpLink link = attach(near, mode);

        assertThat(show(near))
                .contains(mode == Mode.SKB ? " xdpgeneric " : " xdp ")
                .contains("prog/xdp");
        assertThat(show(far)).doesNotContain("prog/xdp");

        link.close();
        link.close();
        assertThat(show(near)).doesNotContain("prog/xdp");
        assertEquals(-1, link.fd());
    }

    @Test
    void secondDescriptorKeepsTheProgram() throws Exception {
        XdpLink link = attach(near, Mode.NATIVE);
        int second = Files.duplicate(link.fd());

        link.close();
        assertThat(show(near)).contains("prog/xdp");

        Files.close(second);
        assertThat(show(near)).doesNotContain("prog/xdp");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void programThatIsThereStays(Mode mode) throws Exception {
        try (XdpLink first = attach(near, mode)) {
            String shown = show(near);
            assertThat(first.fd()).isNotNegative();
            for (Mode other : Mode.values()) assertRefused(near, other, Errno.EBUSY, Errno.EEXIST);
            assertEquals(shown, show(near));
        }
        attach(near, mode).close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void programThatSomebodyAttachedByNetlinkStays(Mode mode) throws Exception {
        Path pin = BpfFileSystem.mount(folder.resolve("bpf")).resolve("program");
        try (XskMap map = XskMap.create(1);
                XdpProgram program = XdpProgram.load(map)) {
            BpfFileSystem.pin(program.fd(), pin);
            String word = mode == Mode.SKB ? "xdpgeneric" : "xdpdrv";
            network.ip("link", "set", "dev", near, word, "pinned", pin.toString());
            String shown = show(near);
            assertThat(shown).contains("prog/xdp");

            for (Mode other : Mode.values()) assertRefused(near, other, Errno.EBUSY, Errno.EEXIST);

            assertEquals(shown, show(near));
        } finally {
            BpfFileSystem.unmount(Objects.requireNonNull(pin.getParent()));
        }
    }

    @Test
    void interfaceThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> {
                    try (XskMap map = XskMap.create(1);
                            XdpProgram program = XdpProgram.load(map)) {
                        program.attach(999_999, Mode.SKB).close();
                    }
                })
                .isInstanceOfSatisfying(SystemCallException.class, e -> assertEquals(Errno.ENODEV, e.errno()))
                .hasMessageContaining("interface 999999");
    }

    @Test
    void interfaceWithoutNativeModeTakesTheOther() throws Exception {
        assertRefused("lo", Mode.NATIVE, Errno.EOPNOTSUPP);

        XdpLink link = attach("lo", Mode.SKB);
        assertThat(show("lo")).contains(" xdpgeneric ");
        link.close();
    }

    @Test
    void removedInterfaceLeavesAnEmptyLinkAndItsSuccessorIsFree() throws Exception {
        XdpLink link = attach(near, Mode.NATIVE);
        network.ip("link", "delete", near);
        network.remake(names, 1, 1500);

        assertThat(show(near)).doesNotContain("prog/xdp");
        XdpLink again = attach(near, Mode.NATIVE);
        link.close();

        assertThat(show(near)).contains("prog/xdp");
        again.close();
        assertThat(show(near)).doesNotContain("prog/xdp");
    }

    @Test
    void largeMtuIsTakenBecauseFragmentsAre() throws Exception {
        network.ip("link", "set", near, "mtu", "9000");
        network.ip("link", "set", far, "mtu", "9000");
        try (XskMap map = XskMap.create(1);
                XdpProgram program = XdpProgram.load(map)) {
            assumeTrue(program.takesFragments(), "needs Linux 5.18");
            program.attach(Interfaces.index(near), Mode.NATIVE).close();
        }
    }

    @Test
    void descriptorThatIsNoMapIsRefusedWithTheVerifiersReason() throws SystemCallException {
        int event = EventFd.create();
        try {
            assertThatThrownBy(() -> XdpProgram.load(event))
                    .isInstanceOf(SystemCallException.class)
                    .hasMessageContaining("bpf(2) BPF_PROG_LOAD (the verifier: ")
                    .hasMessageContaining("fd " + event);
        } finally {
            Files.close(event);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void programIsGoneAfterItsProcessIsKilled(Mode mode) throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        near,
                        mode.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals("attached", holder.inputReader(StandardCharsets.UTF_8).readLine());
            assertThat(show(near)).contains("prog/xdp");
        } finally {
            holder.destroyForcibly(); // SIGKILL
        }
        assertTrue(holder.waitFor(30, TimeUnit.SECONDS));
        assertEquals(128 + 9, holder.exitValue());

        assertThat(show(near)).doesNotContain("prog/xdp");
        attach(near, mode).close();
    }

    /// A process of its own that attaches the program and waits to be killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] words) throws Exception {
            XdpLink link = attach(words[0], Mode.valueOf(words[1]));
            System.out.println("attached");
            System.out.flush();
            int _ = System.in.read();
            link.close();
        }
    }
}
