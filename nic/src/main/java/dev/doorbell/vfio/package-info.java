/// A PCI function of this machine, lent to this process by Linux VFIO: `/dev/vfio`.
///
/// The front class is [dev.doorbell.vfio.VfioFunction]. What the kernel says is held against bounds as
/// what a peer says is; [dev.doorbell.vfio.VfioException] names what was wrong. One thread.
@NullMarked
package dev.doorbell.vfio;

import org.jspecify.annotations.NullMarked;
