/// `drive`: a card exercised by our own driver, without a guest.
@NullMarked
package dev.doorbell.cli.drive;

import org.jspecify.annotations.NullMarked;
