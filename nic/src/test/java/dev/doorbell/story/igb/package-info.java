/// Register-level stories of the 82576.
///
/// Front class: `IgbBench`.
@NullMarked
package dev.doorbell.story.igb;

import org.jspecify.annotations.NullMarked;
