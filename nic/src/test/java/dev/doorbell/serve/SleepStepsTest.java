package dev.doorbell.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// A doorbell in memory wakes nobody: sleeps begin short and stay below a bound.
class SleepStepsTest {
    private final SleepSteps steps = new SleepSteps();

    @Test
    void sleepsDoubleUpToTheBound() {
        assertEquals(SleepSteps.FIRST_NS, steps.next());
        assertEquals(2 * SleepSteps.FIRST_NS, steps.next());
        for (int i = 0; i < 100; i++) steps.next();
        assertEquals(SleepSteps.LONGEST_NS, steps.next());
    }

    @Test
    void workMakesThemShortAgain() {
        for (int i = 0; i < 100; i++) steps.next();
        steps.restart();
        assertEquals(SleepSteps.FIRST_NS, steps.next());
    }
}
