package dev.doorbell.device.igb.filter;

/// What the filters found out about one received frame. Reused from frame to frame; filled by
/// [ReceiveFilters].
public final class Verdict {
    /// Bit n: a copy goes to receive queue n. 0: the frame was dropped, and counted.
    public int queues;

    /// Descriptor's RSS type, 0 to 9.
    public int rssType;

    public int rssHash;

    /// Bits 15:4 of the descriptor's pkt_info, in place: headers present, or an ETQF match.
    public int packetType;

    /// A low-latency filter matched.
    public boolean immediate;

    /// The descriptor's TS bit.
    public boolean stamped;

    /// The descriptor's PIF bit: passed an inexact filter only.
    public boolean inexact;

    /// The tag that is stripped or reported is at byte 16 (double VLAN), not at 12.
    public boolean doubleTagged;

    /// One of [dev.doorbell.device.igb.statistics.Statistics]' kinds of destination.
    public int cast;

    /// The frame goes to several pools as a replicated one (RPLOLR rules).
    public boolean replicated;

    void clear() {
        queues = 0;
        rssType = 0;
        rssHash = 0;
        packetType = 0;
        immediate = false;
        stamped = false;
        inexact = false;
        doubleTagged = false;
        cast = 0;
        replicated = false;
    }
}
