/// One class per experiment, and beside it what it does at a venue where that is much.
@NullMarked
package dev.doorbell.lab.experiment;

import org.jspecify.annotations.NullMarked;
