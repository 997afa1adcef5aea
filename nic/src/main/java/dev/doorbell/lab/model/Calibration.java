package dev.doorbell.lab.model;

/// Where the presets' costs come from: the four figures of July 2012, and nothing else but [Assumptions].
///
/// Two facts hold for each machine. *Without moderation* every packet is rung for and interrupts once:
/// `1/rate = packet + overhead`. *With it* the card interrupts once a gap, and July's sender, which is assumed to have
/// rung its doorbell once per interrupt (A2), pays the overhead once a gap: `gap = packets x packet + overhead`.
/// (Had it rung for each packet, no packet cost above 0 would give 140 kpps beside 20.) Two equations, two unknowns:
/// the packet and the overhead. What the overhead is made of is assumed: on hardware exits (A1), under emulation the
/// handler's entry (A3).
public final class Calibration {
    private Calibration() {}

    /// A guest on hardware virtualisation of 2012 (KVM). Fitted: the packet, and the exit.
    ///
    /// @throws IllegalArgumentException when July's figures contradict the assumptions
    public static Costs hardware(Assumptions assumed) {
        double eachNs = nsPerPacket(July2012.HARDWARE_KPPS);
        double packetNs = packetNs(eachNs, July2012.HARDWARE_MODERATED_KPPS, assumed);
        double hostNs = packetNs * assumed.hostShare();
        // A packet without moderation: a doorbell that wakes the host, an interrupt, a read of ICR.
        double exitNs = (eachNs - packetNs - hostNs) / (2 + assumed.entryPerExit());
        return new Costs(
                "hardware",
                Math.round(packetNs - hostNs),
                Math.round(exitNs),
                Math.round(exitNs * assumed.entryPerExit()),
                Math.round(hostNs),
                Math.round(hostNs));
    }

    /// A guest on QEMU's emulation of 2012 (TCG). Fitted: the packet, and the interrupt's entry. The host's costs
    /// are the hardware preset's (A4).
    ///
    /// @throws IllegalArgumentException when July's figures contradict the assumptions
    public static Costs emulation(Assumptions assumed) {
        double eachNs = nsPerPacket(July2012.EMULATION_KPPS);
        double packetNs = packetNs(eachNs, July2012.EMULATION_MODERATED_KPPS, assumed);
        Costs hardware = hardware(assumed);
        double accessNs = hardware.hostWakeNs() * assumed.accessPerWake();
        double entryNs = eachNs - packetNs - hardware.hostWakeNs() - 2 * accessNs;
        return new Costs(
                "emulation",
                Math.round(packetNs - hardware.hostPacketNs()),
                Math.round(accessNs),
                Math.round(entryNs),
                hardware.hostPacketNs(),
                hardware.hostWakeNs());
    }

    /// From the two equations: what two rates say about a packet without its overhead.
    private static double packetNs(double eachNs, double moderatedKpps, Assumptions assumed) {
        double gapNs = assumed.interruptGapNs();
        double packets = gapNs / nsPerPacket(moderatedKpps);
        return (gapNs - eachNs) / (packets - 1);
    }

    private static double nsPerPacket(double kpps) {
        return 1e6 / kpps;
    }
}
