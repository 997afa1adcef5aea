package dev.doorbell.serve;

import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.OptionString;
import dev.doorbell.register.IgbRegister;

/// One `--device`: a card and where it is found.
///
/// @param id      name of the card in lines and counters
/// @param socket  path of the socket it listens on
/// @param netdev  id of its backend
/// @param threads loops that it may have, or [#THREADS_UNSAID]
/// @param card    the chip and its own options
public record DeviceOptions(String id, String socket, String netdev, int threads, CardOptions card) {
    /// [#threads]: what holds for all cards holds for this one.
    public static final int THREADS_UNSAID = 0;

    /// Queues of the card that has most.
    public static final int MAX_THREADS = IgbRegister.QUEUES;

    /// QEMU's first default address; each further card gets the next one.
    private static final long FIRST_MAC = 0x5254_0012_3456L;

    private static final long MAX_GAP_US = 1_000_000;

    /// Reads the value of `--device`.
    ///
    /// @param index place among the devices of the command line, for the default address
    public static DeviceOptions parse(String text, int index) throws OptionException {
        OptionString o = OptionString.parse("--device", text);
        CardOptions.Kind kind = CardOptions.Kind.of(o);
        String id = o.required("id", "a name for this card, such as id=nic0");
        String socket = o.required("socket", "path of the socket to listen on, such as socket=/run/" + id + ".sock");
        String netdev = o.required("netdev", "the id of its --netdev");
        String mac = o.text("mac").orElse("");
        long address = mac.isEmpty() ? FIRST_MAC + index : address(o, mac);
        long gapUs = o.amount("interrupt-gap-us", 0, 0, MAX_GAP_US);
        int threads = o.number("threads", THREADS_UNSAID, 1, MAX_THREADS);
        if (threads > 1 && kind != CardOptions.Kind.I82576)
            throw o.refuse("threads=" + threads + " needs a card with several queues, igb: leave it out");
        CardOptions card = CardOptions.parse(kind, o, address, gapUs * 1000);
        o.finish();
        return new DeviceOptions(id, socket, netdev, threads, card);
    }

    /// @return first byte uppermost, as the card's options have it
    private static long address(OptionString o, String mac) throws OptionException {
        long address;
        try {
            address = EthernetAddress.parse(mac);
        } catch (IllegalArgumentException e) {
            throw o.refuse("mac=" + mac + " is no address: write six bytes, such as 52:54:00:12:34:56");
        }
        if (address == 0 || EthernetAddress.isGroup(address))
            throw o.refuse(
                    "mac=" + mac + " is no station's address: its first byte must be even, and not all may be 0");
        return Long.reverseBytes(address) >>> 16;
    }
}
