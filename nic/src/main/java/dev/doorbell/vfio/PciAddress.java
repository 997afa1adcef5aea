package dev.doorbell.vfio;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a function sits, as sysfs and lspci(8) write it: `0000:00:03.0`.
public record PciAddress(int domain, int bus, int device, int function) {
    private static final Pattern TEXT =
            Pattern.compile("(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([01][0-9a-fA-F])\\.([0-7])");

    /// Reads an address; without a domain it is in domain 0.
    ///
    /// @return null when it is none
    public static @Nullable PciAddress parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) return null;
        String domain = parts.group(1);
        return new PciAddress(
                domain == null ? 0 : Integer.parseUnsignedInt(domain, 16),
                Integer.parseInt(parts.group(2), 16),
                Integer.parseInt(parts.group(3), 16),
                Integer.parseInt(parts.group(4), 16));
    }

    /// As sysfs names its folder.
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%04x:%02x:%02x.%x", domain, bus, device, function);
    }
}
