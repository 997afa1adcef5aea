/// What people and scripts read: aligned tables and JSON. A room of the cellar: imports nothing
/// of ours.
///
/// Front classes: [dev.doorbell.output.Table] and [dev.doorbell.output.Json].
@NullMarked
package dev.doorbell.output;

import org.jspecify.annotations.NullMarked;
