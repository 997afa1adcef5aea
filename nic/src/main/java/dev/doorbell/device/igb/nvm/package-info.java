/// EEPROM and the semaphores that guard it.
@NullMarked
package dev.doorbell.device.igb.nvm;

import org.jspecify.annotations.NullMarked;
