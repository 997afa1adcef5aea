package dev.doorbell.backend.afxdp;

import dev.doorbell.backend.SideAgent;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.xdp.XdpPort;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// Calls the kernel for some sockets of a card, on a thread of its own: in copy mode the kernel's whole
/// transmit path runs in the call that wakes it, and with busy polling its receive path, too.
///
/// Two threads: the card's has the rings and asks ([WakeRequest]), this agent's calls the kernel. What
/// they share is a few words, no lock: a request is a count that the card raises, and the announcement
/// of a sleep a flag. Each side stores its own word before it loads the other's, both as volatile
/// ones, so that one of the two sees what the other did: either the agent sees the request before it
/// sleeps, or the card sees the sleep and ends it.
final class KernelWaker implements SideAgent {
    /// When the kernel is asked again after it sent nothing though frames are left.
    static final long AGAIN_NS = 50_000;

    private static final WakeRequest[] NONE = {};
    private static final VarHandle ASLEEP;

    static {
        try {
            ASLEEP = MethodHandles.lookup().findVarHandle(KernelWaker.class, "asleep", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final int wakeFd;
    private volatile WakeRequest[] requests = NONE; // copied when it changes: the card's thread does
    private volatile boolean retired;

    @SuppressWarnings("unused") // through ASLEEP
    private volatile boolean asleep;

    private boolean closed; // the agent's thread

    /// @param name for its thread
    KernelWaker(String name) throws SystemCallException {
        this.name = name;
        wakeFd = SystemCallException.check("eventfd(2)", EventFd.create());
    }

    // ---- the card's thread

    /// Takes over the calls for a socket, until [WakeRequest#forget].
    WakeRequest serve(XdpPort port) {
        WakeRequest request = new WakeRequest(this, port);
        WakeRequest[] more = Arrays.copyOf(requests, requests.length + 1);
        more[more.length - 1] = request;
        requests = more;
        return request;
    }

    void forget(WakeRequest request) {
        requests = Arrays.stream(requests).filter(r -> r != request).toArray(WakeRequest[]::new);
    }

    /// There is a request.
    void wake() {
        // The request was stored before this load, see above. Setting the flag back saves the others'
        // calls.
        if ((boolean) ASLEEP.getVolatile(this) && (boolean) ASLEEP.compareAndSet(this, true, false))
            EventFd.signal(wakeFd);
    }

    /// There will be no more requests.
    void retire() {
        retired = true;
        EventFd.signal(wakeFd);
    }

    // ---- the agent's thread

    @Override
    public String roleName() {
        return name;
    }

    @Override
    public int doWork() {
        int work = 0;
        for (WakeRequest request : requests) work += request.serve();
        return work;
    }

    @Override
    public long rest() {
        ASLEEP.setVolatile(this, true); // before the requests are looked at, see above
        if (retired) return 0;
        long longestNs = Long.MAX_VALUE;
        for (WakeRequest request : requests) {
            if (request.isNew()) return 0;
            if (request.isOpen()) longestNs = AGAIN_NS;
        }
        return longestNs;
    }

    @Override
    public int wakeFd() {
        return closed ? -1 : wakeFd;
    }

    @Override
    public void awake() {
        ASLEEP.setVolatile(this, false);
        EventFd.drain(wakeFd);
    }

    @Override
    public boolean isRetired() {
        return retired;
    }

    /// After the backend has retired it, and when no thread steps it any more. Idempotent.
    @Override
    public void close() {
        if (!closed) Files.close(wakeFd);
        closed = true;
    }
}
