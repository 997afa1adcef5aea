package dev.doorbell.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void samplesAreSummedUpInAnyOrder() {
        Figure figure = Figure.cost("f", "ns", new double[] {30, 10, 20}, null);
        assertEquals(10, figure.minimum());
        assertEquals(20, figure.median());
        assertEquals(30, figure.maximum());
        assertEquals(15, Figure.cost("f", "ns", new double[] {20, 10}, null).median());
    }

    @Test
    void aRatioAboveOneIsWorseForCostsAndForRates() {
        assertEquals(2, Figure.cost("f", "ns", new double[] {20}, null).ratioTo(10));
        assertEquals(2, Figure.rate("f", "frames/s", new double[] {5}).ratioTo(10));
    }

    @Test
    void aFigureWithoutSamplesIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Figure.rate("f", "frames/s", new double[0]));
    }
}
