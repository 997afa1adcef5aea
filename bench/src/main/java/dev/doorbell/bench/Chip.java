package dev.doorbell.bench;

/// The cards that are measured.
public enum Chip {
    E1000,
    IGB
}
