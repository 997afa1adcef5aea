/// The one fenced room that calls the kernel: FFM bindings of the system calls Doorbell needs.
///
/// Calls return 0 or more, or a negated errno ([dev.doorbell.linux.Errno]), and never throw on a failed
/// call; where setting something up throws instead, it is a [dev.doorbell.linux.SystemCallException].
/// Memory handed to a call must be native; memory on the heap, closed or out of bounds is our own mistake
/// and throws. Every descriptor is created with close-on-exec. The only room allowed to use restricted
/// methods of `java.lang.foreign`.
///
/// One class per theme, each linking its functions when it is first used
/// ([dev.doorbell.linux.SystemCall]). Structs are given as offsets, checked by a test against what a C
/// compiler says. Objects belong to one thread at a time; static calls may be made from any.
@NullMarked
package dev.doorbell.linux;

import org.jspecify.annotations.NullMarked;
