package dev.doorbell.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.option.OptionException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WiringTest {
    @Test
    void cardsOfOneHubShareALoopAndOthersHaveTheirOwn() throws OptionException {
        Wiring wiring = Wiring.parse(
                List.of(
                        "e1000,id=a,socket=/a,netdev=n0",
                        "e1000,id=b,socket=/b,netdev=n1",
                        "e1000,id=c,socket=/c,netdev=n2",
                        "e1000,id=d,socket=/d,netdev=n3"),
                List.of("hubport,id=n0,hubid=7", "null,id=n1", "hubport,id=n2,hubid=7", "hubport,id=n3,hubid=8"),
                List.of());

        assertEquals(List.of(List.of(0, 2), List.of(1), List.of(3)), wiring.loops());
    }

    @Test
    void eachCardGetsTheNextAddressUnlessToldOtherwise() throws OptionException {
        Wiring wiring = Wiring.parse(
                List.of(
                        "e1000,id=a,socket=/a,netdev=n0",
                        "e1000-82545em,id=b,socket=/b,netdev=n1,mac=02:00:00:00:00:0a,interrupt-gap-us=50",
                        "e1000,id=c,socket=/c,netdev=n2"),
                List.of("null,id=n0", "null,id=n1", "null,id=n2"),
                List.of());

        assertEquals(0x5254_0012_3456L, wiring.devices().get(0).card().macAddress());
        assertEquals(0x0200_0000_000aL, wiring.devices().get(1).card().macAddress());
        CardOptions.E1000Card second = assertInstanceOf(
                CardOptions.E1000Card.class, wiring.devices().get(1).card());
        assertEquals(50_000, second.options().interruptGapNs());
        assertEquals(E1000Model.I82545EM, second.options().model());
        assertEquals(0x5254_0012_3458L, wiring.devices().get(2).card().macAddress());
    }

    @Test
    void igbTakesItsOwnOptions() throws OptionException {
        IgbOptions options =
                igb("igb,id=a,socket=/a,netdev=n,interrupt-gap-us=20,msix=off,line-rate=on,tx-rate=100M:0:1.5M");

        assertEquals(0x5254_0012_3456L, options.macAddress());
        assertEquals(20_000, options.interruptGapNs());
        assertFalse(options.msix());
        assertTrue(options.lineRate());
        assertEquals(List.of(100_000_000L, 0L, 1_500_000L), options.transmitRates());
    }

    @Test
    void igbIsExactAndFastUnlessToldOtherwise() throws OptionException {
        IgbOptions options = igb("igb,id=a,socket=/a,netdev=n,doorbells=trapped");

        assertEquals(new IgbOptions(0x5254_0012_3456L), options);
        assertTrue(options.msix());
    }

    private static IgbOptions igb(String device) throws OptionException {
        DeviceOptions options = DeviceOptions.parse(device, 0);
        return assertInstanceOf(CardOptions.IgbCard.class, options.card()).options();
    }

    @Test
    void cardsHaveOneLoopUnlessTold() throws OptionException {
        List<String> backend = List.of("af-xdp,id=n,ifname=eth0,queues=4");
        String card = "igb,id=a,socket=/a,netdev=n";
        assertEquals(List.of(1), Wiring.parse(List.of(card), backend, List.of()).threads());
        assertEquals(
                List.of(3),
                Wiring.parse(List.of(card + ",threads=3"), backend, List.of()).threads());
        assertEquals(
                List.of(4),
                Wiring.parse(List.of(card + ",threads=4"), backend, List.of()).threads());
        assertEquals(
                List.of(1),
                Wiring.parse(List.of("e1000,id=a,socket=/a,netdev=n,threads=1"), backend, List.of())
                        .threads());
    }

    /// What is said for all cards is taken as far as it goes, what is said for one is taken or refused.
    @Test
    void threadsOfAllCardsGoAsFarAsTheirQueues() throws OptionException {
        Wiring wiring = Wiring.parse(
                List.of(
                        "igb,id=a,socket=/a,netdev=n0",
                        "igb,id=b,socket=/b,netdev=n1",
                        "igb,id=c,socket=/c,netdev=n2,threads=1",
                        "igb,id=d,socket=/d,netdev=n3",
                        "e1000,id=e,socket=/e,netdev=n4"),
                List.of(
                        "af-xdp,id=n0,ifname=eth0,queues=8",
                        "af-xdp,id=n1,ifname=eth1,queues=2",
                        "af-xdp,id=n2,ifname=eth2,queues=4",
                        "null,id=n3",
                        "af-xdp,id=n4,ifname=eth4,queues=4"),
                List.of(),
                3);
        assertEquals(List.of(3, 2, 1, 1, 1), wiring.threads());
    }
}
