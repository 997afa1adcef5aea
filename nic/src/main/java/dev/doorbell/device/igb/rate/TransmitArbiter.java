package dev.doorbell.device.igb.rate;

import static dev.doorbell.register.IgbBits.TXDCTL_PRIORITY;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.register.IgbRegister.TXPBS;

import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/// Which transmit queue may start its next frame, and when: the front of this package. Knows the rate
/// limiter of each queue, the operator's rates and, with `line-rate=on`, when the port is free.
/// Everything in the card's own time (nanoseconds of the timeline).
///
/// A host that runs late asks late: picks are then made at their due times, one after the other, so
/// that no time is lost. The memory window (MMW) bounds the credit of a queue's own idleness only.
/// That holds without bound: a process that was stopped for a second replays a second.
///
/// The picks of one instant go round-robin, queues with TXDCTL.PRIORITY first. Nothing is polled:
/// [#nextNs] says when it is worth to ask again. One thread: the card's loop.
public final class TransmitArbiter {
    /// No queue may start by the time asked for.
    public static final int NONE = -1;

    public static final int QUEUES = TransmitRateLimiter.QUEUES;

    /// Bytes of a frame's time on the wire beside its own: preamble with start delimiter 8, FCS 4, gap
    /// 12.
    private static final int OVERHEAD_BYTES = 24;

    /// The shortest frame on the wire, without FCS.
    private static final int SHORTEST_BYTES = 60;

    /// Frames of limited queues in a row, at most, while a queue without limit waits: a host too slow
    /// for the limits that the guest set must still serve the others.
    private static final int PATIENCE_FRAMES = 32;

    private final RegisterFile registers;
    private final Timeline time;
    private final IntSupplier linkMbps;
    private final boolean lineRate;
    private final TransmitRateLimiter guest;
    private final OperatorRates operator;
    private final long[] sinceNs = new long[QUEUES]; // nothing of the queue could start earlier
    private final CardTime gate = new CardTime();
    private Runnable lookAgain = () -> {};
    private long portFreeNs = Long.MIN_VALUE; // with line rate: end of the last frame and its gap
    private int picked = NONE;
    private long pickedNs;
    private int last = QUEUES - 1; // queue that sent last
    private int limitedTurns;

    /// @param linkMbps      the link's speed now: 10, 100 or 1000
    /// @param lineRate      whether the port transmits no faster than its link
    /// @param operatorRates bits per second of queue 0, 1 and so on, 0 for the guest's own; at most 16
    public TransmitArbiter(
            RegisterFile registers, Timeline time, IntSupplier linkMbps, boolean lineRate, List<Long> operatorRates) {
        this.registers = registers;
        this.time = time;
        this.linkMbps = linkMbps;
        this.lineRate = lineRate;
        guest = new TransmitRateLimiter(registers, time, linkMbps, this::eased);
        operator = new OperatorRates(time, this::eased);
        Arrays.fill(sinceNs, time.nowNs());
        for (int queue = 0; queue < operatorRates.size(); queue++) operator.set(queue, operatorRates.get(queue));
    }

    /// Names what is told that a queue may start earlier than [#nextNs] said: its limit is gone or was
    /// eased. It is called in the middle of a register write: it notes the fact, or arms a timer, and
    /// returns.
    public void onEased(Runnable action) {
        lookAgain = action;
    }

    /// Software reset: no limit but the operator's.
    public void reset() {
        guest.reset();
        picked = NONE;
        last = QUEUES - 1;
        limitedTurns = 0;
        for (int queue = 0; queue < QUEUES; queue++) backlogged(queue, time.nowNs());
    }

    /// The link came up at another speed: rate factors are relative to it.
    public void speedChanged() {
        guest.speedChanged();
    }

    /// Limits a queue whatever the guest programs or resets, from now on; the stricter of the two
    /// limits holds.
    ///
    /// @param queue         0 to 15
    /// @param bitsPerSecond of Layer-2 bytes without FCS, frames counting as at least 64; 0 leaves it
    ///     to the guest
    /// @throws IllegalArgumentException for other values
    public void operatorRate(int queue, long bitsPerSecond) {
        operator.set(queue, bitsPerSecond);
    }

    /// Whether frames of `queue` are spaced: it is limited, or the port keeps its line rate. A queue
    /// that is not may send whole batches after one pick.
    public boolean paces(int queue) {
        return lineRate || guest.of(queue).isOn() || operator.of(queue).isOn();
    }

    /// A queue that could not start a frame now can, as far as its limits go: the guest gave work to an
    /// empty one, enabled one, the link came up, the peer's pause ended. The time until then was the
    /// card's own and is idleness. Not for more work on top of some, and not when only the host or who
    /// takes the frames was late.
    ///
    /// @param atNs when: the doorbell's time
    public void backlogged(int queue, long atNs) {
        sinceNs[queue] = Math.max(sinceNs[queue], atNs);
    }

    /// The next queue that may start a frame by `nowNs`: the first in card time, round-robin among
    /// equals. Asking again without [#started] gives the same answer, unless the queue is not paced.
    ///
    /// @param backlog bit n: queue n has work and is enabled
    /// @return its number, or [#NONE]
    public int pick(int backlog, long nowNs) {
        picked = NONE;
        if (backlog == 0) return NONE;
        long atNs = nextNs(backlog);
        if (atNs > nowNs) return NONE;
        int overdue = limitedTurns < PATIENCE_FRAMES ? 0 : withoutLimit(backlog, nowNs);
        picked = nextInTurn(overdue != 0 ? overdue : mayStart(backlog, atNs));
        pickedNs = paces(picked) ? atNs : nowNs;
        if (!paces(picked)) takesAll(picked, nowNs);
        return picked;
    }

    /// A queue without any limit on a port without line rate: its turn is a whole batch, in no time,
    /// at the host's.
    private void takesAll(int queue, long nowNs) {
        // The next batch is no older than this one: what others are due until now comes first.
        sinceNs[queue] = nowNs;
        last = queue;
        limitedTurns = 0;
    }

    private int withoutLimit(int backlog, long nowNs) {
        int queues = 0;
        for (int rest = backlog; rest != 0; rest &= rest - 1) {
            int queue = Integer.numberOfTrailingZeros(rest);
            if (!paces(queue) && sinceNs[queue] <= nowNs) queues |= 1 << queue;
        }
        return queues;
    }

    /// Those of `backlog` that may start at `atNs`; when some have priority, only they. // TXDCTL[27],
    /// known by name
    private int mayStart(int backlog, long atNs) {
        int queues = 0;
        int preferred = 0;
        for (int rest = backlog; rest != 0; rest &= rest - 1) {
            int queue = Integer.numberOfTrailingZeros(rest);
            if (readyNs(queue) > atNs) continue;
            queues |= 1 << queue;
            if ((registers.get(TXDCTL, queue) & TXDCTL_PRIORITY) != 0) preferred |= 1 << queue;
        }
        return preferred != 0 ? preferred : queues;
    }

    private int nextInTurn(int queues) {
        int after = queues & (-2 << last);
        return Integer.numberOfTrailingZeros(after != 0 ? after : queues);
    }

    /// When the frame of the last pick starts: its due time, which a late host is past already. Of a
    /// queue that is not paced it is the time asked for.
    public long pickedNs() {
        return pickedNs;
    }

    /// The picked queue's frame started, at the time that the pick was for. Each segment of a
    /// segmented packet is a frame. For a queue that is not paced it need not be called.
    ///
    /// @param layer2Bytes without FCS and without padding
    public void started(int queue, int layer2Bytes) {
        if (!paces(queue)) return;
        assert queue == picked : "queue " + queue + " started, " + picked + " was picked";
        charge(queue, Math.max(layer2Bytes, TransmitRateLimiter.SHORTEST_BYTES));
        if (lineRate) portFreeNs = pickedNs + wireBytes(layer2Bytes) * byteNs();
        last = queue;
        limitedTurns++;
        picked = NONE;
    }

    /// The limits gate the fetch, not the wire: a frame passes them when it is due and then waits for
    /// the port in the transmit packet buffer. So neighbours on the wire cost no rate as long as they
    /// fit in there; what takes longer holds up the fetch itself. // after the X550's block
    private void charge(int queue, int lengthBytes) {
        gate.set(sinceNs[queue]);
        gate.latest(pickedNs - packetBufferBytes() * byteNs());
        guest.of(queue).hold(gate);
        operator.of(queue).hold(gate);
        guest.of(queue).passed(lengthBytes, gate, guest.windowBytes());
        operator.of(queue).passed(lengthBytes, gate, 0);
    }

    /// With shared doorbells the register is memory that a guest can write anything to.
    private long packetBufferBytes() {
        return (long) (registers.get(TXPBS) & TXPBS.spec().writable()) << 10;
    }

    /// A frame's place on the wire, in bytes: padded, with FCS, preamble and gap.
    private static long wireBytes(int layer2Bytes) {
        return (long) Math.max(layer2Bytes, SHORTEST_BYTES) + OVERHEAD_BYTES;
    }

    private long byteNs() {
        return 8000 / linkMbps.getAsInt();
    }

    /// When [#pick] may next find one of `backlog`, in the past when one waits already;
    /// `Long.MAX_VALUE` when no time will help. Changes earlier than that are told, see [#onEased].
    public long nextNs(int backlog) {
        long earliestNs = Long.MAX_VALUE;
        for (int rest = backlog; rest != 0; rest &= rest - 1)
            earliestNs = Math.min(earliestNs, readyNs(Integer.numberOfTrailingZeros(rest)));
        return Math.max(earliestNs, portFreeNs);
    }

    private long readyNs(int queue) {
        return Math.max(
                sinceNs[queue],
                Math.max(guest.of(queue).dueNs(), operator.of(queue).dueNs()));
    }

    /// A limit went that had held `queue` until `dueBeforeNs`: it could not start before that, or
    /// before now.
    private void eased(int queue, long dueBeforeNs) {
        backlogged(queue, Math.min(dueBeforeNs, time.nowNs()));
        lookAgain.run();
    }
}
