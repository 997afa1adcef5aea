/// The hall: what every PCI function has, whatever it does: configuration space, BARs, interrupts, reset.
///
/// Front class: [dev.doorbell.pci.PciFunction], which the door (`vfiouser`) and the drivers see. A card implements
/// [dev.doorbell.pci.PciCard] and is put behind a [dev.doorbell.pci.PciEndpoint]. One thread: the card's loop.
@NullMarked
package dev.doorbell.pci;

import org.jspecify.annotations.NullMarked;
