package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.option.OptionException;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendsTest {
    @TempDir
    Path folder = Path.of("");

    private final VirtualTimeline timeline = new VirtualTimeline();

    private final Backends backends = new Backends(timeline, 0, line -> {});

    private CountedBackend open(String netdev) throws OptionException, IOException {
        return backends.open(BackendOptions.parse(netdev), List.of()).backend();
    }

    @Test
    void everyKindOpensAndCloses() throws Exception {
        long before = Descriptors.count();
        String s = folder.resolve("s").toString();
        String a = folder.resolve("a").toString();
        List<CountedBackend> all = new ArrayList<>();
        for (String netdev : List.of(
                "null,id=z",
                "loopback,id=l",
                "hubport,id=h0,hubid=0",
                "stream,id=s,addr.type=unix,server=on,addr.path=" + s,
                "stream,id=c,addr.type=unix,addr.path=" + s,
                "dgram,id=d,local.type=unix,local.path=" + a + ",remote.type=unix,remote.path=" + s))
            all.add(open(netdev));
        assertThat(Descriptors.count()).isEqualTo(before + 3);

        for (CountedBackend backend : all) backend.close();

        assertThat(Descriptors.count()).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
        assertThat(timeline.hasDeadline()).isFalse();
    }

    @Test
    void filtersStandInOrderTheFirstNearestToTheNetwork() throws Exception {
        Path far = folder.resolve("far");
        Path near = folder.resolve("near");
        Backends.Opened opened = backends.open(
                BackendOptions.parse("loopback,id=n0"),
                List.of(
                        FilterOptions.parse("filter-dump,id=f0,netdev=n0,file=" + far),
                        FilterOptions.parse("filter-fault,id=f1,netdev=n0,loss=1"),
                        FilterOptions.parse("filter-dump,id=f2,netdev=n0,file=" + near)));
        try (CountedBackend backend = opened.backend()) {
            backend.transmit(Frames.batch(Frames.random(1, 60)), 0);
        }
        assertThat(opened.counters().keySet()).containsExactly("n0", "f0", "f1", "f2");
        assertThat(Objects.requireNonNull(opened.counters().get("f1")).get(BackendCounter.TRANSMIT_DROPPED_FAULT))
                .isEqualTo(1);
        assertThat(Files.size(near)).isEqualTo(Files.size(far) + 104);
    }

    @Test
    void portsOfOneNumberMeetOnOneHub() throws Exception {
        CountedBackend a = open("hubport,id=h0,hubid=7");
        CountedBackend b = open("hubport,id=h1,hubid=7");
        CountedBackend c = open("hubport,id=h2,hubid=8");
        a.transmit(Frames.batch(Frames.between(1, 2, 3)), 0);
        assertThat(Frames.receive(b)).containsExactly(Frames.between(1, 2, 3));
        assertThat(Frames.receive(c)).isEmpty();
    }

    @Test
    void whatTheMachineRefusesIsOneLineWithAdvice() throws Exception {
        String none = folder.resolve("none").toString();
        assertThatThrownBy(() -> open("stream,id=c,addr.type=unix,addr.path=" + none))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("netdev c", none, "ENOENT", "reconnect-ms=1000");
        assertThatThrownBy(() -> open("tap,id=t,fd=0"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("netdev t", "no tap");
    }

    @Test
    void filterThatCannotBeMadeClosesItsBackend() throws Exception {
        long before = Descriptors.count();
        BackendOptions server =
                BackendOptions.parse("stream,id=s,addr.type=unix,server=on,addr.path=" + folder.resolve("s"));
        FilterOptions dump = FilterOptions.parse("filter-dump,id=f,netdev=s,file=" + folder.resolve("none/x"));
        assertThatThrownBy(() -> backends.open(server, List.of(dump)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("filter-dump,id=f", "none/x", "choose another file");
        assertThat(Descriptors.count()).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
    }
}
