package dev.doorbell.guest;

import java.nio.charset.StandardCharsets;

/// What a command gave: its status, and its standard output and error as they came, mixed.
public final class Result {
    private final String command;
    private final int status;
    private final byte[] output;

    Result(String command, int status, byte[] output) {
        this.command = command;
        this.status = status;
        this.output = output;
    }

    /// The shell's exit status: 0 for success, 128 plus the signal's number for a killed command.
    public int status() {
        return status;
    }

    /// The output's bytes, unchanged.
    public byte[] bytes() {
        return output.clone();
    }

    /// The output as UTF-8, without blanks and line ends around it.
    public String text() {
        return new String(output, StandardCharsets.UTF_8).strip();
    }

    /// @return [#text()]
    /// @throws AssertionError when the status is not 0; the message holds the command and its output
    public String succeeded() {
        if (status != 0) throw new AssertionError("status " + status + " of: " + command + "\n" + text());
        return text();
    }

    @Override
    public String toString() {
        return "status " + status + " of: " + command + "\n" + text();
    }
}
