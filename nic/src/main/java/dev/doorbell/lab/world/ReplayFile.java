package dev.doorbell.lab.world;

import dev.doorbell.lab.ExperimentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// A capture (pcap) of frames to the default station, evenly spaced, for a card to receive. A temporary
/// file, gone with this object.
public final class ReplayFile implements AutoCloseable {
    private static final int FRAMES = 1024; // a pass costs next to nothing beside them
    private static final int MAGIC = 0xA1B23C4D; // nanoseconds
    private static final int ETHERNET = 1; // link type
    private static final int HEADER_BYTES = 24;
    private static final int RECORD_BYTES = 16;
    private static final byte[] ADDRESSES = {
        0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 0x02, 0, 0, 0, 0, 1, (byte) 0x88, (byte) 0xB5
    };

    private final Path file;

    private ReplayFile(Path file) {
        this.file = file;
    }

    /// @param frameBytes of each frame, without FCS, 14 or more
    /// @param kpps       1000 frames a second
    public static ReplayFile of(int frameBytes, long kpps) throws ExperimentException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + FRAMES * (RECORD_BYTES + frameBytes))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65535)
                .putInt(ETHERNET);
        for (int i = 0; i < FRAMES; i++) {
            long atNs = i * 1_000_000L / kpps;
            bytes.putInt((int) (atNs / 1_000_000_000)).putInt((int) (atNs % 1_000_000_000));
            bytes.putInt(frameBytes).putInt(frameBytes).put(ADDRESSES);
            bytes.position(bytes.position() + frameBytes - ADDRESSES.length);
        }
        try {
            Path file = Files.createTempFile("doorbell-lab", ".pcap");
            Files.write(file, bytes.array());
            return new ReplayFile(file);
        } catch (IOException e) {
            throw new ExperimentException("no temporary file: " + e.getMessage(), e);
        }
    }

    /// The words of a backend that plays it for ever. Frames that nobody takes in time come late.
    public String netdev() {
        return "pcap,rx-file=" + file.toString().replace(",", ",,") + ",repeat=0,delay-ms=0";
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) { // a temporary file that stays harms nobody
            return;
        }
    }
}
