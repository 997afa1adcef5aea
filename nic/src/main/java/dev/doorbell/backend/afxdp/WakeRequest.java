package dev.doorbell.backend.afxdp;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.xdp.ProducerRing;
import dev.doorbell.linux.xdp.XdpPort;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// What the thread of a card asks a [KernelWaker] to do for one socket: to have the kernel send what is
/// in its transmit ring, or poll the device for frames.
final class WakeRequest {
    /// Calls of the kernel in one step.
    static final int MAX_CALLS = 8;
    /// Of those for frames that the driver drops: each call gets past one.
    static final int MAX_DROPS = 64;

    private static final VarHandle ASKED;
    private static final VarHandle POLLS;
    private static final VarHandle CALLING;
    private static final VarHandle DROPS;
    private static final VarHandle TROUBLE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ASKED = lookup.findVarHandle(WakeRequest.class, "asked", int.class);
            POLLS = lookup.findVarHandle(WakeRequest.class, "polls", int.class);
            CALLING = lookup.findVarHandle(WakeRequest.class, "calling", int.class);
            DROPS = lookup.findVarHandle(WakeRequest.class, "drops", long.class);
            TROUBLE = lookup.findVarHandle(WakeRequest.class, "trouble", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int IDLE = 0;
    private static final int BUSY = 1;
    private static final int ENDED = 2;

    private final KernelWaker waker;
    private final XdpPort port;
    private final ProducerRing transmit;
    private final boolean copies; // the kernel sends in our calls only

    @SuppressWarnings("unused") // through ASKED; the card's thread
    private int asked;

    @SuppressWarnings("unused") // through POLLS; the card's thread
    private int polls;

    @SuppressWarnings("unused") // through CALLING; guards the port against being closed during a call
    private int calling;

    @SuppressWarnings("unused") // through DROPS; the agent's thread
    private long drops;

    @SuppressWarnings("unused") // through TROUBLE; the agent's thread sets it, the card's clears it
    private int trouble;

    private long dropsTaken; // the card's thread
    private int served; // the agent's thread; the count that was asked for when everything was sent
    private int seen; // the agent's thread; the count that was looked at
    private int polled; // the agent's thread; as served

    WakeRequest(KernelWaker waker, XdpPort port) {
        this.waker = waker;
        this.port = port;
        transmit = port.transmitRing();
        copies = !port.isZeroCopy();
    }

    // ---- the card's thread

    /// The transmit ring has more, and it was submitted. Never waits.
    void ask() {
        // volatile: the ring's index before it, and it before the load of the waker's flag
        ASKED.setVolatile(this, (int) ASKED.get(this) + 1);
        waker.wake();
    }

    /// The receive ring is empty, and the kernel is to poll the device for it. Never waits.
    void poll() {
        POLLS.setVolatile(this, (int) POLLS.get(this) + 1); // as in ask
        waker.wake();
    }

    /// Frames that the driver dropped since the last time.
    long takeDrops() {
        long now = (long) DROPS.getOpaque(this);
        long more = now - dropsTaken;
        dropsTaken = now;
        return more;
    }

    /// What a call answered that is about the interface, since the last time: 0 or a negated errno.
    int takeTrouble() {
        if ((int) TROUBLE.getOpaque(this) == 0) return 0;
        return (int) TROUBLE.getAndSet(this, 0);
    }

    /// Asks for nothing any more. No call begins after this, and none is under way: the socket may be
    /// closed. A call does not block, so the wait is short. Idempotent.
    @SuppressWarnings("ThreadPriorityCheck") // correct without the yield
    void forget() {
        waker.forget(this);
        while (!CALLING.compareAndSet(this, IDLE, ENDED)) {
            if ((int) CALLING.getAcquire(this) == ENDED) return;
            Thread.yield();
        }
    }

    // ---- the agent's thread

    /// Whether something was asked for since the last [#serve].
    boolean isNew() {
        boolean asked = (int) ASKED.getVolatile(this) != seen || (int) POLLS.getVolatile(this) != polled;
        return asked && (int) CALLING.getAcquire(this) != ENDED;
    }

    /// Whether the kernel has left something of what was asked for.
    boolean isOpen() {
        return seen != served;
    }

    /// Calls the kernel, a bounded number of times.
    ///
    /// @return calls that got on
    int serve() {
        int wanted = (int) ASKED.getAcquire(this); // acquire: the ring's index that came before it
        int wantedPolls = (int) POLLS.getOpaque(this);
        if (wanted == served && wantedPolls == polled) return 0;
        seen = wanted;
        boolean polling = wantedPolls != polled;
        polled = wantedPolls;
        if (!CALLING.compareAndSet(this, IDLE, BUSY)) { // the socket is gone, or is just going
            served = wanted;
            return 0;
        }
        try {
            int work = wanted == served ? 0 : send(wanted);
            if (!polling) return work;
            port.wakeReceive(); // what it found the receive ring shows
            return work + 1;
        } finally {
            CALLING.setRelease(this, IDLE);
        }
    }

    private int send(int wanted) {
        int before = transmit.pending();
        int calls = 0;
        for (int dropped = 0; calls < MAX_CALLS && dropped < MAX_DROPS; ) {
            int result = port.wakeTransmit();
            switch (result) {
                case 0, -Errno.EAGAIN, -Errno.ENOBUFS, -Errno.ENOMEM, -Errno.EINTR -> calls++;
                case -Errno.EBUSY -> { // the driver dropped a frame, and the kernel stopped there
                    DROPS.setOpaque(this, (long) DROPS.get(this) + 1);
                    dropped++;
                }
                default -> {
                    TROUBLE.setVolatile(this, result);
                    served = wanted; // the card's thread finds out what it means
                    return 1;
                }
            }
            if ((!copies && result == 0) || transmit.pending() <= 0) { // a driver is at it, or all is sent
                served = wanted;
                return 1;
            }
        }
        return transmit.pending() == before ? 0 : calls;
    }
}
