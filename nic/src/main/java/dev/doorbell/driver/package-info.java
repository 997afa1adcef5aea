/// A user-space e1000 driver over [dev.doorbell.pci.PciFunction]: the same code drives a card in this
/// process and one across a vfio-user socket.
@NullMarked
package dev.doorbell.driver;

import org.jspecify.annotations.NullMarked;
