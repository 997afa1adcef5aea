package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.option.OptionException;
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
