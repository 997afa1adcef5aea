/// The belt: descriptor views over guest memory, head and tail arithmetic, fetch and write-back.
@NullMarked
package dev.doorbell.ring;

import org.jspecify.annotations.NullMarked;
