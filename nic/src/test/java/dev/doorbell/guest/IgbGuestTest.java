package dev.doorbell.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Linux's own igb driver judges the 82576: MSI-X, two queue pairs on two processors.
class IgbGuestTest extends StockDriverTests {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    IgbGuestTest() {
        super(new ServedGuest("igb", "igb", "igb", "--cpus", "2"), "igb");
    }

    @Override
    int datagramSeconds() {
        return 20;
    }

    private long statistic(String name) {
        Matcher line = Pattern.compile("(?m)^\\s*" + name + ": (\\d+)$").matcher(guest().ask("ethtool -S eth0"));
        assertThat(line.find()).as("ethtool -S has " + name).isTrue();
        return Long.parseLong(line.group(1));
    }

    @Test
    void everyQueueHasAnMsixVectorOfItsOwn() {
        assertThat(guest().ask("grep eth0 /proc/interrupts"))
                .containsPattern("PCI-MSIX.* eth0(\\n|$)")
                .containsPattern("PCI-MSIX.* eth0-rx-0")
                .containsPattern("PCI-MSIX.* eth0-rx-1")
                .containsPattern("PCI-MSIX.* eth0-tx-0")
                .containsPattern("PCI-MSIX.* eth0-tx-1");
        assertThat(guest().ask("dmesg | grep igb")).contains("Using MSI-X interrupts. 2 rx queue(s), 2 tx queue(s)");
    }

    /// Eight queues: more than four make the driver use one vector for a pair of queues, and the queues from 4 on
    /// at their primary places.
    @Test
    void eightQueuePairsHaveAVectorEachAndAllCarryTraffic() {
        guest().run("ethtool -L eth0 combined 8", LIMIT).succeeded();
        try {
            served.awaitLink();
            String vectors = guest().ask("grep -o 'eth0-TxRx-[0-9]' /proc/interrupts");
            assertThat(vectors.lines()).hasSize(8);
            served.tcpBothWays(ServedGuest.GUEST, "-P", "64");
            int used = 0;
            for (int queue = 0; queue < 8; queue++) if (statistic("rx_queue_" + queue + "_packets") > 0) used++;
            assertThat(used).isGreaterThan(6);
        } finally {
            guest().run("ethtool -L eth0 combined 2", LIMIT);
            served.awaitLink();
        }
        served.pingBothWays();
    }

    @Test
    void manyStreamsAreSpreadOverTheQueuesByRss() {
        long[] before = {statistic("rx_queue_0_packets"), statistic("rx_queue_1_packets")};
        served.tcpBothWays(ServedGuest.GUEST, "-P", "16");

        assertThat(statistic("rx_queue_0_packets") - before[0]).isGreaterThan(100);
        assertThat(statistic("rx_queue_1_packets") - before[1]).isGreaterThan(100);
    }

    @Test
    void redirectionTableSendsEverythingToOneQueueWhenTold() {
        assertThat(guest().ask("ethtool -x eth0")).contains("with 2 RX ring(s)");
        guest().ask("ethtool -X eth0 equal 1");
        try {
            long before = statistic("rx_queue_1_packets");
            served.tcpBothWays(ServedGuest.GUEST, "-P", "8");
            assertThat(statistic("rx_queue_1_packets")).isEqualTo(before);
        } finally {
            guest().ask("ethtool -X eth0 default || ethtool -X eth0 equal 2");
        }
    }

    @Test
    void channelsCanBeChangedWhileUp() {
        assertThat(guest().ask("ethtool -l eth0")).containsPattern("Combined:\\s+2");
        guest().run("ethtool -L eth0 combined 1", LIMIT).succeeded();
        served.awaitLink();
        served.pingBothWays();
        guest().run("ethtool -L eth0 combined 2", LIMIT).succeeded();
        served.awaitLink();
        served.pingBothWays();
    }

    @Test
    void moderationCanBeReadAndSet() {
        guest().ask("ethtool -C eth0 rx-usecs 100");
        assertThat(guest().ask("ethtool -c eth0")).containsPattern("rx-usecs:\\s+100");
        served.pingBothWays();
        guest().ask("ethtool -C eth0 rx-usecs 3");
    }

    /// By default the ports of UDP are not hashed, as fragments have none.
    @Test
    void udpIsSpreadByItsPortsOnlyWhenTold() {
        guest().run("ethtool -N eth0 rx-flow-hash udp4 sd", LIMIT).succeeded();
        assertThat(queuesOfDatagrams()).as("by addresses").isEqualTo(1);
        guest().run("ethtool -N eth0 rx-flow-hash udp4 sdfn", LIMIT).succeeded();
        assertThat(queuesOfDatagrams()).as("by ports").isEqualTo(2);
    }

    private int queuesOfDatagrams() {
        long[] before = {statistic("rx_queue_0_packets"), statistic("rx_queue_1_packets")};
        guest().ask("iperf3 -s -D -1");
        served.world
                .run(LIMIT, HostTools.iperf3("-c", ServedGuest.GUEST, "-u", "-P", "16", "-b", "1M", "-t", "1"))
                .succeeded();
        int used = 0;
        for (int queue = 0; queue < 2; queue++)
            if (statistic("rx_queue_" + queue + "_packets") - before[queue] > 200) used++;
        return used;
    }

    @Test
    void offloadsCanBeSwitchedOffOneByOne() {
        for (String feature : new String[] {"rxhash", "rxvlan", "gso", "gro", "sg"}) {
            guest().run("ethtool -K eth0 " + feature + " off", LIMIT).succeeded();
            served.awaitLink();
            served.pingBothWays();
            guest().run("ethtool -K eth0 " + feature + " on", LIMIT).succeeded();
            served.awaitLink();
        }
        guest().run("ethtool -K eth0 tso on", LIMIT);
    }
}
