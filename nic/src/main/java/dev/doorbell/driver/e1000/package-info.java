/// The driver of the 82540EM and 82545EM, in the order of the manual: start at
/// [dev.doorbell.driver.e1000.E1000Driver#start()].
@NullMarked
package dev.doorbell.driver.e1000;

import org.jspecify.annotations.NullMarked;
