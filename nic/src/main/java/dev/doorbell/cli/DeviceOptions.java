package dev.doorbell.cli;

import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.OptionString;

/// One `--device`: a card and where it is found.
///
/// @param id      name of the card in lines and counters
/// @param socket  path of the socket it listens on
/// @param netdev  id of its backend
/// @param options the card's own
record DeviceOptions(String id, String socket, String netdev, E1000Options options) {
    /// QEMU's first default address; each further card gets the next one.
    private static final long FIRST_MAC = 0x5254_0012_3456L;

    private static final long MAX_GAP_US = 1_000_000;

    /// Reads the value of `--device`.
    ///
    /// @param index place among the devices of the command line, for the default address
    static DeviceOptions parse(String text, int index) throws OptionException {
        OptionString o = OptionString.parse("--device", text);
        E1000Model model = switch (o.kind()) {
            case "e1000", "e1000-82540em" -> E1000Model.I82540EM;
            case "e1000-82545em" -> E1000Model.I82545EM;
            case "igb" -> throw o.refuse("is not built yet; there are e1000 and e1000-82545em");
            default -> throw o.refuse("no such card; there are e1000 and e1000-82545em");
        };
        String id = o.required("id", "a name for this card, such as id=nic0");
        String socket = o.required("socket", "path of the socket to listen on, such as socket=/run/" + id + ".sock");
        String netdev = o.required("netdev", "the id of its --netdev");
        String mac = o.text("mac").orElse("");
        long gapUs = o.amount("interrupt-gap-us", 0, 0, MAX_GAP_US);
        if (o.oneOf("doorbells", "trapped", "trapped", "shared").equals("shared"))
            throw o.refuse("doorbells=shared needs a card with MSI-X: leave it out");
        o.finish();
        E1000Options options = new E1000Options(model, mac.isEmpty() ? FIRST_MAC + index : address(o, mac));
        return new DeviceOptions(id, socket, netdev, options.withInterruptGapNs(gapUs * 1000));
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
