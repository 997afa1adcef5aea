package dev.doorbell.cli;

import java.io.PrintStream;

/// Where a command talks to: results to `out`, everything else to `err`.
record Streams(PrintStream out, PrintStream err) {}
