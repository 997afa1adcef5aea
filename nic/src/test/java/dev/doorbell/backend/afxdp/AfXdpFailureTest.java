package dev.doorbell.backend.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SystemCallException;
import org.junit.jupiter.api.Test;

/// Refusals that this machine's kernel does not show.
class AfXdpFailureTest {
    private static final BackendOptions.AfXdp OPTIONS = VethTest.options("eth7", "queues=2");

    private static SystemCallException error(int errno) {
        return new SystemCallException("call(2)", -errno);
    }

    @Test
    void largeMtuWithoutFramesOfSeveralChunks() {
        for (int errno : new int[] {Errno.EOPNOTSUPP, Errno.EINVAL})
            assertThat(AfXdpFailure.binding(OPTIONS, 1, 9000, 3840, error(errno)))
                    .hasMessageContaining("MTU of 9000 is too large for a chunk")
                    .hasMessageContaining("`ip link set eth7 mtu 3818`");
        assertThat(AfXdpFailure.binding(OPTIONS, 1, 9000, 3840, error(Errno.EOPNOTSUPP))
                        .otherModeMayHelp())
                .isTrue();
        assertThat(AfXdpFailure.binding(OPTIONS, 1, 1500, 0, error(Errno.EBUSY)).otherModeMayHelp())
                .isFalse();
        assertThat(AfXdpFailure.binding(OPTIONS, 1, 1500, 0, error(Errno.EINVAL)))
                .hasMessageContaining("queue 1 cannot be bound")
                .hasMessageContaining("EINVAL");
    }

    @Test
    void nativeModeIsRefusedForItsDriverOrItsMtuAndTheOtherModeMayHelp() {
        AfXdpFailure driver = AfXdpFailure.attaching(OPTIONS, true, 1500, error(Errno.EOPNOTSUPP));
        assertThat(driver).hasMessageContaining("no native XDP").hasMessageContaining("mode=skb");
        assertThat(driver.otherModeMayHelp()).isTrue();
        AfXdpFailure mtu = AfXdpFailure.attaching(OPTIONS, true, 9000, error(Errno.ERANGE));
        assertThat(mtu).hasMessageContaining("ERANGE").hasMessageContaining("MTU of 9000");
        assertThat(mtu.otherModeMayHelp()).isTrue();
        assertThat(AfXdpFailure.attaching(OPTIONS, false, 9000, error(Errno.EINVAL))
                        .otherModeMayHelp())
                .isFalse();
        assertThat(AfXdpFailure.attaching(OPTIONS, true, 1500, error(Errno.EBUSY))
                        .otherModeMayHelp())
                .as("a program that is there")
                .isFalse();
    }

    @Test
    void kernelWithoutAfXdp() {
        assertThat(AfXdpFailure.socket(OPTIONS, error(Errno.EAFNOSUPPORT))).hasMessageContaining("CONFIG_XDP_SOCKETS");
        assertThat(AfXdpFailure.busyPolling(OPTIONS, -Errno.ENOPROTOOPT)).hasMessageContaining("leave it out");
    }

    @Test
    void everyRefusalIsOneLineAboutTheInterface() {
        for (int errno : new int[] {1, 2, 9, 12, 13, 16, 19, 22, 34, 95, 97, 100, 105})
            for (AfXdpFailure failure : new AfXdpFailure[] {
                AfXdpFailure.program(OPTIONS, error(errno)),
                AfXdpFailure.attaching(OPTIONS, true, 1500, error(errno)),
                AfXdpFailure.attaching(OPTIONS, false, 1500, error(errno)),
                AfXdpFailure.map(OPTIONS, error(errno)),
                AfXdpFailure.socket(OPTIONS, error(errno)),
                AfXdpFailure.adopting(OPTIONS, 5, error(errno)),
                AfXdpFailure.memory(OPTIONS, 4096, error(errno)),
                AfXdpFailure.binding(OPTIONS, 1, 1500, 0, error(errno)),
                AfXdpFailure.busyPolling(OPTIONS, -errno)
            })
                assertThat(failure.getMessage())
                        .startsWith("netdev x: af-xdp on eth7: ")
                        .doesNotContain("\n");
    }
}
