/// Register-level stories: a card on a bench, its guest's memory, its wire and virtual time, all in one thread.
///
/// Front class: `Bench`.
@NullMarked
package dev.doorbell.story;

import org.jspecify.annotations.NullMarked;
