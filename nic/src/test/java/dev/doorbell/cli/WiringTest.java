package dev.doorbell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

        assertEquals(0x5254_0012_3456L, wiring.devices().get(0).options().macAddress());
        assertEquals(0x0200_0000_000aL, wiring.devices().get(1).options().macAddress());
        assertEquals(50_000, wiring.devices().get(1).options().interruptGapNs());
        assertEquals(0x5254_0012_3458L, wiring.devices().get(2).options().macAddress());
    }
}
