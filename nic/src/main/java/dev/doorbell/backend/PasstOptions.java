package dev.doorbell.backend;

import dev.doorbell.option.OptionException;
import dev.doorbell.option.OptionString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the options of `--netdev passt`: the names and defaults of QEMU 10.1, which are mostly
/// passt's own. What they may say is for passt to judge; it knows its version.
final class PasstOptions {
    /// Keys that may be given several times.
    static final Set<String> LISTS = Set.of("search", "tcp-ports", "udp-ports", "param");

    private static final int MAX_MTU = 65_535;

    /// Keys that go on as they are, each with passt's word for it.
    private static final List<Map.Entry<String, String>> TEXTS = List.of(
            Map.entry("address", "--address"),
            Map.entry("netmask", "--netmask"),
            Map.entry("mac", "--mac-addr"),
            Map.entry("gateway", "--gateway"),
            Map.entry("interface", "--interface"),
            Map.entry("outbound", "--outbound"),
            Map.entry("outbound-if4", "--outbound-if4"),
            Map.entry("outbound-if6", "--outbound-if6"),
            Map.entry("dns", "--dns"),
            Map.entry("hostname", "--hostname"),
            Map.entry("fqdn", "--fqdn"),
            Map.entry("map-host-loopback", "--map-host-loopback"),
            Map.entry("map-guest-addr", "--map-guest-addr"),
            Map.entry("dns-forward", "--dns-forward"),
            Map.entry("dns-host", "--dns-host"));

    /// Switches that are on unless told, each with passt's word for off.
    private static final List<Map.Entry<String, String>> SWITCHES = List.of(
            Map.entry("dhcp-dns", "--no-dhcp-dns"),
            Map.entry("dhcp-search", "--no-dhcp-search"),
            Map.entry("tcp", "--no-tcp"),
            Map.entry("udp", "--no-udp"),
            Map.entry("icmp", "--no-icmp"),
            Map.entry("dhcp", "--no-dhcp"),
            Map.entry("ndp", "--no-ndp"),
            Map.entry("dhcpv6", "--no-dhcpv6"),
            Map.entry("ra", "--no-ra"));

    /// What passt must not be told: it is how it talks to us.
    private static final Set<String> OURS = Set.of(
            "-s", "--socket", "--socket-path", "-F", "--fd", "-f", "--foreground", "-1", "--one-off", "--vhost-user");

    private PasstOptions() {}

    static BackendOptions.Passt parse(OptionString o, String id) throws OptionException {
        String path = o.text("path").orElse("passt");
        if (o.flag("vhost-user", false))
            throw o.refuse("vhost-user=on is for virtio cards: leave it out, this card takes a stream of frames");
        List<String> words = new ArrayList<>();
        if (o.flag("quiet", true)) words.add("--quiet");
        if (o.has("mtu")) add(words, "--mtu", Integer.toString(o.number("mtu", 0, 0, MAX_MTU)));
        for (Map.Entry<String, String> text : TEXTS) {
            String value = o.text(text.getKey()).orElse("");
            if (!value.isEmpty()) add(words, text.getValue(), value);
        }
        for (Map.Entry<String, String> each : SWITCHES) if (!o.flag(each.getKey(), true)) words.add(each.getValue());
        if (o.flag("freebind", false)) words.add("--freebind");
        boolean ipv4 = o.flag("ipv4", true);
        boolean ipv6 = o.flag("ipv6", true);
        if (!ipv4 && !ipv6) throw o.refuse("ipv4=off and ipv6=off leave nothing to carry: keep one on");
        if (!ipv4) words.add("--ipv6-only");
        if (!ipv6) words.add("--ipv4-only");
        list(o, "search", " ", words);
        list(o, "tcp-ports", ",", words);
        list(o, "udp-ports", ",", words);
        for (String word : o.texts("param")) {
            int equals = word.indexOf('=');
            if (OURS.contains(equals < 0 ? word : word.substring(0, equals)))
                throw o.refuse("param=" + word + " is how passt talks to this card: leave it out");
            words.add(word);
        }
        return new BackendOptions.Passt(id, path, List.copyOf(words));
    }

    private static void list(OptionString o, String key, String separator, List<String> words) throws OptionException {
        List<String> all = o.texts(key);
        if (!all.isEmpty()) add(words, "--" + key, String.join(separator, all));
    }

    private static void add(List<String> words, String word, String value) {
        words.add(word);
        words.add(value);
    }
}
