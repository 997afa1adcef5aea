/// Another program in the place of this one: whose account it runs under, what it may no longer do,
/// which descriptors it has. Front class: [dev.doorbell.linux.process.ProcessImage]. And a program
/// beside this one: [dev.doorbell.linux.process.ChildProcess]. Not for the data path.
@NullMarked
package dev.doorbell.linux.process;

import org.jspecify.annotations.NullMarked;
