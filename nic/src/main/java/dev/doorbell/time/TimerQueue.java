package dev.doorbell.time;

/// The timers of one timeline as a binary heap over (deadline, order of arming). Allocates only when timers are made.
abstract sealed class TimerQueue implements Timeline permits WallTimeline, VirtualTimeline {
    private Node[] heap = new Node[16];
    private int armed;
    private int made;
    private long sequence;

    @Override
    public final Timer timer(String name, Runnable action) {
        made++;
        if (made > heap.length) heap = java.util.Arrays.copyOf(heap, 2 * heap.length);
        return new Node(name, action);
    }

    /// Whether a timer is armed at all.
    public final boolean hasDeadline() {
        return armed > 0;
    }

    /// The earliest deadline; meaningless unless [#hasDeadline()].
    public final long nextDeadlineNs() {
        return armed > 0 ? heap[0].deadlineNs : Long.MAX_VALUE;
    }

    /// Runs the earliest timer if it is due at `nowNs`.
    final boolean runOne(long nowNs) {
        if (armed == 0 || heap[0].deadlineNs - nowNs > 0) return false;
        Node due = heap[0];
        removeAt(0);
        due.action.run();
        return true;
    }

    private void removeAt(int index) {
        Node gone = heap[index];
        gone.at = -1;
        armed--;
        if (index != armed) {
            place(heap[armed], index);
            siftDown(index);
            siftUp(heap[index].at);
        }
        heap[armed] = gone; // keeps the array free of nulls; the slot is beyond the end
    }

    private void siftUp(int from) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!heap[at].before(heap[parent])) return;
            swap(at, parent);
            at = parent;
        }
    }

    private void siftDown(int from) {
        int at = from;
        while (true) { // bounded by the heap's depth
            int least = 2 * at + 1;
            if (least >= armed) return;
            if (least + 1 < armed && heap[least + 1].before(heap[least])) least++;
            if (!heap[least].before(heap[at])) return;
            swap(at, least);
            at = least;
        }
    }

    private void swap(int a, int b) {
        Node first = heap[a];
        place(heap[b], a);
        place(first, b);
    }

    private void place(Node node, int index) {
        heap[index] = node;
        node.at = index;
    }

    private final class Node implements Timer {
        private final String name;
        private final Runnable action;
        private long deadlineNs;
        private long order;
        private int at = -1; // place in the heap, -1 when disarmed

        Node(String name, Runnable action) {
            this.name = name;
            this.action = action;
        }

        boolean before(Node other) {
            long gapNs = deadlineNs - other.deadlineNs; // deadlines lie within half the number range of each other
            return gapNs != 0 ? gapNs < 0 : order < other.order;
        }

        @Override
        public void armAt(long newDeadlineNs) {
            if (at >= 0) removeAt(at);
            deadlineNs = newDeadlineNs;
            order = sequence++;
            place(this, armed);
            armed++;
            siftUp(at);
        }

        @Override
        public void disarm() {
            if (at >= 0) removeAt(at);
        }

        @Override
        public boolean isArmed() {
            return at >= 0;
        }

        @Override
        public long deadlineNs() {
            return deadlineNs;
        }

        @Override
        public String toString() {
            return name + (at >= 0 ? "@" + deadlineNs : " (disarmed)");
        }
    }
}
