package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.option.OptionException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendOptionsTest {
    @Test
    void tapByName() throws OptionException {
        assertThat(BackendOptions.parse("tap,id=n0,ifname=tap0"))
                .isEqualTo(new BackendOptions.Tap("n0", "tap0", -1, true));
    }

    @Test
    void tapByDescriptorWithoutHeader() throws OptionException {
        assertThat(BackendOptions.parse("tap,id=n0,fd=5,vnet_hdr=off"))
                .isEqualTo(new BackendOptions.Tap("n0", "", 5, false));
    }

    @Test
    void tapLineMadeForQemuIsUnderstood() throws OptionException {
        assertThat(BackendOptions.parse("tap,id=n0,ifname=tap0,script=no,downscript=no"))
                .isEqualTo(new BackendOptions.Tap("n0", "tap0", -1, true));
    }

    @Test
    void streamClientAndServer() throws OptionException {
        assertThat(BackendOptions.parse("stream,id=s,addr.type=unix,addr.path=/run/x,reconnect-ms=500"))
                .isEqualTo(
                        new BackendOptions.Stream("s", new SocketAddressOptions.Unix("/run/x"), false, 500_000_000L));
        assertThat(BackendOptions.parse("stream,id=s,addr.type=inet,addr.host=::1,addr.port=99,server=on"))
                .isEqualTo(new BackendOptions.Stream("s", new SocketAddressOptions.Inet("::1", 99), true, 0));
        assertThat(BackendOptions.parse("stream,id=s,addr.type=fd,addr.str=7"))
                .isEqualTo(new BackendOptions.Stream("s", new SocketAddressOptions.Fd(7), false, 0));
    }

    @Test
    void dgramForms() throws OptionException {
        assertThat(BackendOptions.parse("dgram,id=d,local.type=unix,local.path=/a,remote.type=unix,remote.path=/b"))
                .isEqualTo(new BackendOptions.Dgram(
                        "d", new SocketAddressOptions.Unix("/a"), Optional.of(new SocketAddressOptions.Unix("/b"))));
        assertThat(BackendOptions.parse("dgram,id=d,local.type=inet,local.host=127.0.0.1,local.port=0,"
                        + "remote.type=inet,remote.host=127.0.0.1,remote.port=9"))
                .isEqualTo(new BackendOptions.Dgram(
                        "d",
                        new SocketAddressOptions.Inet("127.0.0.1", 0),
                        Optional.of(new SocketAddressOptions.Inet("127.0.0.1", 9))));
        assertThat(BackendOptions.parse("dgram,id=d,local.type=fd,local.str=3"))
                .isEqualTo(new BackendOptions.Dgram("d", new SocketAddressOptions.Fd(3), Optional.empty()));
    }

    @Test
    void afXdpWithNothingButItsInterface() throws OptionException {
        assertThat(BackendOptions.parse("af-xdp,id=x,ifname=eth0"))
                .isEqualTo(new BackendOptions.AfXdp(
                        "x", "eth0", "", false, 1, 0, false, List.of(), "", 0, 512, true, 0, 64, false));
    }

    @Test
    void afXdpWithEveryOption() throws OptionException {
        assertThat(BackendOptions.parse("af-xdp,id=x,ifname=eth0,mode=skb,force-copy=on,queues=3,start-queue=5,"
                        + "inhibit=on,sock-fds=7:3:12,ring-entries=2Ki,wakeup=off,busy-poll-us=20,busy-poll-budget=16,"
                        + "tx-checksum=kernel"))
                .isEqualTo(new BackendOptions.AfXdp(
                        "x", "eth0", "skb", true, 3, 5, true, List.of(7, 3, 12), "", 0, 2048, false, 20, 16, true));
        assertThat(BackendOptions.parse("af-xdp,id=x,ifname=eth0,mode=native,queues=2,inhibit=on,"
                        + "map-path=/sys/fs/bpf/x,map-start-index=2"))
                .isEqualTo(new BackendOptions.AfXdp(
                        "x",
                        "eth0",
                        "native",
                        false,
                        2,
                        0,
                        true,
                        List.of(),
                        "/sys/fs/bpf/x",
                        2,
                        512,
                        true,
                        0,
                        64,
                        false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            id=x                                             | needs ifname=
            ifname=eth0                                      | needs id=
            id=x,ifname=                                     | ifname is empty
            id=x,ifname=a-name-that-is-long                  | longer than 15
            id=x,ifname=a/b                                  | no interface name may have
            id=x,ifname=e%d                                  | no interface name may have
            id=x,ifname=.                                    | no interface name may have
            id=x,ifname=e,mode=                              | mode is empty
            id=x,ifname=e,mode=generic                       | native or skb
            id=x,ifname=e,mode=drv                           | native or skb
            id=x,ifname=e,force-copy=1                       | on or off
            id=x,ifname=e,queues=0                           | from 1 to 64
            id=x,ifname=e,queues=65                          | from 1 to 64
            id=x,ifname=e,queues=-1                          | queues=-1
            id=x,ifname=e,queues=two                         | queues=two
            id=x,ifname=e,start-queue=-1                     | start-queue=-1
            id=x,ifname=e,start-queue=65536                  | from 0 to 65535
            id=x,ifname=e,inhibit=perhaps                    | on or off
            id=x,ifname=e,inhibit=on                         | needs sock-fds= (inherited sockets) or map-path=
            id=x,ifname=e,inhibit=on,sock-fds=3,map-path=/m  | exclude each other
            id=x,ifname=e,sock-fds=3,map-path=/m             | exclude each other
            id=x,ifname=e,sock-fds=3                         | sock-fds= needs inhibit=on
            id=x,ifname=e,map-path=/m                        | map-path= needs inhibit=on
            id=x,ifname=e,inhibit=off,sock-fds=3             | sock-fds= needs inhibit=on
            id=x,ifname=e,inhibit=on,sock-fds=               | sock-fds is empty
            id=x,ifname=e,inhibit=on,sock-fds=3:4            | names 2 sockets for queues=1
            id=x,ifname=e,queues=2,inhibit=on,sock-fds=3     | names 1 sockets for queues=2
            id=x,ifname=e,queues=2,inhibit=on,sock-fds=3:3   | descriptor 3 twice
            id=x,ifname=e,queues=2,inhibit=on,sock-fds=3:    | no descriptor's number
            id=x,ifname=e,queues=2,inhibit=on,sock-fds=3;4   | no descriptor's number
            id=x,ifname=e,inhibit=on,sock-fds=-3             | no descriptor's number
            id=x,ifname=e,inhibit=on,sock-fds=9999999999     | no descriptor's number
            id=x,ifname=e,inhibit=on,map-path=               | map-path is empty
            id=x,ifname=e,inhibit=on,sock-fds=3,map-start-index=0 | map-start-index= needs map-path=
            id=x,ifname=e,map-start-index=0                  | map-start-index= needs map-path=
            id=x,ifname=e,inhibit=on,map-path=/m,map-start-index=-1    | map-start-index=-1
            id=x,ifname=e,inhibit=on,map-path=/m,map-start-index=65536 | from 0 to 65535
            id=x,ifname=e,ring-entries=32                    | from 64 to 16384
            id=x,ifname=e,ring-entries=32768                 | from 64 to 16384
            id=x,ifname=e,ring-entries=1000                  | write 512 or 1024
            id=x,ifname=e,wakeup=maybe                       | on or off
            id=x,ifname=e,busy-poll-us=20us                  | busy-poll-us=20us
            id=x,ifname=e,busy-poll-us=1000001               | from 0 to 1000000
            id=x,ifname=e,busy-poll-budget=8                 | busy-poll-budget= needs busy-poll-us=
            id=x,ifname=e,busy-poll-us=1,busy-poll-budget=0  | from 1 to 65535
            id=x,ifname=e,busy-poll-us=1,busy-poll-budget=65536 | from 1 to 65535
            id=x,ifname=e,tx-checksum=on                     | card or kernel
            id=x,ifname=e,vnet_hdr=on                        | no option vnet_hdr
            """)
    void wrongAfXdpIsRefused(String text, String part) {
        wrongOptionIsRefusedInOneLineThatNamesTheFix("af-xdp," + text, part);
    }

    @Test
    void mapPathTooLongForTheKernelIsRefused() {
        String path = "/" + "x".repeat(4095);
        wrongAfXdpIsRefused("id=x,ifname=e,inhibit=on,map-path=" + path, "longer than 4095 bytes");
    }

    @Test
    void smallOnes() throws OptionException {
        assertThat(BackendOptions.parse("hubport,id=h,hubid=3")).isEqualTo(new BackendOptions.HubPort("h", 3));
        assertThat(BackendOptions.parse("loopback,id=l")).isEqualTo(new BackendOptions.Loopback("l"));
        assertThat(BackendOptions.parse("null,id=z")).isEqualTo(new BackendOptions.Null("z"));
    }

    @Test
    void filters() throws OptionException {
        assertThat(FilterOptions.parse("filter-dump,id=f0,netdev=n0,file=x.pcapng,maxlen=96"))
                .isEqualTo(new FilterOptions.Dump("f0", "n0", "x.pcapng", 96));
        assertThat(FilterOptions.parse("filter-fault,id=f0,netdev=n0,seed=9,loss=0.1,duplicate=0.2,reorder=0.3,"
                        + "corrupt=0.4,delay-us=50"))
                .isEqualTo(new FilterOptions.Fault("f0", "n0", 9, 0.1, 0.2, 0.3, 0.4, 50_000));
        assertThat(FilterOptions.isFilter("filter-dump,id=f0")).isTrue();
        assertThat(FilterOptions.isFilter("memory-backend-memfd,id=m")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ether,id=n0                                         | no such backend
            tap,ifname=tap0                                     | needs id=
            tap,id=n0                                           | needs ifname=
            tap,id=n0,ifname=tap0,fd=3                          | exclude each other
            tap,id=n0,ifname=a-name-that-is-long                | longer than 15
            tap,id=n0,ifname=a/b                                | no interface name may have
            tap,id=n0,ifname=..                                 | no interface name may have
            tap,id=n0,ifname=tap%d                              | no interface name may have
            tap,id=n0,fd=x                                      | fd=x
            tap,id=n0,fd=-1                                     | fd=-1
            tap,id=n0,ifname=t,br=virbr0                        | no option br
            tap,id=n0,ifname=t,script=/etc/up                   | runs no scripts
            tap,id=n0,ifname=t,vnet_hdr=maybe                   | on or off
            stream,id=s                                         | needs addr.type=
            stream,id=s,addr.type=ipx                           | unix, inet or fd
            stream,id=s,addr.type=unix                          | needs addr.path=
            stream,id=s,addr.type=inet,addr.port=1              | needs addr.host=
            stream,id=s,addr.type=inet,addr.host=h              | needs addr.port=
            stream,id=s,addr.type=inet,addr.host=h,addr.port=0  | from 1 to 65535
            stream,id=s,addr.type=inet,addr.host=h,addr.port=65536 | from 1 to 65535
            stream,id=s,addr.type=unix,addr.path=/x,addr.host=h | no option addr.host
            stream,id=s,addr.type=fd                            | needs addr.str=
            stream,id=s,addr.type=fd,addr.str=3,server=on       | server=on needs
            stream,id=s,addr.type=fd,addr.str=3,reconnect-ms=9  | reconnect-ms= needs
            stream,id=s,addr.type=unix,addr.path=/x,server=on,reconnect-ms=5 | for clients
            stream,id=s,addr.type=unix,addr.path=/x,reconnect=1,reconnect-ms=5 | exclude each other
            stream,id=s,addr.type=unix,addr.path=/x,reconnect-ms=5s | expected a number
            stream,id=s,addr.type=unix,addr.path=/x,reconnect-ms=3600001 | from 0 to 3600000
            dgram,id=d,local.type=unix,local.path=/a            | needs remote.type=
            dgram,id=d,local.type=unix,local.path=/a,remote.type=inet,remote.host=h,remote.port=1 | differ
            dgram,id=d,local.type=fd,local.str=3,remote.type=unix,remote.path=/b | leave remote
            hubport,id=h                                        | needs hubid=
            hubport,id=h,hubid=256                              | from 0 to 255
            loopback,id=l,depth=3                               | no option depth
            null,id=z,id=y                                      | given twice
            """)
    void wrongOptionIsRefusedInOneLineThatNamesTheFix(String text, String part) {
        assertThatThrownBy(() -> BackendOptions.parse(text))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(part)
                .message()
                .startsWith("--netdev ")
                .doesNotContain("\n");
    }

    @Test
    void unixPathTooLongForTheKernelIsRefused() {
        String path = "/" + "x".repeat(BackendOptions.MAX_UNIX_PATH_BYTES);
        assertThatThrownBy(() -> BackendOptions.parse("stream,id=s,addr.type=unix,addr.path=" + path))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("longer than 107 bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            filter-mirror,id=f,netdev=n                  | no such object
            filter-dump,netdev=n,file=x                  | needs id=
            filter-dump,id=f,file=x                      | needs netdev=
            filter-dump,id=f,netdev=n                    | needs file=
            filter-dump,id=f,netdev=n,file=x,maxlen=0    | from 1 to
            filter-dump,id=f,netdev=n,file=x,loss=0.1    | no option loss
            filter-fault,id=f,netdev=n,loss=1.5          | a chance from 0 to 1
            filter-fault,id=f,netdev=n,seed=x            | seed=x
            filter-fault,id=f,netdev=n,delay-us=10000001 | from 0 to
            """)
    void wrongFilterIsRefused(String text, String part) {
        assertThatThrownBy(() -> FilterOptions.parse(text))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(part)
                .message()
                .startsWith("--object ");
    }
}
