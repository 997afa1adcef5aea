package dev.doorbell.cli;

import dev.doorbell.option.OptionException;

/// What `drive` can be asked to do.
enum DriveAction {
    TRANSMIT,
    RECEIVE,
    LOOPBACK,
    DMA_COPY,
    REGISTERS;

    static DriveAction parse(String word) throws OptionException {
        return switch (word) {
            case "transmit" -> TRANSMIT;
            case "receive" -> RECEIVE;
            case "loopback" -> LOOPBACK;
            case "registers" -> REGISTERS;
            case "dma-copy" -> DMA_COPY;
            case "forward" -> throw new OptionException("drive " + word + " is not built yet; there are " + words());
            default -> throw new OptionException("drive " + word + ": no such action; there are " + words());
        };
    }

    private static String words() {
        return "transmit, receive, loopback, dma-copy and registers";
    }
}
