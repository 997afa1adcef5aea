package dev.doorbell.linux;

/// The owner of one file descriptor. One thread.
public final class FileDescriptor implements AutoCloseable {
    private int number;

    /// @param number an open descriptor, which belongs to this object from now on
    public FileDescriptor(int number) {
        if (number < 0) throw new IllegalArgumentException("no descriptor: " + number);
        this.number = number;
    }

    /// The descriptor's number, or -1 after [#release] or [#close].
    public int number() {
        return number;
    }

    /// Gives the descriptor away: the caller owns it now.
    public int release() {
        int released = number;
        number = -1;
        return released;
    }

    /// Closes it. Idempotent.
    @Override
    public void close() {
        int closing = release();
        if (closing >= 0) Files.close(closing);
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
