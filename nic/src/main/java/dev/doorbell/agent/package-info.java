/// Work and the loop that runs it, apart from each other: an agent does what is due, a runner decides when.
///
/// Front class: [dev.doorbell.agent.Agent].
@NullMarked
package dev.doorbell.agent;

import org.jspecify.annotations.NullMarked;
