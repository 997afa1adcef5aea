package dev.doorbell.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Walks the extension headers of one IPv6 packet: what follows them, and the addresses that mobile
/// IPv6 puts in the place of those in the header. Reused from packet to packet; reads inside the bytes
/// that are there only.
final class Ipv6Extensions {
    private static final int LIMIT = 8;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int ROUTING_TYPE_HOME = 2;
    private static final int OPTION_PAD1 = 0;
    private static final int OPTION_HOME_ADDRESS = 0xC9;
    private static final int ADDRESS_BYTES = 16;
    private static final int NEXT_HEADER_AT = 6;
    private static final int SOURCE_AT = 8;
    private static final int TARGET_AT = SOURCE_AT + ADDRESS_BYTES;

    private MemorySegment window = MemorySegment.NULL;
    private int end;
    private int headerAt;
    private int home;
    private int routedTo;
    private boolean present;
    private boolean fragment;
    private int protocol;

    /// Walks the headers of a packet.
    ///
    /// @param bytes where the frame lies
    /// @param at    where the IPv6 header starts; all of it is there
    /// @param limit where the packet ends, or what is known of it
    /// @return where the extension headers end, or -1 when they are cut short or too many
    int walk(MemorySegment bytes, int at, int limit) {
        window = bytes;
        headerAt = at;
        end = limit;
        home = at + SOURCE_AT;
        routedTo = at + TARGET_AT;
        present = false;
        fragment = false;
        protocol = u8(at + NEXT_HEADER_AT);
        int next = at + FrameHeaders.IPV6_BYTES;
        for (int seen = 0; seen <= LIMIT && next >= 0; seen++) {
            boolean known = protocol == HOP_BY_HOP || protocol == ROUTING || protocol == DESTINATION_OPTIONS;
            if (!known && protocol != FRAGMENT) return next;
            next = skip(next);
            if (fragment) return next;
        }
        return -1;
    }

    /// Takes the header at `at`, of the type in [#protocol].
    ///
    /// @return where it ends, or -1
    private int skip(int at) {
        present = true;
        fragment = protocol == FRAGMENT;
        if (at + 8 > end) return -1;
        int bytes = fragment ? 8 : (u8(at + 1) + 1) * 8;
        if (at + bytes > end) return -1;
        if (protocol == ROUTING) lookAtRouting(at, bytes);
        else if (protocol == DESTINATION_OPTIONS) lookAtOptions(at + 2, at + bytes);
        protocol = u8(at);
        return at + bytes;
    }

    /// The address at the end of a mobile node's route. // RFC 6275, 6.4
    private void lookAtRouting(int at, int bytes) {
        boolean toHome = u8(at + 2) == ROUTING_TYPE_HOME && u8(at + 3) == 1 && bytes == 8 + ADDRESS_BYTES;
        if (toHome) routedTo = at + 8;
    }

    /// The sender's home address. // RFC 6275, 6.3
    private void lookAtOptions(int from, int to) {
        for (int option = from; option + 2 <= to; ) {
            int type = u8(option);
            int length = type == OPTION_PAD1 ? -1 : u8(option + 1);
            if (type == OPTION_HOME_ADDRESS && length == ADDRESS_BYTES && option + 2 + length <= to) home = option + 2;
            option += 2 + length;
        }
    }

    private int u8(int at) {
        return window.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    /// Whether there are any, a fragment header among them.
    boolean present() {
        return present;
    }

    boolean isFragment() {
        return fragment;
    }

    /// Protocol number behind the last header that was looked at.
    int protocol() {
        return protocol;
    }

    /// Where half of an address stands: 0 and 1 of the source, 2 and 3 of the destination.
    int halfAt(int index) {
        return headerAt + SOURCE_AT + 8 * index;
    }

    /// As [#halfAt], of the sender's home address and the routing header's destination where they are
    /// given.
    int homeHalfAt(int index) {
        return index < 2 ? home + 8 * index : routedTo + 8 * (index - 2);
    }

    /// Whether such an address is given.
    boolean hasHomeAddress() {
        return home != headerAt + SOURCE_AT || routedTo != headerAt + TARGET_AT;
    }
}
