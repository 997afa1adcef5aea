package dev.doorbell.linux.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.afxdp.VethNetwork;
import dev.doorbell.linux.Native;
import dev.doorbell.linux.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A BPF file system of one test, in a folder of its own, and what can be pinned there. Needs root;
/// a test without is skipped.
public final class BpfFileSystem {
    private static final int BPF_MAP_TYPE_ARRAY = 2;

    private BpfFileSystem() {}

    public static Path mount(Path folder) throws IOException {
        Files.createDirectory(folder);
        int result = VethNetwork.run(List.of("mount", "-t", "bpf", "doorbell", folder.toString()));
        assumeTrue(result == 0, "no BPF file system can be mounted here (needs root)");
        return folder;
    }

    public static void unmount(Path folder) {
        VethNetwork.require(List.of("umount", folder.toString()));
    }

    /// Pins any map, program or link.
    static void pin(int fd, Path path) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(
                    JAVA_LONG,
                    Bpf.PATHNAME,
                    Native.string(arena, path.toString()).address());
            attributes.set(JAVA_INT, Bpf.BPF_FD, fd);
            SystemCallException.check("BPF_OBJ_PIN " + path, Bpf.call(Bpf.BPF_OBJ_PIN, attributes));
        }
    }

    /// Makes a map of another kind.
    static int array() throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(JAVA_INT, Bpf.MAP_TYPE, BPF_MAP_TYPE_ARRAY);
            attributes.set(JAVA_INT, Bpf.KEY_SIZE, Integer.BYTES);
            attributes.set(JAVA_INT, Bpf.VALUE_SIZE, Integer.BYTES);
            attributes.set(JAVA_INT, Bpf.MAX_ENTRIES, 4);
            return SystemCallException.check("BPF_MAP_CREATE", Bpf.call(Bpf.BPF_MAP_CREATE, attributes));
        }
    }
}
