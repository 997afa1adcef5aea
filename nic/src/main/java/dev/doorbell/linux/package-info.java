/// The one fenced room that calls the kernel: FFM bindings of the system calls Doorbell needs.
///
/// Calls return 0 or more, or a negated errno, and never throw on a failed call. The only room allowed to use
/// restricted
/// methods of java.lang.foreign.
@NullMarked
package dev.doorbell.linux;

import org.jspecify.annotations.NullMarked;
