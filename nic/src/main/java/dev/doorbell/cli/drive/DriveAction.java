package dev.doorbell.cli.drive;

import dev.doorbell.option.OptionException;

/// What `drive` can be asked to do.
enum DriveAction {
    TRANSMIT,
    RECEIVE,
    LOOPBACK,
    DMA_COPY,
    KNOBS,
    FORWARD,
    REGISTERS;

    static DriveAction parse(String word) throws OptionException {
        return switch (word) {
            case "transmit" -> TRANSMIT;
            case "receive" -> RECEIVE;
            case "loopback" -> LOOPBACK;
            case "knobs" -> KNOBS;
            case "registers" -> REGISTERS;
            case "dma-copy" -> DMA_COPY;
            case "forward" -> FORWARD;
            default -> throw new OptionException("drive " + word + ": no such action; there are " + words());
        };
    }

    /// Whether frames move.
    boolean moves() {
        return this != KNOBS && this != REGISTERS;
    }

    private static String words() {
        return "transmit, receive, loopback, forward, dma-copy, knobs and registers";
    }
}
