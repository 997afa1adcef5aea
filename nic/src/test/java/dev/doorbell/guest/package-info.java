/// Real guests as judges: stock QEMU, a stock kernel and its own drivers, driven from tests.
///
/// Front class: [dev.doorbell.guest.GuestMachine]. Tests that use it carry [dev.doorbell.guest.NeedsGuest].
package dev.doorbell.guest;
