/// Traffic that checks itself: numbered frames, and memory copied through a loopback.
@NullMarked
package dev.doorbell.driver.exercise;

import org.jspecify.annotations.NullMarked;
