package dev.doorbell.lab;

/// What stands in a table at one place.
public sealed interface Cell {
    /// Words.
    record Text(String text) implements Cell {}

    /// A number in its column's unit; NaN where there is none to tell.
    record Amount(double value) implements Cell {}

    static Cell of(String text) {
        return new Text(text);
    }

    /// A count: exact to 2^53.
    static Cell of(long value) {
        return new Amount((double) value);
    }

    static Cell of(double value) {
        return new Amount(value);
    }

    /// Nothing was measured or published here.
    Cell NONE = new Amount(Double.NaN);
}
