package dev.doorbell.story.igb;

import dev.doorbell.device.igb.rate.TransmitArbiter;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.VirtualTimeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The arbiter alone, with its registers: the test is the transmitter that asks it, and the host that
/// may be late.
final class RateBench {
    static final int RS_ENA = 1 << 31;
    static final int ONE = 1 << 14; // rate factor 1.0

    /// Frames in one [#sendDue] at most: more would be a queue without limit, and a test's mistake.
    private static final int LIMIT_FRAMES = 1_000_000;

    /// A frame's start, in card time.
    record Start(int queue, long ns) {}

    final VirtualTimeline time = new VirtualTimeline(1_000_000_000);
    final RegisterFile registers = new RegisterFile(IgbRegister.values(), IgbRegister.SPACE_BYTES);
    final TransmitArbiter arbiter;
    final List<Start> starts = new ArrayList<>();
    final int[] backlogFrames = new int[TransmitArbiter.QUEUES];
    final int[] frameBytes = new int[TransmitArbiter.QUEUES];
    int linkMbps = 1000;
    int eased;

    RateBench() {
        this(false);
    }

    RateBench(boolean lineRate, Long... operatorRates) {
        arbiter = new TransmitArbiter(registers, time, () -> linkMbps, lineRate, List.of(operatorRates));
        arbiter.onEased(() -> eased++);
        Arrays.fill(frameBytes, 1000);
    }

    int read(IgbRegister register) {
        return registers.read(register.spec().offset());
    }

    void write(IgbRegister register, int value) {
        registers.write(register.spec().offset(), value);
    }

    /// Programs a queue in the order in which the Linux driver does.
    ///
    /// @param factor as RTTBCNRC has it, without RS_ENA
    void limit(int queue, int factor) {
        write(IgbRegister.RTTDQSEL, queue);
        write(IgbRegister.RTTBCNRC, RS_ENA | factor);
    }

    /// As the Linux driver computes it.
    int factorFor(long mbps) {
        return (int) (linkMbps * 16384L / mbps);
    }

    void unlimit(int queue) {
        write(IgbRegister.RTTDQSEL, queue);
        write(IgbRegister.RTTBCNRC, 0);
    }

    /// MMW_SIZE, in KB.
    void window(int kilobytes) {
        write(IgbRegister.RTTBCNRM, kilobytes);
    }

    /// The doorbell: so many more frames of `bytes` each.
    void ring(int queue, int frames, int bytes) {
        if (backlogFrames[queue] == 0) arbiter.backlogged(queue, time.nowNs());
        backlogFrames[queue] += frames;
        frameBytes[queue] = bytes;
    }

    private int backlog() {
        int queues = 0;
        for (int queue = 0; queue < backlogFrames.length; queue++) if (backlogFrames[queue] > 0) queues |= 1 << queue;
        return queues;
    }

    /// Sends what is due now, as a transmitter that is asked now.
    ///
    /// @return frames
    int sendDue() {
        int frames = 0;
        for (int queue = pick(); queue != TransmitArbiter.NONE; queue = pick()) {
            if (++frames > LIMIT_FRAMES) throw new AssertionError("the arbiter lets everything through");
            starts.add(new Start(queue, arbiter.pickedNs()));
            arbiter.started(queue, frameBytes[queue]);
            backlogFrames[queue]--;
        }
        return frames;
    }

    private int pick() {
        return arbiter.pick(backlog(), time.nowNs());
    }

    /// Time passes on a host that is never late: it wakes at every deadline and at no other time.
    ///
    /// @return times that it woke
    int advance(long ns) {
        long untilNs = time.nowNs() + ns;
        int wakes = 0;
        sendDue();
        for (long nextNs = next(); nextNs <= untilNs; nextNs = next()) {
            time.advanceTo(nextNs, 1000);
            wakes++;
            if (sendDue() == 0) throw new AssertionError("woken at " + nextNs + " for nothing");
        }
        time.advanceTo(untilNs, 1000);
        return wakes;
    }

    /// Time passes on a host that looks only at the end.
    void sleepThrough(long ns) {
        time.advance(ns);
        sendDue();
    }

    private long next() {
        return arbiter.nextNs(backlog());
    }

    /// When the frames of `queue` started.
    long[] startsOf(int queue) {
        return starts.stream()
                .filter(s -> s.queue == queue)
                .mapToLong(Start::ns)
                .toArray();
    }

    /// The queues in the order in which their frames started.
    int[] order() {
        return starts.stream().mapToInt(Start::queue).toArray();
    }

    static long[] gaps(long[] starts) {
        long[] gaps = new long[starts.length - 1];
        for (int i = 0; i < gaps.length; i++) gaps[i] = starts[i + 1] - starts[i];
        return gaps;
    }
}
