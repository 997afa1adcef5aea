package dev.doorbell.option;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    private static final List<String> NAMES = List.of("mitigation", "deferral", "latency", "live-update", "trl");

    @ParameterizedTest
    @CsvSource({"'','',0", "a,'',1", "abc,abc,0", "abc,acb,1", "ab,ba,1", "kitten,sitting,3", "trl,tlr,1"})
    void distanceCountsSlips(String a, String b, int slips) {
        assertEquals(slips, Nearest.distance(a, b));
        assertEquals(slips, Nearest.distance(b, a));
    }

    @Test
    void nearestComesFirst() {
        assertEquals(List.of("mitigation"), Nearest.to("mitigaton", NAMES));
        assertEquals(List.of("deferral"), Nearest.to("Deferal", NAMES));
        assertEquals(List.of("trl"), Nearest.to("tlr", NAMES));
        assertEquals(List.of("latency"), Nearest.to("la", NAMES));
        assertEquals(List.of("rx-us"), Nearest.to("rxx-us", List.of("tx-us", "rx-us", "itr")));
    }

    @Test
    void whatIsNearToNothingGetsThemAll() {
        assertEquals(List.of(), Nearest.to("xyzzy", NAMES));
        assertEquals(List.of(), Nearest.to("", NAMES));
        assertEquals(List.of(), Nearest.to("m".repeat(100_000), NAMES));
        assertEquals("there are a, b and c", Nearest.hint("xyzzy", List.of("a", "b", "c")));
        assertEquals("there is a", Nearest.hint("xyzzy", List.of("a")));
        assertEquals("there are none", Nearest.hint("xyzzy", List.of()));
    }
}
