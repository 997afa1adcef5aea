package dev.doorbell.backend;

/// Where a stream's peer comes from when it is neither a listener's nor found at an address: a program
/// that is started for it, say. Used by the stream's one thread; nothing here waits.
public interface PeerSource {
    /// Makes a connection.
    ///
    /// @return a connected stream socket that never waits, the caller's from now on; or a negated
    ///     errno, and then it is asked again after [#pauseNs]
    int connect();

    /// How long the stream waits before it asks for the next connection.
    long pauseNs();

    /// The stream has closed the connection of the last [#connect].
    void gone();

    /// The stream has ended. May wait, as long as it says. Idempotent.
    void close();
}
