package dev.doorbell.cli.terminal;

import dev.doorbell.driver.DriverException;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.option.OptionException;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What went wrong, in one line.
public final class Failures {
    private Failures() {}

    /// The world's and the user's errors speak for themselves; anything else is ours and says so.
    public static String line(Throwable e) {
        Throwable cause = e.getCause();
        if (e instanceof UncheckedIOException && cause != null) return line(cause);
        String message = e.getMessage();
        boolean expected = e instanceof OptionException
                || e instanceof IOException
                || e instanceof DriverException
                || e instanceof ExperimentException
                || e instanceof CommandFailure;
        if (expected && message != null) return message;
        return "internal error, please report it: " + e + " (--verbose shows where)";
    }
}
