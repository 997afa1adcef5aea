package dev.doorbell.bench;

import static dev.doorbell.register.IgbRegister.TDBAH;
import static dev.doorbell.register.IgbRegister.TDBAL;
import static dev.doorbell.register.IgbRegister.TDH;
import static dev.doorbell.register.IgbRegister.TDLEN;
import static dev.doorbell.register.IgbRegister.TDT;
import static dev.doorbell.register.IgbRegister.TXDCTL;

import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.register.Register;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.time.WallTimeline;

/// An 82576 with advanced descriptors on queue 0.
final class LocalIgb extends LocalCard {
    private static final long COMMAND =
            AdvancedTransmitDescriptor.EOP | AdvancedTransmitDescriptor.IFCS | AdvancedTransmitDescriptor.RS;

    LocalIgb(WallTimeline time, FrameBackend backend, int frameBytes) {
        super(time, new Igb(new IgbOptions(MAC).withAutoNegotiationNs(0), time, backend), backend);
        new IgbDriver(slot, memory, IgbDriverOptions.DEFAULT, this::pass).start(); // the link, and bus mastering
        long iova = fillRing(AdvancedTransmitDescriptor.word1(frameBytes, COMMAND, 0, frameBytes));
        int enabled = read(TXDCTL);
        write(TXDCTL, 0);
        write(TDBAL, (int) iova);
        write(TDBAH, (int) (iova >>> 32));
        write(TDLEN, RING_ENTRIES * DescriptorRing.DESCRIPTOR_BYTES);
        write(TDH, 0);
        write(TDT, 0);
        write(TXDCTL, enabled);
    }

    @Override
    Register tailRegister() {
        return TDT;
    }

    @Override
    Register headRegister() {
        return TDH;
    }
}
