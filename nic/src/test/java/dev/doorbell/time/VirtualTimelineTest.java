package dev.doorbell.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VirtualTimelineTest {
    private final VirtualTimeline time = new VirtualTimeline(1_000);
    private final List<String> log = new ArrayList<>();

    @Test
    void timerRunsAtItsDeadlineNotOneNanosecondBefore() {
        time.timer("t", () -> log.add("at " + time.nowNs())).armAt(1_500);
        time.advanceTo(1_499, 10);
        assertEquals(List.of(), log);
        time.advanceTo(1_500, 10);
        assertEquals(List.of("at 1500"), log);
        time.advance(10_000);
        assertEquals(1, log.size());
        assertEquals(11_500, time.nowNs());
    }

    @Test
    void equalDeadlinesRunInTheOrderOfArming() {
        Timer first = time.timer("1", () -> log.add("1"));
        Timer second = time.timer("2", () -> log.add("2"));
        Timer third = time.timer("3", () -> log.add("3"));
        third.armAt(2_000);
        first.armAt(2_000);
        second.armAt(2_000);
        third.armAt(2_000); // armed again: now last
        time.advance(5_000);
        assertEquals(List.of("1", "2", "3"), log);
    }

    @Test
    void movedAndDisarmedTimersRunOnceOrNotAtAll() {
        Timer moved = time.timer("moved", () -> log.add("moved"));
        Timer gone = time.timer("gone", () -> log.add("gone"));
        moved.armAt(1_100);
        moved.armAt(1_900);
        gone.armAt(1_200);
        gone.disarm();
        gone.disarm();
        assertFalse(gone.isArmed());
        time.advanceTo(1_899, 10);
        assertEquals(List.of(), log);
        assertTrue(moved.isArmed());
        time.advanceTo(1_900, 10);
        assertEquals(List.of("moved"), log);
        assertFalse(moved.isArmed());
    }

    @Test
    void timerMayArmItselfAgainButNotForEverAtOneInstant() {
        Timer[] self = new Timer[1];
        self[0] = time.timer("self", () -> self[0].armAt(time.nowNs()));
        self[0].armAt(1_001);
        assertThrows(IllegalStateException.class, () -> time.advanceTo(1_002, 100));
    }

    @Test
    void manyTimersRunInOrderOfDeadline() {
        long seed = 42;
        Random random = new Random(seed);
        List<Long> expected = new ArrayList<>();
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Timer timer = time.timer("t" + i, () -> seen.add(time.nowNs()));
            timer.armAt(1_000 + random.nextInt(5_000));
            if (random.nextInt(4) == 0) timer.disarm();
            else if (random.nextInt(2) == 0) timer.armAt(1_000 + random.nextInt(9_000));
            if (timer.isArmed()) expected.add(timer.deadlineNs());
        }
        expected.sort(Comparator.naturalOrder());
        time.advance(20_000);
        assertEquals(expected, seen, "seed " + seed);
    }

    @Test
    void wallTimelineRunsWhatIsDueAndTellsHowLongToSleep() {
        WallTimeline wall = new WallTimeline();
        assertEquals(Long.MAX_VALUE, wall.untilNextNs());
        Timer due = wall.timer("due", () -> log.add("due"));
        Timer later = wall.timer("later", () -> log.add("later"));
        due.armAt(wall.nowNs());
        later.armAt(wall.nowNs() + 3_600_000_000_000L);
        assertEquals(1, wall.runDue());
        assertEquals(List.of("due"), log);
        assertTrue(wall.untilNextNs() > 3_500_000_000_000L);
    }
}
