package dev.doorbell.lab;

import java.util.Locale;

/// Where an experiment runs.
public enum Venue {
    /// In virtual time, in this process: the same bytes for the same values and seed, on any
    /// machine.
    VIRTUAL,
    /// In real time: our driver on a card of another process, across a vfio-user socket, or on
    /// whatever the experiment names.
    SOCKET,
    /// In real time: a stock guest on stock QEMU.
    GUEST;

    /// As the command line and the results write it: `virtual`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
