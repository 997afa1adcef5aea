/// What twisted-pair PHYs of both cards have in common: the registers of IEEE 802.3,
/// auto-negotiation, link.
@NullMarked
package dev.doorbell.device.phy;

import org.jspecify.annotations.NullMarked;
