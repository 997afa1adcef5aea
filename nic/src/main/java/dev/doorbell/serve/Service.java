package dev.doorbell.serve;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.Backends;
import dev.doorbell.backend.SideAgent;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.NetworkCard;
import dev.doorbell.output.Json;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserCounter;
import dev.doorbell.vfiouser.VfioUserServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Cards on their sockets, with the threads that run them: what `serve`, `demo` and `vm` have in common.
///
/// Opened, then started, then stopped or closed; each once. A card that fails ends alone, and its
/// [Operator] is told.
public final class Service implements AutoCloseable {
    /// Who wants to know what happens; any thread.
    public interface Operator {
        /// Something worth a line.
        void notice(String line);

        /// A card has failed and is gone; the others go on.
        void cardEnded(String id, Throwable cause);
    }

    /// A card as counters see it: its tables and totals may be read by any thread.
    ///
    /// @param index   place on the command line
    /// @param backend of the backend and its filters, by their ids
    public record Part(
            int index,
            DeviceOptions options,
            CounterTable<VfioUserCounter> server,
            NetworkCard card,
            Map<String, CounterTable<BackendCounter>> backend) {}

    private final List<Part> parts = new ArrayList<>();
    private final List<CardLoop> loops = new ArrayList<>();
    private final IdentityHashMap<ServedCard, List<? extends SideAgent>> agents = new IdentityHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<SideLoop> sideLoops = new ArrayList<>();
    private final List<Thread> sideThreads = new ArrayList<>();
    private final List<ServedCard> notStarted = new ArrayList<>();
    private final Operator operator;
    private final CountDownLatch running;
    private volatile boolean failed;

    private Service(Operator operator, int loops) {
        this.operator = operator;
        running = new CountDownLatch(loops);
    }

    /// Opens sockets and backends; nothing runs yet. When one cannot be opened, all are closed again.
    public static Service open(Wiring wiring, Operator operator) throws IOException {
        List<List<Integer>> groups = wiring.loops();
        Service service = new Service(operator, groups.size());
        try {
            for (List<Integer> group : groups) service.openLoop(wiring, group);
            service.parts.sort(Comparator.comparingInt(Part::index));
        } catch (IOException | RuntimeException | Error e) {
            service.close();
            throw e;
        }
        return service;
    }

    private void openLoop(Wiring wiring, List<Integer> group) throws IOException {
        WallTimeline timeline = new WallTimeline();
        Backends backends = new Backends(timeline, timeline.epochOffsetNs(), operator::notice);
        List<ServedCard> cards = new ArrayList<>();
        StringBuilder name = new StringBuilder("card");
        for (int index : group) {
            ServedCard card = openCard(wiring, index, timeline, backends);
            cards.add(card);
            notStarted.add(card);
            name.append(' ').append(card.id());
        }
        CardLoop loop = new CardLoop(timeline, cards, this::cardFailed);
        loops.add(loop);
        threads.add(new Thread(() -> run(loop), name.toString()));
        for (ServedCard card : cards)
            for (SideAgent agent : agents.getOrDefault(card, List.of())) {
                SideLoop beside = new SideLoop(agent, cause -> loop.fail(card, cause));
                sideLoops.add(beside);
                sideThreads.add(new Thread(beside, "card " + card.id() + " " + agent.roleName()));
            }
    }

    private ServedCard openCard(Wiring wiring, int index, WallTimeline timeline, Backends backends) throws IOException {
        DeviceOptions device = wiring.devices().get(index);
        Backends.Opened opened = backends.open(
                wiring.backends().get(index),
                wiring.filters().get(index),
                wiring.threads().get(index));
        PatientBackend backend = new PatientBackend(opened.backend(), timeline);
        SharedMemory shared = null;
        try {
            shared = SharedMemory.open(device.card().sharedBytes());
            NetworkCard card = device.card().build(timeline, backend, shared.pages());
            VfioUserServer server = new VfioUserServer(device.socket(), new PciEndpoint(card), timeline);
            parts.add(new Part(index, device, server.counters(), card, opened.counters()));
            ServedCard served = new ServedCard(device.id(), server, card, backend, shared, timeline);
            agents.put(served, opened.agents());
            return served;
        } catch (IOException | RuntimeException | Error e) {
            backend.close();
            opened.agents().forEach(SideAgent::close);
            if (shared != null) shared.close();
            throw e;
        }
    }

    /// Lets the cards run, each loop on a thread of its own.
    public void start() {
        notStarted.clear(); // from here on each loop closes its own
        sideThreads.forEach(Thread::start);
        threads.forEach(Thread::start);
    }

    private void run(CardLoop loop) {
        try {
            loop.run();
        } finally {
            running.countDown();
        }
    }

    private void cardFailed(ServedCard card, Throwable e) {
        failed = true;
        operator.cardEnded(card.id(), e);
    }

    /// Asks every loop to end; any thread, at any time.
    public void stop() {
        loops.forEach(CardLoop::stop);
    }

    /// Waits until no card is left or the time is up.
    ///
    /// @param ns 0 waits for ever
    /// @return whether no card is left
    public boolean await(long ns) throws InterruptedException {
        if (ns > 0) return running.await(ns, TimeUnit.NANOSECONDS);
        running.await();
        return true;
    }

    /// Whether a card ended by a failure.
    public boolean failed() {
        return failed;
    }

    /// The cards in the order of the command line.
    public List<Part> parts() {
        return parts;
    }

    /// Everything that was counted, as one JSON object:
    /// `{"version":...,"cards":[{"id":...,"card":{...},...}]}`.
    ///
    /// @param version of this program
    public String countersAsJson(String version) {
        Json json = new Json().beginObject().field("version", version).beginArray("cards");
        for (Part part : parts) {
            json.beginObject()
                    .field("id", part.options().id())
                    .field("socket", part.options().socket());
            json.field("netdev", part.options().netdev());
            table(json, "card", part.card().counters());
            json.beginObject("backends");
            part.backend().forEach((id, counters) -> table(json, id, counters));
            json.end();
            table(json, "vfio_user", part.server());
            json.end();
        }
        return json.end().end().toString();
    }

    private static void table(Json json, String name, CounterTable<?> table) {
        json.beginObject(name);
        table.forEach((label, value) -> json.field(label, value));
        json.end();
    }

    @Override
    public void close() {
        end();
    }

    /// Stops what runs and closes everything: no socket and no tap is left behind. What was counted stays
    /// readable. Idempotent.
    public void end() {
        stop();
        for (Thread thread : threads) join(thread); // closes the backends, which ends the loops beside
        sideLoops.forEach(SideLoop::stop);
        for (Thread thread : sideThreads) join(thread);
        notStarted.forEach(ServedCard::close);
        notStarted.clear();
        loops.forEach(CardLoop::release);
        for (List<? extends SideAgent> ended : agents.values()) ended.forEach(SideAgent::close);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
