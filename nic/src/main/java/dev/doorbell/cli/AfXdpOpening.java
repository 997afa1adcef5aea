package dev.doorbell.cli;

import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Failures;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.Limits;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XdpLink;
import dev.doorbell.linux.bpf.XdpProgram;
import dev.doorbell.linux.bpf.XskMap;
import dev.doorbell.linux.process.Account;
import dev.doorbell.linux.process.Capability;
import dev.doorbell.linux.process.Credentials;
import dev.doorbell.linux.process.ProcessImage;
import dev.doorbell.linux.xdp.XdpSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What `af-xdp-open` does with its privilege: program, map and sockets of an interface, and then
/// another program in its own place. Nothing is closed on the way out: the process ends or becomes
/// the other program, and either closes all.
final class AfXdpOpening {
    private static final String SOCKETS_VARIABLE = "DOORBELL_SOCK_FDS";
    private static final String SOCKETS_WORD = "{sock-fds}";

    private final String ifname;
    private final int startQueue;
    private final int queues;
    private final Streams streams;
    private final List<Integer> descriptors = new ArrayList<>(); // the sockets, then the link

    AfXdpOpening(String ifname, int startQueue, int queues, Streams streams) {
        this.ifname = ifname;
        this.startQueue = startQueue;
        this.queues = queues;
        this.streams = streams;
    }

    /// Makes the sockets and attaches the program.
    ///
    /// @param mode         native, then skb, when empty
    /// @param busyPollUs   0 for no busy polling
    void open(Optional<XdpProgram.Mode> mode, int busyPollUs, int busyPollBudget)
            throws CommandFailure, SystemCallException {
        int ifindex = checkedInterface();
        ProcessImage.restoreSignals();
        try {
            XskMap map = XskMap.create(startQueue + queues);
            for (int queue = startQueue; queue < startQueue + queues; queue++) {
                XdpSocket socket = XdpSocket.open();
                descriptors.add(socket.fd());
                map.put(queue, socket.fd());
                if (busyPollUs > 0)
                    SystemCallException.check(
                            "setsockopt(2) SO_PREFER_BUSY_POLL", socket.setBusyPoll(busyPollUs, busyPollBudget));
            }
            descriptors.add(attach(XdpProgram.load(map), ifindex, mode).fd());
        } catch (SystemCallException e) {
            if (e.errno() == Errno.EPERM) throw lacking(e);
            throw e;
        }
    }

    private int checkedInterface() throws CommandFailure {
        int ifindex = Interfaces.index(ifname);
        if (ifindex < 0)
            throw new CommandFailure(ifname + ": no such interface in this network namespace; ip link lists them");
        if (Interfaces.isUp(ifname) == 0)
            throw new CommandFailure(ifname + " is down; first: ip link set " + ifname + " up");
        int present = Interfaces.receiveQueues(ifname);
        if (startQueue + queues > present) {
            String asked =
                    queues == 1 ? "queue " + startQueue : "queues " + startQueue + " to " + (startQueue + queues - 1);
            throw new CommandFailure(
                    asked + " of " + ifname + ": it has " + present + ", from 0 on; more by: ethtool -L " + ifname
                            + " combined " + (startQueue + queues) + ", where its driver has more");
        }
        return ifindex;
    }

    private XdpLink attach(XdpProgram program, int ifindex, Optional<XdpProgram.Mode> mode)
            throws CommandFailure, SystemCallException {
        try {
            return program.attach(ifindex, mode.orElse(XdpProgram.Mode.NATIVE));
        } catch (SystemCallException e) {
            if (e.errno() == Errno.EPERM || e.errno() == Errno.ENODEV) throw e;
            if (e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST)
                throw new CommandFailure(ifname + " has an XDP program already, which stays: take it away (ip link set "
                        + ifname + " xdp off), or have its owner pin its map, and use serve with inhibit=on,map-path=");
            if (mode.isPresent()) throw refused(mode.get(), e);
            streams.err()
                    .println("doorbell: " + ifname + " refuses native mode (" + Errno.name(e.errno())
                            + "); it is skb mode then");
            return attach(program, ifindex, Optional.of(XdpProgram.Mode.SKB));
        }
    }

    private CommandFailure refused(XdpProgram.Mode mode, SystemCallException e) {
        String name = ifname + " refuses " + (mode == XdpProgram.Mode.SKB ? "skb" : "native") + " mode ("
                + Errno.name(e.errno()) + ")";
        return new CommandFailure(
                mode == XdpProgram.Mode.SKB
                        ? name + "; is the kernel older than 5.9?"
                        : name
                                + ": its driver has none, or the MTU is too large for it; use --mode skb or a smaller MTU");
    }

    /// Names the capabilities that are not there.
    private CommandFailure lacking(SystemCallException e) {
        long have = Credentials.effectiveCapabilities();
        List<String> missing = new ArrayList<>();
        for (Capability needed : List.of(Capability.CAP_NET_RAW, Capability.CAP_NET_ADMIN, Capability.CAP_BPF)) {
            boolean covered = needed == Capability.CAP_BPF && Capability.CAP_SYS_ADMIN.in(have);
            if (!needed.in(have) && !covered) missing.add(needed.name());
        }
        if (missing.isEmpty())
            return new CommandFailure(e.getMessage()
                    + ", though the capabilities are there: a container's or a user namespace's do not count");
        return new CommandFailure("opening sockets on " + ifname + " needs CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF, and "
                + String.join(", ", missing) + (missing.size() == 1 ? " is" : " are") + " not there: run it by sudo");
    }

    /// Has the command be able to lock so much memory.
    ///
    /// @param told whether the user said how much: less is a failure then, and else a line
    void raiseLockedMemory(long bytes, boolean told) throws CommandFailure, SystemCallException {
        int result = Limits.raiseLockedMemory(bytes);
        if (result != -Errno.EPERM) {
            SystemCallException.check("setrlimit(2) RLIMIT_MEMLOCK", result);
            return;
        }
        String limit = "the hard limit of locked memory is " + Limits.lockedMemoryBytes() + " bytes, and raising it to "
                + bytes + " needs CAP_SYS_RESOURCE";
        if (told) throw new CommandFailure(limit + "; or say less by --locked-memory");
        streams.err().println("doorbell: " + limit + "; going on with what there is");
    }

    /// Becomes the command.
    ///
    /// @return why not
    CommandFailure execute(String program, List<String> words, int firstFd, Optional<Account> account) {
        String sockets = IntStream.range(firstFd, firstFd + queues)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(":"));
        List<String> told =
                words.stream().map(word -> word.replace(SOCKETS_WORD, sockets)).toList();
        ProcessImage image = ProcessImage.of(program, told);
        image.environment(SOCKETS_VARIABLE, sockets);
        account.ifPresent(a -> {
            image.environment("HOME", a.home());
            image.environment("USER", a.name());
            image.environment("LOGNAME", a.name());
        });
        try {
            for (int i = 0; i < descriptors.size(); i++) image.inherit(descriptors.get(i), firstFd + i);
        } catch (SystemCallException e) {
            return new CommandFailure(e.getMessage() + "; say where others are free by --first-fd");
        }
        streams.out().flush();
        streams.err().flush();
        SystemCallException why = image.execute(account);
        if (why.errno() == Errno.EACCES) {
            String who = account.map(Account::name).orElse("this user");
            return new CommandFailure(who + " may not execute " + program + ": EACCES");
        }
        if (why.errno() == Errno.EPERM && account.isPresent())
            return new CommandFailure(
                    why.getMessage() + "; becoming " + account.get().name() + " needs CAP_SETUID and CAP_SETGID");
        return new CommandFailure(Failures.line(why));
    }
}
