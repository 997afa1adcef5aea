package dev.doorbell.bench;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.SideAgent;
import dev.doorbell.backend.afxdp.AfXdpBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.lab.world.VethPair;
import dev.doorbell.linux.Poller;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/// Sends on two queues of a veth with one thread and with two, in turn, in a JVM of its own; a line
/// a turn: threads, frames, nanoseconds, processor time of the card's thread and of the other one.
final class AfXdpThreadsLoop {
    static final int QUEUES = 2;

    private static final int FRAME_BYTES = 64;
    private static final long SETTLE_NS = 300_000_000;
    private static final long LONGEST_WAIT_NS = 1_000_000; // as the card's loop
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private AfXdpThreadsLoop() {}

    static List<String> command(int samples, long windowNs) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(WatchedServe.JVM_WORDS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AfXdpThreadsLoop.class.getName()));
        command.addAll(List.of(String.valueOf(samples), String.valueOf(windowNs)));
        return command;
    }

    public static void main(String[] words) throws IOException, OptionException, InterruptedException {
        int samples = Integer.parseInt(words[0]);
        long windowNs = Long.parseLong(words[1]);
        for (int sample = -1; sample < samples; sample++) // the first one compiles
        for (int turn = 0; turn < 2; turn++) {
                String line = turn(1 + (sample + turn & 1), windowNs);
                if (sample >= 0) System.out.println(line);
            }
    }

    private static String turn(int threads, long windowNs) throws IOException, OptionException, InterruptedException {
        WallTimeline time = new WallTimeline();
        String options = "af-xdp,id=bench,queues=" + QUEUES + ",ifname=" + VethPair.NEAR;
        AfXdpBackend backend = AfXdpBackend.open((BackendOptions.AfXdp) BackendOptions.parse(options), time, threads);
        Thread other = new Thread(() -> {}); // where there is none
        for (SideAgent agent : backend.agents()) other = new Thread(() -> run(agent), agent.roleName());
        other.start();
        try {
            FrameBatch[] batches = new FrameBatch[QUEUES];
            for (int queue = 0; queue < QUEUES; queue++) batches[queue] = batch(queue);
            send(backend, batches, time, SETTLE_NS);
            long ownNs = CPU.getCurrentThreadCpuTime();
            long otherNs = threads == 1 ? 0 : CPU.getThreadCpuTime(other.threadId());
            long startNs = time.nowNs();
            long frames = send(backend, batches, time, windowNs);
            long ns = time.nowNs() - startNs;
            ownNs = CPU.getCurrentThreadCpuTime() - ownNs;
            otherNs = threads == 1 ? 0 : CPU.getThreadCpuTime(other.threadId()) - otherNs;
            return threads + " " + frames + " " + ns + " " + ownNs + " " + otherNs;
        } finally {
            backend.close();
            other.join();
            backend.agents().forEach(SideAgent::close);
        }
    }

    private static void run(SideAgent agent) {
        Poller poller = new Poller(1);
        poller.set(0, agent.wakeFd(), Poller.POLLIN);
        while (!agent.isRetired()) {
            if (agent.doWork() > 0) continue;
            long ns = agent.rest();
            if (ns > 0) poller.poll(ns == Long.MAX_VALUE ? -1 : ns);
            agent.awake();
        }
    }

    /// A batch of each queue in turn; what was not taken is offered again in the next turn.
    private static long send(AfXdpBackend backend, FrameBatch[] batches, WallTimeline time, long ns) {
        Poller poller = new Poller(1);
        int[] at = new int[batches.length];
        long sent = 0;
        long untilNs = time.nowNs() + ns;
        while (time.nowNs() < untilNs) {
            int taken = 0;
            for (int queue = 0; queue < batches.length; queue++) {
                int part = backend.transmit(batches[queue], at[queue]);
                at[queue] = (at[queue] + part) % batches[queue].size();
                taken += part;
            }
            sent += taken;
            time.runDue();
            if (taken > 0) continue;
            poller.set(0, backend.transmitFd(), Poller.POLLOUT);
            poller.poll(LONGEST_WAIT_NS);
        }
        return sent;
    }

    /// Frames that the far end's stack drops at once: to no station, of no protocol.
    private static FrameBatch batch(int queue) {
        FrameBatch batch = new FrameBatch(AfXdpRow.BATCH_FRAMES, AfXdpRow.BATCH_FRAMES, 0);
        MemorySegment memory = Arena.global().allocate((long) AfXdpRow.BATCH_FRAMES * FRAME_BYTES, 64);
        for (int i = 0; i < AfXdpRow.BATCH_FRAMES; i++) {
            long start = (long) i * FRAME_BYTES;
            memory.set(ValueLayout.JAVA_BYTE, start, (byte) 2);
            memory.set(ValueLayout.JAVA_BYTE, start + 6, (byte) 2);
            memory.set(ValueLayout.JAVA_BYTE, start + 12, (byte) 0x88);
            memory.set(ValueLayout.JAVA_BYTE, start + 13, (byte) 0xB5);
            batch.beginFrame();
            batch.addSlice(memory, start, FRAME_BYTES);
            batch.queue(batch.openFrame(), queue);
            batch.endFrame();
        }
        return batch;
    }
}
