/// Time as a value that is passed in: wall time in production, virtual time in the lab and in tests.
///
/// Front class: [dev.doorbell.time.Timeline]. The only room that reads a clock. One thread per timeline.
@NullMarked
package dev.doorbell.time;

import org.jspecify.annotations.NullMarked;
