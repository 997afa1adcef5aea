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

    private static Backends backends(String... words) throws OptionException {
        List<BackendOptions> netdevs = new ArrayList<>();
        List<FilterOptions> filters = new ArrayList<>();
        for (String word : words) {
            if (FilterOptions.isFilter(word)) filters.add(FilterOptions.parse(word));
            else netdevs.add(BackendOptions.parse(word));
        }
        return new Backends(netdevs, filters);
    }

    @Test
    void everyKindOpensAndCloses() throws Exception {
        long before = Descriptors.count();
        String s = folder.resolve("s").toString();
        String a = folder.resolve("a").toString();
        try (Backends backends = backends(
                "null,id=z",
                "loopback,id=l",
                "hubport,id=h0,hubid=0",
                "hubport,id=h1,hubid=0",
                "hubport,id=h2,hubid=1",
                "stream,id=s,addr.type=unix,server=on,addr.path=" + s,
                "stream,id=c,addr.type=unix,addr.path=" + s,
                "dgram,id=d,local.type=unix,local.path=" + a + ",remote.type=unix,remote.path=" + s)) {
            for (String id : List.of("z", "l", "h0", "h1", "h2", "s", "c", "d")) backends.open(id, timeline, 0);
            assertThat(backends.counters().keySet()).containsExactly("z", "l", "h0", "h1", "h2", "s", "c", "d");
        }
        assertThat(Descriptors.count()).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void filtersStandInOrderTheFirstNearestToTheCard() throws Exception {
        Path near = folder.resolve("near");
        Path far = folder.resolve("far");
        try (Backends backends = backends(
                "loopback,id=n0",
                "filter-dump,id=f0,netdev=n0,file=" + near,
                "filter-fault,id=f1,netdev=n0,loss=1",
                "filter-dump,id=f2,netdev=n0,file=" + far)) {
            CountedBackend backend = backends.open("n0", timeline, 0);
            backend.transmit(Frames.batch(Frames.random(1, 60)), 0);
            assertThat(backends.counters().keySet()).containsExactly("n0", "f2", "f1", "f0");
            assertThat(Objects.requireNonNull(backends.counters().get("f1")).get(BackendCounter.TRANSMIT_DROPPED_FAULT))
                    .isEqualTo(1);
        }
        assertThat(Files.size(near)).isEqualTo(Files.size(far) + 104);
    }

    @Test
    void portsOfOneHubShareALoop() throws Exception {
        try (Backends backends =
                backends("hubport,id=h0,hubid=7", "hubport,id=h1,hubid=7", "hubport,id=h2,hubid=8", "null,id=z")) {
            assertThat(backends.loopOf("h0")).isEqualTo(backends.loopOf("h1"));
            assertThat(backends.loopOf("h0")).isNotEqualTo(backends.loopOf("h2"));
            assertThat(backends.loopOf("z")).isNotEqualTo(backends.loopOf("h2"));
            backends.open("h0", timeline, 0);
            assertThatThrownBy(() -> backends.open("h1", new VirtualTimeline(), 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namesMustFitTogether() throws Exception {
        assertThatThrownBy(() -> backends("null,id=a", "loopback,id=a"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("id=a is given twice");
        assertThatThrownBy(() -> backends("null,id=a", "filter-fault,id=a,netdev=a"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("in use");
        assertThatThrownBy(() -> backends("null,id=a", "null,id=b", "filter-fault,id=f,netdev=c"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("there are a, b");
        try (Backends backends = backends("null,id=a")) {
            assertThatThrownBy(() -> backends.open("b", timeline, 0))
                    .isInstanceOf(OptionException.class)
                    .hasMessageContaining("there is a");
            backends.open("a", timeline, 0);
            assertThatThrownBy(() -> backends.open("a", timeline, 0))
                    .isInstanceOf(OptionException.class)
                    .hasMessageContaining("used by two cards");
        }
    }

    @Test
    void whatTheMachineRefusesIsOneLineWithAdvice() throws Exception {
        String none = folder.resolve("none").toString();
        try (Backends backends = backends(
                "stream,id=c,addr.type=unix,addr.path=" + none,
                "tap,id=t,fd=0",
                "loopback,id=l",
                "filter-dump,id=f,netdev=l,file=" + none + "/x")) {
            assertThatThrownBy(() -> backends.open("c", timeline, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("netdev c", none, "ENOENT", "reconnect-ms=1000");
            assertThatThrownBy(() -> backends.open("t", timeline, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("netdev t", "no tap");
            assertThatThrownBy(() -> backends.open("l", timeline, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("filter-dump,id=f", none, "choose another file");
            assertThat(backends.counters()).isEmpty();
        }
    }
}
