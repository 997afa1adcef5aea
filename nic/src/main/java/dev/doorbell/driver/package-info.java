/// User-space drivers of network cards over [dev.doorbell.pci.PciFunction], as a library: the same code
/// drives a card in this process and one behind a vfio-user socket. Front:
/// [dev.doorbell.driver.NetworkDriver], the one interface of all cards.
///
/// Here is the API and what all drivers share; `driver.e1000` and `driver.igb` are the chips, to be read
/// with their manuals beside; `driver.chip` and `driver.ring` are the parts that both have;
/// `driver.exercise` makes traffic that can be checked. One thread drives one card.
@NullMarked
package dev.doorbell.driver;

import org.jspecify.annotations.NullMarked;
