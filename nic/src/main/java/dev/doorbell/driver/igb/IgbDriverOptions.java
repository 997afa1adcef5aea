package dev.doorbell.driver.igb;

import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.ring.DriverRing;
import dev.doorbell.register.IgbRegister;

/// What [IgbDriver] can be told before it starts.
///
/// @param transmitQueues      1 to 16
/// @param receiveQueues       1 to 16; with several the card spreads IP traffic over them by its hash
///     (RSS)
/// @param ringEntries         descriptors of each ring: a multiple of 8, 8 to 4096
/// @param bufferBytes         bytes of each buffer: whole KiB, 1 to 16; longer frames take several
/// @param ownBuffers          whether rings have buffers; without, [DmaCopy] says where the bytes are
/// @param loopback            where frames turn round
/// @param interrupts          whether the card interrupts at all; without, the driver only looks at
///     memory
/// @param interruptsPerSecond most interrupts of each vector (EITR); 123 to 1000000, or 0: no limit
/// @param promiscuous         whether frames for other stations are received too
/// @param headWriteBack       whether the card reports sent frames by its head (TDWBAL) instead of in
///     descriptors
public record IgbDriverOptions(
        int transmitQueues,
        int receiveQueues,
        int ringEntries,
        int bufferBytes,
        boolean ownBuffers,
        Loopback loopback,
        boolean interrupts,
        int interruptsPerSecond,
        boolean promiscuous,
        boolean headWriteBack) {
    /// One queue each way, 256 descriptors, 2 KiB buffers, polling.
    public static final IgbDriverOptions DEFAULT =
            new IgbDriverOptions(1, 1, 256, 2048, true, Loopback.OFF, false, 0, true, false);

    private static final int US_PER_SECOND = 1_000_000;

    /// What EITR can hold: 13 bits of whole microseconds.
    public static final int LEAST_INTERRUPTS_PER_SECOND = 123;

    public static final int MOST_INTERRUPTS_PER_SECOND = US_PER_SECOND;

    /// What options of all chips mean for this one: one queue each way, and of [Moderation] the throttle,
    /// which is the one this chip has.
    public static IgbDriverOptions of(DriverOptions options) {
        IgbDriverOptions igb = DEFAULT.withRingEntries(options.ringEntries())
                .withBuffers(options.bufferBytes(), true)
                .withLoopback(options.loopback())
                .withPromiscuous(options.promiscuous());
        return options.interrupts() ? igb.withInterrupts(options.moderation().interruptsPerSecond()) : igb;
    }

    public IgbDriverOptions {
        checkQueues(transmitQueues);
        checkQueues(receiveQueues);
        if (ringEntries < 8 || ringEntries > 4096 || ringEntries % 8 != 0)
            throw new IllegalArgumentException("a ring has 8 to 4096 descriptors, a multiple of 8, not " + ringEntries);
        if (bufferBytes < 1024 || bufferBytes > 16384 || bufferBytes % 1024 != 0)
            throw new IllegalArgumentException("a buffer has 1 to 16 KiB, not " + bufferBytes + " bytes");
        intervalUs(interruptsPerSecond);
    }

    private static void checkQueues(int queues) {
        if (queues < 1 || queues > IgbRegister.QUEUES)
            throw new IllegalArgumentException("there are 1 to " + IgbRegister.QUEUES + " queues, not " + queues);
    }

    public IgbDriverOptions withQueues(int transmit, int receive) {
        return new IgbDriverOptions(
                transmit,
                receive,
                ringEntries,
                bufferBytes,
                ownBuffers,
                loopback,
                interrupts,
                interruptsPerSecond,
                promiscuous,
                headWriteBack);
    }

    public IgbDriverOptions withRingEntries(int entries) {
        return new IgbDriverOptions(
                transmitQueues,
                receiveQueues,
                entries,
                bufferBytes,
                ownBuffers,
                loopback,
                interrupts,
                interruptsPerSecond,
                promiscuous,
                headWriteBack);
    }

    /// @param own whether rings have buffers
    public IgbDriverOptions withBuffers(int bytes, boolean own) {
        return new IgbDriverOptions(
                transmitQueues,
                receiveQueues,
                ringEntries,
                bytes,
                own,
                loopback,
                interrupts,
                interruptsPerSecond,
                promiscuous,
                headWriteBack);
    }

    public IgbDriverOptions withLoopback(Loopback where) {
        return new IgbDriverOptions(
                transmitQueues,
                receiveQueues,
                ringEntries,
                bufferBytes,
                ownBuffers,
                where,
                interrupts,
                interruptsPerSecond,
                promiscuous,
                headWriteBack);
    }

    /// Interrupts on, at most `perSecond` of each vector; 0: no limit.
    public IgbDriverOptions withInterrupts(int perSecond) {
        return new IgbDriverOptions(
                transmitQueues,
                receiveQueues,
                ringEntries,
                bufferBytes,
                ownBuffers,
                loopback,
                true,
                perSecond,
                promiscuous,
                headWriteBack);
    }

    public IgbDriverOptions withPromiscuous(boolean all) {
        return new IgbDriverOptions(
                transmitQueues,
                receiveQueues,
                ringEntries,
                bufferBytes,
                ownBuffers,
                loopback,
                interrupts,
                interruptsPerSecond,
                all,
                headWriteBack);
    }

    public IgbDriverOptions withHeadWriteBack(boolean on) {
        return new IgbDriverOptions(
                transmitQueues,
                receiveQueues,
                ringEntries,
                bufferBytes,
                ownBuffers,
                loopback,
                interrupts,
                interruptsPerSecond,
                promiscuous,
                on);
    }

    /// Driver memory that rings and buffers take at most.
    public long memoryBytes() {
        long rings = transmitQueues + (long) receiveQueues;
        long ringBytes =
                (long) ringEntries * (DriverRing.DESCRIPTOR_BYTES + (ownBuffers ? bufferBytes : 0)) + 2L * 4096;
        return rings * ringBytes;
    }

    /// EITR.INTERVAL in microseconds.
    ///
    /// @throws IllegalArgumentException for a rate that it cannot hold
    static int intervalUs(int interruptsPerSecond) {
        if (interruptsPerSecond == 0) return 0;
        if (interruptsPerSecond < LEAST_INTERRUPTS_PER_SECOND || interruptsPerSecond > MOST_INTERRUPTS_PER_SECOND)
            throw new IllegalArgumentException(
                    "interrupts per second are 0 or 123 to 1000000, not " + interruptsPerSecond);
        return US_PER_SECOND / interruptsPerSecond;
    }

    /// The other way round.
    static int perSecond(int intervalUs) {
        return intervalUs == 0 ? 0 : US_PER_SECOND / intervalUs;
    }
}
