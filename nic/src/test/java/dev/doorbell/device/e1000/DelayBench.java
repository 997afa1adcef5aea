package dev.doorbell.device.e1000;

import dev.doorbell.device.interrupt.InterruptCauses;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.device.interrupt.InterruptThrottle;
import dev.doorbell.register.E1000Bits;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.VirtualTimeline;

/// What a delay timer needs around it, on virtual time.
final class DelayBench {
    final VirtualTimeline time = new VirtualTimeline(5_000_000);
    final RegisterFile registers = new RegisterFile(E1000Register.values(), E1000Register.SPACE_BYTES);
    final InterruptCauses causes =
            new InterruptCauses(new InterruptThrottle(time, level -> {}, 0, new InterruptGaps()), E1000Bits.ICR_ALL);
}
