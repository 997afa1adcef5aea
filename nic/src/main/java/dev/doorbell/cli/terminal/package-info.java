/// What commands have in common: streams, progress, signals, one line for what failed, exit codes.
@NullMarked
package dev.doorbell.cli.terminal;

import org.jspecify.annotations.NullMarked;
