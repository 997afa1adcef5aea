package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.TSYNCRXCTL_EN;
import static dev.doorbell.register.IgbBits.TSYNCRXCTL_TYPE_SHIFT;
import static dev.doorbell.register.IgbRegister.TSYNCRXCFG;
import static dev.doorbell.register.IgbRegister.TSYNCRXCTL;

import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// Which received frames get a time stamp: PTP messages of the kind that TSYNCRXCTL and TSYNCRXCFG
/// name, among the frames that an ethertype filter (over Ethernet) or a 5-tuple filter (over UDP)
/// marked.
final class TimeStampRules {
    private static final int TYPE_MASK = 7;
    private static final int TYPE_L2_V2 = 0;
    private static final int TYPE_L4_V1 = 1;
    private static final int TYPE_L2_L4_V2 = 2;
    private static final int TYPE_ALL = 4;
    private static final int TYPE_EVENT_V2 = 5;
    private static final int CONTROL_MASK = 0xFF;
    private static final int MESSAGE_SHIFT = 8;
    private static final int MESSAGE_MASK = 0xF; // the high half of that byte belongs to the transport
    private static final int MESSAGE_GENERAL = 8; // set in the messages that carry no time of their own
    private static final int VERSION_MASK = 0xF;
    // IEEE 1588 headers; the identity and the sequence lie at the same place in both versions.
    private static final int AT_MESSAGE = 0;
    private static final int AT_VERSION = 1;
    private static final int AT_SOURCE = 20;
    private static final int AT_SEQUENCE = 30;
    private static final int AT_CONTROL = 32;

    private final RegisterFile registers;
    private final SystemClock clock;

    TimeStampRules(RegisterFile registers, SystemClock clock) {
        this.registers = registers;
        this.clock = clock;
    }

    /// Stamps an accepted frame if it is to be.
    ///
    /// @param marked a filter marked it
    /// @return whether it was
    boolean stamp(FrameHeaders headers, boolean marked) {
        int control = registers.get(TSYNCRXCTL);
        if ((control & TSYNCRXCTL_EN) == 0) return false;
        int type = control >>> TSYNCRXCTL_TYPE_SHIFT & TYPE_MASK;
        if (type != TYPE_ALL && !(marked && headers.isPtp() && isAskedFor(headers, type))) return false;
        if (!headers.isPtp()) return clock.stampReceive(0, 0);
        return clock.stampReceive(
                headers.ptpLong(AT_SOURCE), headers.ptpByte(AT_SEQUENCE) << 8 | headers.ptpByte(AT_SEQUENCE + 1));
    }

    private boolean isAskedFor(FrameHeaders headers, int type) {
        int wanted = registers.get(TSYNCRXCFG);
        boolean overUdp = headers.protocol() == FrameHeaders.PROTOCOL_UDP;
        int version = headers.ptpByte(AT_VERSION) & VERSION_MASK;
        int message = headers.ptpByte(AT_MESSAGE) & MESSAGE_MASK;
        boolean named = message == (wanted >>> MESSAGE_SHIFT & MESSAGE_MASK);
        return switch (type) {
            case TYPE_L2_V2 -> version == 2 && !overUdp && named;
            case TYPE_L4_V1 -> version == 1 && overUdp && headers.ptpByte(AT_CONTROL) == (wanted & CONTROL_MASK);
            case TYPE_L2_L4_V2 -> version == 2 && named;
            case TYPE_EVENT_V2 -> version == 2 && (message & MESSAGE_GENERAL) == 0;
            default -> false; // reserved
        };
    }
}
