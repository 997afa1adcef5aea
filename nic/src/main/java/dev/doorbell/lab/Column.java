package dev.doorbell.lab;

/// A column of a result: its title, and the unit that all its numbers have (empty for words and
/// plain counts).
public record Column(String title, String unit) {
    public static Column of(String title) {
        return new Column(title, "");
    }

    public static Column of(String title, String unit) {
        return new Column(title, unit);
    }
}
