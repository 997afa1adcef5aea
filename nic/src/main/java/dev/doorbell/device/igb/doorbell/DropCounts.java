package dev.doorbell.device.igb.doorbell;

import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.SharedRegisterFile;

/// RQDPC, packets that a queue dropped for want of descriptors, in a shared page: a counter that a
/// guest's load should clear, and memory cannot.
///
/// Drivers add up what they read. So the page shows what one interval counted and is renewed when the
/// driver has begun another round through the statistics: Linux reads the RQDPC of its queues first and
/// then, by messages, the global counters with GPRC among them. Its sums are right, two seconds late.
/// // Linux igb_main.c, igb_update_stats
final class DropCounts {
    private static final int OWN = IgbRegister.RQDPC.spec().offset();
    private static final int ALIAS = IgbRegister.RQDPC_A.spec().offset();

    private final SharedRegisterFile registers;

    DropCounts(SharedRegisterFile registers) {
        this.registers = registers;
    }

    /// @return the queue whose RQDPC lies at `offset`, or -1
    static int queueOf(int offset) {
        int queue = element(offset - ALIAS, IgbRegister.RQDPC_A);
        return queue >= 0 ? queue : element(offset - OWN, IgbRegister.RQDPC);
    }

    private static int element(int distance, IgbRegister register) {
        int stride = register.spec().stride();
        return distance >= 0
                        && distance % stride == 0
                        && distance / stride < register.spec().count()
                ? distance / stride
                : -1;
    }

    boolean holds(int offset) {
        return queueOf(offset) >= 0;
    }

    /// A message reads the count: all that no message has read yet.
    int read(int offset) {
        int queue = queueOf(offset);
        int value = registers.load(offset) + registers.read(offset);
        show(queue, 0);
        return value;
    }

    /// The page shows from now on what was counted until now.
    void endInterval() {
        for (int queue = 0; queue < IgbRegister.QUEUES; queue++)
            show(queue, registers.read(IgbRegister.RQDPC.spec().offset(queue)));
    }

    private void show(int queue, int value) {
        registers.overwrite(IgbRegister.RQDPC.spec().offset(queue), value);
        if (queue < IgbRegister.RQDPC_A.spec().count())
            registers.overwrite(IgbRegister.RQDPC_A.spec().offset(queue), value);
    }
}
