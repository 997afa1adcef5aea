package dev.doorbell.backend.pcap;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Opens capture files: finds out their format, and says what is wrong with those that are none.
final class CaptureFile {
    private static final int MAGIC_BYTES = 12; // enough to tell; the shortest pcapng block

    private static final int GZIP = 0x8B1F;
    private static final int ZSTD = 0xFD2F_B528;
    private static final int LZ4 = 0x184D_2204;

    private CaptureFile() {}

    /// Opens a capture at its first frame.
    ///
    /// @throws IOException when it is none or cannot be read; the message says what and what to do,
    ///     without the file's name: `"does not exist: check the path"`
    static CaptureReader open(Path path) throws IOException {
        if (!Files.exists(path)) throw new IOException("does not exist: check the path");
        if (!Files.isRegularFile(path))
            throw new IOException("is no regular file: store the capture in one, a replay must never wait for bytes");
        CaptureWindow window = null;
        boolean done = false;
        try {
            window = new CaptureWindow(path);
            CaptureReader reader = recognized(window);
            done = true;
            return reader;
        } catch (AccessDeniedException e) {
            throw new IOException("may not be read by this user: chmod it, or copy it to a file of yours", e);
        } finally {
            if (!done && window != null) window.close();
        }
    }

    private static CaptureReader recognized(CaptureWindow window) throws IOException {
        if (window.refill() < MAGIC_BYTES)
            throw new IOException("is no capture, it has " + window.available() + " bytes: record one with tcpdump -w");
        int magic = window.get32(0);
        if (PcapReader.isMagic(magic)) return PcapReader.open(window);
        if (PcapngReader.isMagic(magic)) return PcapngReader.open(window);
        if ((magic & 0xFFFF) == GZIP || magic == ZSTD || magic == LZ4)
            throw new IOException("is compressed: decompress it first, with gunzip, unzstd or unlz4");
        throw new IOException("is no capture in the pcap or pcapng format: convert it with editcap");
    }
}
