package dev.doorbell.time;

/// Time for devices: read it, or ask to be called later.
///
/// A timer is made once and armed many times, so that a moderation timer that every frame restarts allocates nothing.
/// One thread: the loop that owns the timeline reads it, arms its timers and runs them.
public interface Timeline {
    /// Nanoseconds since an arbitrary origin; never goes back.
    long nowNs();

    /// Makes a timer, disarmed. `name` shows in debug output.
    Timer timer(String name, Runnable action);
}
