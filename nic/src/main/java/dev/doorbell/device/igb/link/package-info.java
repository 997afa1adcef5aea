/// PHY, MDIO, SerDes and the link: speed, duplex, loopback, flow control.
@NullMarked
package dev.doorbell.device.igb.link;

import org.jspecify.annotations.NullMarked;
