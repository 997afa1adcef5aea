/// Capture files: writing pcapng, and a backend that replays one capture and records another.
///
/// Front class: [dev.doorbell.backend.pcap.PcapBackend].
///
/// The formats are those of draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. Files are regular
/// files and are read and written by the loop's own thread, in large pieces: that may wait for the
/// disk.
@NullMarked
package dev.doorbell.backend.pcap;

import org.jspecify.annotations.NullMarked;
