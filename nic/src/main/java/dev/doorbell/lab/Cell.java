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

    static Cell of(double value) {
        return new Amount(value);
    }

    /// Nothing was measured or published here.
    Cell NONE = new Amount(Double.NaN);
}
