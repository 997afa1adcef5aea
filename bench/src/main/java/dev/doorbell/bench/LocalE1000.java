package dev.doorbell.bench;

import static dev.doorbell.register.E1000Register.TDBAH;
import static dev.doorbell.register.E1000Register.TDBAL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TDLEN;
import static dev.doorbell.register.E1000Register.TDT;

import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.e1000.E1000Driver;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.register.Register;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import dev.doorbell.time.WallTimeline;

/// An 82540EM with legacy descriptors.
final class LocalE1000 extends LocalCard {
    private static final long COMMAND = TransmitDescriptor.EOP | TransmitDescriptor.IFCS | TransmitDescriptor.RS;

    LocalE1000(WallTimeline time, FrameBackend backend, int frameBytes) {
        super(
                time,
                new E1000(new E1000Options(E1000Model.I82540EM, MAC).withAutoNegotiationNs(0), time, backend),
                backend);
        new E1000Driver(slot, memory, DriverOptions.DEFAULT, this::pass).start(); // the link, and bus mastering
        long iova = fillRing(LegacyTransmitDescriptor.word1(frameBytes, 0, 0, COMMAND, 0));
        write(TDBAL, (int) iova);
        write(TDBAH, (int) (iova >>> 32));
        write(TDLEN, RING_ENTRIES * DescriptorRing.DESCRIPTOR_BYTES);
        write(TDH, 0);
        write(TDT, 0);
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
