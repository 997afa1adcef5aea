package dev.doorbell.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.doorbell.lab.world.VethPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The benchmark's parts on a real veth pair, so that they still work when somebody wants the figures.
@Tag("real")
class AfXdpContenderTest {
    private static final long WARM_UP_NS = 300_000_000;
    private static final long WINDOW_NS = 200_000_000;
    private static final List<AfXdpRow> ROWS = List.of(
            new AfXdpRow(AfXdpRow.Work.TRANSMIT, "skb"),
            new AfXdpRow(AfXdpRow.Work.RECEIVE, "skb"),
            new AfXdpRow(AfXdpRow.Work.FORWARD, "native"));

    @Test
    void plainCMovesFramesAndNothingIsLeftOfIt() throws Exception {
        try (CProgram program = program()) {
            for (AfXdpRow row : ROWS) moves(row, program, pair -> AfXdpAnswering.plainC(program, pair, row));
        }
        assertEquals(List.of(), namespaces());
    }

    @Test
    void ourBackendMovesFramesAndNothingIsLeftOfIt() throws Exception {
        try (CProgram program = program()) {
            AfXdpRow row = ROWS.getLast();
            moves(row, program, pair -> AfXdpAnswering.doorbell(pair, row));
        }
        assertEquals(List.of(), namespaces());
    }

    @Test
    void theLibraryForTestPmdCompiles() throws Exception {
        Path binary;
        try (CProgram library = new CProgram("skbmode.c", "-shared", "-fPIC")) {
            binary = library.binary();
            assertTrue(Files.exists(binary));
        }
        assertFalse(Files.exists(binary.getParent()));
    }

    private static void moves(AfXdpRow row, CProgram program, AfXdpContender.Start start) throws Exception {
        VethPair pair = pair();
        try (AfXdpContender contender = AfXdpContender.start(row, pair, start, program, WARM_UP_NS)) {
            AfXdpContender.Turn turn = contender.turn(WINDOW_NS);
            assertTrue(turn.framesPerSecond() > 1000, row + ": " + turn);
            assertTrue(turn.cpuNs() > 10, row + ": " + turn);
        } finally {
            pair.close();
        }
    }

    private static CProgram program() throws IOException, InterruptedException {
        try {
            return new CProgram("afxdp.c");
        } catch (Benchmark.UnavailableException e) {
            return abort(e.why());
        }
    }

    private static VethPair pair() {
        try {
            return Benchmark.cable(0, 1);
        } catch (Benchmark.UnavailableException e) {
            return abort(e.why());
        }
    }

    private static List<String> namespaces() throws IOException, InterruptedException {
        String ours = "doorbell-bench-" + ProcessHandle.current().pid() + "-";
        return CProgram.output(List.of("ip", "netns", "list")).stream()
                .filter(line -> line.startsWith(ours))
                .toList();
    }
}
