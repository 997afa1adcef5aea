package dev.doorbell.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XdpProgram.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The program on a veth interface: attached, seen, gone.
@Tag("real")
class XdpProgramTest {
    private final VethPair veth = new VethPair(1);
    private final XskMap map;
    private final XdpProgram program;

    XdpProgramTest() throws SystemCallException {
        try {
            map = XskMap.create(4);
        } catch (SystemCallException e) {
            veth.close();
            assumeTrue(e.errno() != Errno.EPERM, "needs CAP_BPF and CAP_NET_ADMIN");
            throw e;
        }
        program = XdpProgram.load(map);
    }

    @AfterEach
    void close() {
        program.close();
        map.close();
        veth.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void programIsAttachedUntilTheLinkIsClosed(Mode mode) throws SystemCallException {
        XdpLink link = program.attach(veth.index(veth.near()), mode);
        program.close(); // the link keeps it
        map.close();

        assertThat(veth.show(veth.near()))
                .contains(mode == Mode.SKB ? "xdpgeneric" : " xdp ")
                .contains("prog/xdp");
        assertThat(veth.show(veth.far())).doesNotContain("xdp");

        link.close();
        link.close();
        assertThat(veth.show(veth.near())).doesNotContain("xdp");
        assertThat(link.fd()).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void programThatIsThereStays(Mode mode) throws SystemCallException {
        int ifindex = veth.index(veth.near());
        try (XdpLink first = program.attach(ifindex, mode)) {
            assertThat(first.fd()).isNotNegative();
            for (Mode other : Mode.values())
                assertThatThrownBy(() -> program.attach(ifindex, other))
                        .isInstanceOfSatisfying(
                                SystemCallException.class,
                                e -> assertThat(e.errno()).isIn(Errno.EBUSY, Errno.EEXIST));
            assertThat(veth.show(veth.near())).contains("prog/xdp");
        }
        assertThat(veth.show(veth.near())).doesNotContain("prog/xdp");
    }
}
