package dev.doorbell.cli.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// The line that moves while an experiment runs.
class LabProgressTest {
    @Test
    void progressSaysHowFarAndHowLong() {
        assertEquals(
                "[######------------------]  25 % 3 s, about 9 s left  fall virtual: second 2",
                LabProgress.line("fall virtual", 1, 4, "second 2", 3_000_000_000L));
        assertEquals(
                "[------------------------]   0 % 0 s  fall virtual: second 1",
                LabProgress.line("fall virtual", 0, 4, "second 1", 0));
        assertEquals(
                "[########################] 100 % 61:05  x: y", LabProgress.line("x", 9, 4, "y", 3_665_000_000_000L));
    }
}
