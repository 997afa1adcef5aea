/// The door: vfio-user messages to and from typed requests, the DMA map, interrupt set-up; server and client.
///
/// Front classes: `VfioUserServer` (an agent on the card's own loop) and `VfioUserClient`.
@NullMarked
package dev.doorbell.vfiouser;

import org.jspecify.annotations.NullMarked;
