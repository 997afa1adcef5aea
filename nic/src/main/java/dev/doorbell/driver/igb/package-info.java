/// The driver of the 82576, in the order of the manual: start at
/// [dev.doorbell.driver.igb.IgbDriver#start()].
@NullMarked
package dev.doorbell.driver.igb;

import org.jspecify.annotations.NullMarked;
