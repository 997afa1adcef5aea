package dev.doorbell.bench;

import com.sun.management.ThreadMXBean;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.afxdp.AfXdpBackend;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.lab.world.VethPair;
import dev.doorbell.linux.Threads;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// The least loop around our AF_XDP backend, in a JVM of its own: see [AfXdpAnswering].
public final class AfXdpLoop {
    /// What `afxdp.c` and testpmd send: UDP to a station that is not there; zeros follow.
    private static final String FRAME =
            "0200000000000200000000010800" + "45000032000000004011ee93c6120001c612000200090009001e0000";
    private static final int BUFFER_BYTES = 2048;
    private static final int SLICES_PER_FRAME = 2;
    private static final long LONG_RUN_NS = 100_000; // another one had the processor
    private static final int ROUNDS_PER_CLOCK = 256;
    private static final int COPY_CHUNKS = AfXdpRow.BATCH_FRAMES; // the backend takes those first that came back last
    private static final long COPY_FRAMES = 20_000_000;
    private static final String COPY = "copy";

    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong busyNs = new AtomicLong();
    private final AtomicLong busyFrames = new AtomicLong();
    private volatile boolean timed;
    private final WallTimeline time = new WallTimeline();
    private final FrameBackend backend;
    private final FrameBatch batch = new FrameBatch(AfXdpRow.BATCH_FRAMES, AfXdpRow.BATCH_FRAMES * SLICES_PER_FRAME, 0);
    private int sent; // of the batch

    private AfXdpLoop(String mode) throws IOException, OptionException {
        String options = "af-xdp,id=bench,ifname=" + VethPair.NEAR + ",mode=" + mode;
        backend = AfXdpBackend.open((BackendOptions.AfXdp) BackendOptions.parse(options), time);
    }

    /// The words that start it for a row.
    static List<String> command(AfXdpRow row) {
        return java(row.work().toString(), row.mode());
    }

    /// What one copy of a frame into the kernel's memory costs, measured apart: gathered from a batch as the backend
    /// does, into as many chunks as are under way.
    ///
    /// @return nanoseconds per frame
    static double copyNs() throws IOException, InterruptedException {
        return Double.parseDouble(CProgram.output(java(COPY)).getFirst());
    }

    private static List<String> java(String... words) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(WatchedServe.JVM_WORDS);
        String more = System.getProperty("doorbell.bench.jvm", ""); // to look closer
        if (!more.isEmpty()) command.addAll(List.of(more.split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AfXdpLoop.class.getName()));
        command.addAll(List.of(words));
        return command;
    }

    public static void main(String[] words) throws IOException, OptionException {
        if (words[0].equals(COPY)) {
            System.out.println(copyPassNs());
            return;
        }
        AfXdpLoop loop = new AfXdpLoop(words[1]);
        long loopThread = Thread.currentThread().threadId();
        Thread answers = new Thread(() -> loop.answer(loopThread), "answers");
        answers.setDaemon(true);
        answers.start();
        Threads.pin(AfXdpRow.CPU);
        System.out.println("ready");
        loop.run(AfXdpRow.Work.valueOf(words[0].toUpperCase(Locale.ROOT)));
    }

    private void answer(long loopThread) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try {
            for (int asked = System.in.read(); asked >= 0; asked = System.in.read()) {
                if (asked == 't') timed = true;
                long allocated = threads.getThreadAllocatedBytes(loopThread);
                System.out.println(frames + " " + runs + " " + allocated + " " + busyNs + " " + busyFrames);
                System.out.flush();
            }
        } catch (IOException e) {
            throw new IllegalStateException("standard input", e);
        }
        System.exit(0);
    }

    /// Until standard input ends.
    private void run(AfXdpRow.Work work) {
        for (; ; ) {
            boolean clock = timed;
            for (int i = 0; i < ROUNDS_PER_CLOCK; i++) {
                long startNs = clock ? System.nanoTime() : 0;
                int moved = switch (work) {
                    case TRANSMIT -> transmit();
                    case RECEIVE -> receive();
                    case FORWARD -> forward();
                };
                if (moved == 0) continue;
                if (clock) timed(System.nanoTime() - startNs, moved);
                frames.lazySet(frames.get() + moved);
                runs.lazySet(runs.get() + 1);
            }
            time.runDue();
        }
    }

    private void timed(long ns, int moved) {
        if (ns >= LONG_RUN_NS) return;
        busyNs.lazySet(busyNs.get() + ns);
        busyFrames.lazySet(busyFrames.get() + moved);
    }

    /// The same frames again and again, as `afxdp.c` has it.
    private int transmit() {
        if (batch.size() == 0) fill(batch);
        if (sent == batch.size()) sent = 0;
        int taken = backend.transmit(batch, sent);
        sent += taken;
        return taken;
    }

    /// The frame that `afxdp.c` and testpmd send, a buffer each.
    private static void fill(FrameBatch batch) {
        MemorySegment buffers = Arena.global().allocate((long) batch.capacity() * BUFFER_BYTES, 64);
        MemorySegment frame = MemorySegment.ofArray(HexFormat.of().parseHex(FRAME));
        for (int i = 0; i < batch.capacity(); i++) {
            long at = (long) i * BUFFER_BYTES;
            MemorySegment.copy(frame, 0, buffers, at, frame.byteSize());
            batch.beginFrame();
            batch.addSlice(buffers, at, AfXdpRow.FRAME_BYTES);
            batch.endFrame();
        }
    }

    private int receive() {
        batch.clear();
        return backend.receive(batch);
    }

    /// What arrived stays valid until the next receive, so that comes only when all has left.
    private int forward() {
        if (sent < batch.size()) {
            sent += backend.transmit(batch, sent);
            return 0;
        }
        int arrived = receive();
        sent = arrived == 0 ? 0 : backend.transmit(batch, 0);
        return arrived;
    }

    private static double copyPassNs() throws IOException {
        Threads.pin(AfXdpRow.CPU);
        FrameBatch batch = new FrameBatch(AfXdpRow.BATCH_FRAMES, AfXdpRow.BATCH_FRAMES, 0);
        fill(batch);
        MemorySegment chunks = Arena.global().allocate((long) COPY_CHUNKS * BUFFER_BYTES, 4096);
        copy(batch, chunks, COPY_FRAMES); // compiles
        long startNs = System.nanoTime();
        copy(batch, chunks, COPY_FRAMES);
        return (double) (System.nanoTime() - startNs) / COPY_FRAMES;
    }

    private static void copy(FrameBatch batch, MemorySegment chunks, long count) {
        int chunk = 0;
        for (long done = 0; done < count; done += batch.size())
            for (int frame = 0; frame < batch.size(); frame++) {
                batch.copyTo(frame, 0, AfXdpRow.FRAME_BYTES, chunks, (long) chunk * BUFFER_BYTES);
                chunk = (chunk + 1) % COPY_CHUNKS;
            }
    }
}
