package dev.doorbell.guest;

import java.util.ArrayList;
import java.util.List;

/// Programs of the guest's cache, run on this machine: the world outside the card uses the same iperf3 as the guest.
final class HostTools {
    private HostTools() {}

    /// The words that run `program` (a path below the cache's root, such as `usr/bin/iperf3`).
    static String[] words(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "bash",
                "-c",
                "source \"$1/paths\"; shift; guest_program \"$@\"",
                "bash",
                GuestRequirements.folder().toString(),
                program));
        words.addAll(List.of(arguments));
        return words.toArray(String[]::new);
    }

    /// iperf3 of the cache.
    static String[] iperf3(String... arguments) {
        return words("usr/bin/iperf3", arguments);
    }
}
