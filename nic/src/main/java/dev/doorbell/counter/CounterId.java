package dev.doorbell.counter;

/// One row of a counter table; implemented by an enum per component.
public interface CounterId {
    /// The enum's own ordinal: the place in the table.
    int ordinal();

    /// Snake-case label as printed and exported, with the unit where it is not a count of events.
    String label();

    /// One sentence: what an increment means.
    String meaning();
}
