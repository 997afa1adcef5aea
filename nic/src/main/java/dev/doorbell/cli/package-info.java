/// The command line: wires rooms together and holds no device logic.
@NullMarked
package dev.doorbell.cli;

import org.jspecify.annotations.NullMarked;
