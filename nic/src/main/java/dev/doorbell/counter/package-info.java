/// Counters as a table: an id, a label and a sentence each. One writer, any number of readers.
@NullMarked
package dev.doorbell.counter;

import org.jspecify.annotations.NullMarked;
