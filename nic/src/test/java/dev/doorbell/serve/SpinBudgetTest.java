package dev.doorbell.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Looking pays where work comes back soon, and must cost nothing where it does not.
class SpinBudgetTest {
    @Test
    void idleLoopDoesNotLookAtAll() {
        SpinBudget spin = new SpinBudget(2);
        for (int i = 0; i < 10; i++) spin.slept(1_000_000_000);
        assertEquals(0, spin.ns());
    }

    @Test
    void workThatComesBackSoonIsLookedFor() {
        SpinBudget spin = new SpinBudget(2);
        for (int i = 0; i < 10; i++) spin.slept(20_000);
        assertEquals(SpinBudget.LONGEST_NS, spin.ns());
    }

    @Test
    void budgetFadesWhenWorkStaysAway() {
        SpinBudget spin = new SpinBudget(2);
        for (int i = 0; i < 10; i++) spin.slept(20_000);
        long before = spin.ns();
        spin.slept(1_000_000);
        assertTrue(spin.ns() < before);
        for (int i = 0; i < 10; i++) spin.slept(1_000_000);
        assertEquals(0, spin.ns());
    }

    @Test
    void onlyProcessorIsNeverTakenFromWhomWeWaitFor() {
        SpinBudget spin = new SpinBudget(1);
        for (int i = 0; i < 10; i++) spin.slept(20_000);
        assertEquals(0, spin.ns());
    }
}
