/// What the chips have in common beside rings: registers by name, the PHY, the EEPROM. The parts that a
/// driver is put together from; not for its users.
@NullMarked
package dev.doorbell.driver.chip;

import org.jspecify.annotations.NullMarked;
