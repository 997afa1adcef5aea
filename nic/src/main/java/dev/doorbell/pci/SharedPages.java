package dev.doorbell.pci;

import java.lang.foreign.MemorySegment;

/// Memory for registers that a client may map: the bytes of a file as large as a BAR, which the caller
/// has made and keeps open as long as the card lives. Sealed against shrinking, so that nobody can take
/// it away.
///
/// @param memory the file's bytes, readable and writable: those of the BAR's offset x at x
/// @param fd     descriptor of the file, for clients; -1 where there are none (a bench)
public record SharedPages(MemorySegment memory, int fd) {}
