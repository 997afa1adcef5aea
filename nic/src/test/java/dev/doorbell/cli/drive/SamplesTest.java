package dev.doorbell.cli.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
    private static List<String> plot(Samples samples) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        samples.plot(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void steadyGrowthIsADiagonal() {
        Samples samples = new Samples(1);
        for (int i = 1; i <= 100; i++) samples.offer(i * 1_000_000_000L, i * 1_000_000L);

        List<String> lines = plot(samples);

        assertEquals(14, lines.size());
        assertThat(lines.getFirst()).startsWith(" 100 MB |").endsWith("*");
        assertThat(lines.get(11)).contains("|*").doesNotContain("    *");
        assertThat(lines.get(12)).isEqualTo("    0 B +" + "-".repeat(64));
        assertThat(lines.get(13)).endsWith(" 1 m 40 s").contains(" 0 s ");
    }

    @Test
    void longRunIsThinnedOutAndKeepsItsEnds() {
        Samples samples = new Samples(1);
        for (int i = 1; i <= 1_000_000; i++) samples.offer(i * 1000L, i);
        samples.add(1_000_001_000L, 1_000_001);

        assertThat(samples.size()).isBetween(100, 512);
        assertThat(plot(samples).getFirst()).startsWith(" 1.00 MB |");
    }

    @Test
    void nothingIsNoPlot() {
        assertEquals(List.of(), plot(new Samples(1)));
    }

    @Test
    void amountsAndTimesAreWrittenForPeople() {
        assertEquals("999 B", Samples.bytes(999));
        assertEquals("1.50 kB", Samples.bytes(1500));
        assertEquals("37.5 MB", Samples.bytes(37_500_000));
        assertEquals("40 ms", Samples.seconds(40_000_000L));
        assertEquals("12.5 s", Samples.seconds(12_500_000_000L));
        assertEquals("4 m 59 s", Samples.seconds(299_000_000_000L));
    }
}
