package dev.doorbell.cli.drive;

import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.output.Json;
import dev.doorbell.output.Table;
import java.util.Locale;

/// What a run of `drive` came to.
///
/// @param ns            from the first frame to the last
/// @param receivedBytes Layer-2 bytes, as the card delivered them
record DriveResult(
        DriveAction action,
        DriveLimits limits,
        long ns,
        long sent,
        long received,
        long receivedBytes,
        long missing,
        long damaged) {
    void print(NetworkDriver driver, long messages, Streams streams, boolean json) {
        driver.statistics().refresh();
        if (json) streams.out().println(asJson(driver, messages));
        else asTable(driver, messages, streams);
    }

    private long frames() {
        return action == DriveAction.TRANSMIT ? sent : received;
    }

    private long bytes() {
        return action == DriveAction.TRANSMIT ? sent * limits.frameBytes() : receivedBytes;
    }

    private double perSecond(double amount) {
        return amount * 1e9 / ns;
    }

    private double perFrame(long amount) {
        return (double) amount / frames();
    }

    private void asTable(NetworkDriver driver, long messages, Streams streams) {
        new Table(
                        streams.out(),
                        "action    ",
                        "frames    ",
                        "seconds",
                        "frames/s",
                        "Mb/s  ",
                        "doorbells/frame",
                        "messages/frame",
                        "interrupts",
                        "missing",
                        "damaged")
                .row(
                        action.name().toLowerCase(Locale.ROOT),
                        frames(),
                        ns / 1e9,
                        perSecond((double) frames()),
                        perSecond(bytes() * 8.0) / 1e6,
                        perFrame(driver.doorbells()),
                        perFrame(messages),
                        driver.interrupts(),
                        missing,
                        damaged);
        streams.out().println();
        Table counters = new Table(streams.out(), "counter of the card", "value");
        driver.statistics().forEach(counters::row);
    }

    private String asJson(NetworkDriver driver, long messages) {
        Json json = new Json().beginObject().field("action", action.name().toLowerCase(Locale.ROOT));
        json.field("frame_bytes", limits.frameBytes()).field("seconds", ns / 1e9);
        json.field("frames", frames()).field("bytes", bytes());
        json.field("frames_per_second", perSecond((double) frames()))
                .field("bits_per_second", perSecond(bytes() * 8.0));
        json.field("doorbells", driver.doorbells()).field("messages", messages);
        json.field("interrupts", driver.interrupts());
        json.field("missing", missing).field("damaged", damaged);
        json.beginObject("statistics");
        driver.statistics().forEach((name, value) -> json.field(name, value));
        return json.end().end().toString();
    }
}
