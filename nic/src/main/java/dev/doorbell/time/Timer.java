package dev.doorbell.time;

/// One deadline of a [Timeline]. Not thread-safe.
public interface Timer {
    /// Arms the timer, or moves it when it was armed. A deadline in the past runs at the next chance, never at once
    /// from
    /// within this call. Timers with equal deadlines run in the order in which they were armed.
    void armAt(long deadlineNs);

    /// Disarms; harmless when not armed.
    void disarm();

    boolean isArmed();

    /// The deadline it was armed for last.
    long deadlineNs();
}
