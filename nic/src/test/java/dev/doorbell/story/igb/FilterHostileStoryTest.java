package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.filter.TransmitSwitch;
import dev.doorbell.register.IgbRegister;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A guest that writes anything into the filters' registers, and a network that sends anything.
class FilterHostileStoryTest {
    private static final long SEED = 82_576;
    private static final int ROUNDS = 60_000;
    private static final IgbRegister[] REGISTERS = {
        IgbRegister.RCTL,
        IgbRegister.MRQC,
        IgbRegister.VT_CTL,
        IgbRegister.RXCSUM,
        IgbRegister.RFCTL,
        IgbRegister.RLPML,
        IgbRegister.VET,
        IgbRegister.CTRL_EXT,
        IgbRegister.RAL,
        IgbRegister.RAH,
        IgbRegister.RAL2,
        IgbRegister.RAH2,
        IgbRegister.MTA,
        IgbRegister.UTA,
        IgbRegister.VFTA,
        IgbRegister.VLVF,
        IgbRegister.VMOLR,
        IgbRegister.VFRE,
        IgbRegister.RETA,
        IgbRegister.RSSRK,
        IgbRegister.ETQF,
        IgbRegister.SYNQF,
        IgbRegister.SAQF,
        IgbRegister.DAQF,
        IgbRegister.SPQF,
        IgbRegister.FTQF,
        IgbRegister.IMIR,
        IgbRegister.IMIREXT,
        IgbRegister.IMIRVP,
        IgbRegister.VLAPQF,
        IgbRegister.DTXSWC,
        IgbRegister.DTXCTL,
        IgbRegister.TSYNCRXCTL,
        IgbRegister.TSYNCRXCFG
    };

    private final FilterBench bench = new FilterBench();
    private final Random random = new Random(SEED);

    @Test
    void anythingIsJudged() {
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            IgbRegister register = REGISTERS[random.nextInt(REGISTERS.length)];
            bench.write(register, random.nextInt(register.spec().count()), value());
            byte[] frame = frame();
            int origin = random.nextInt(9) - 1;
            int queues = bench.judge(frame, Math.max(frame.length + 4, random.nextInt(2000)), origin);
            assertEquals(0, queues >>> 16, "seed " + SEED + ", round " + round);
            assertTrue(bench.verdict.rssType >= 0 && bench.verdict.rssType <= 9);
            assertEquals(0, bench.verdict.packetType & ~0xFFF0);
            bench.stripsTag(random.nextInt(16));
            bench.stripsFcs(random.nextInt(16));
            int out = bench.destinations(frame, random.nextInt(16));
            assertEquals(0, out & ~(TransmitSwitch.TO_WIRE | TransmitSwitch.TO_POOLS));
            if (queues != 0) accepted++;
        }
        assertTrue(accepted > ROUNDS / 50, accepted + " frames accepted: the test says little");
    }

    private int value() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> 0;
            case 2 -> -1;
            default -> 1 << random.nextInt(32);
        };
    }

    private byte[] frame() {
        Flow flow = switch (random.nextInt(4)) {
            case 0 -> Flow.ethernet(random.nextInt(0x1_0000));
            case 1 -> Flow.ip4("10.0.0." + random.nextInt(4), "10.0.0.9").tcp(1, 2, random.nextInt(64));
            case 2 ->
                Flow.ip6("20010db8000000000000000000000001", "20010db8000000000000000000000002")
                        .udp(319, 319, new byte[40]);
            default -> Flow.ip4("10.0.0.1", "10.0.0.2").fragment(random.nextInt(0x4000));
        };
        if (random.nextBoolean()) flow.tag(random.nextInt(0x1_0000));
        if (random.nextInt(4) == 0) flow.to("ffffffffffff");
        byte[] bytes = flow.bytes();
        for (int i = random.nextInt(4); i > 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        return bytes;
    }
}
