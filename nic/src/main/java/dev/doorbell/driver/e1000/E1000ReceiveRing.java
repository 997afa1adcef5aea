package dev.doorbell.driver.e1000;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.ring.ReceiveRing;
import dev.doorbell.ring.LegacyReceiveDescriptor;

/// The receive ring of an 8254x: legacy descriptors. 317453 3.2
final class E1000ReceiveRing extends ReceiveRing {
    private static final long DAMAGED = LegacyReceiveDescriptor.CE
            | LegacyReceiveDescriptor.SE
            | LegacyReceiveDescriptor.SEQ
            | LegacyReceiveDescriptor.CXE
            | LegacyReceiveDescriptor.RXE;

    E1000ReceiveRing(DriverMemory memory, int entries, int bufferBytes) {
        super(memory, entries, bufferBytes, true);
        fill();
    }

    @Override
    protected boolean done(long word1) {
        return LegacyReceiveDescriptor.done(word1);
    }

    @Override
    public boolean endOfPacket(long word1) {
        return LegacyReceiveDescriptor.endOfPacket(word1);
    }

    @Override
    protected boolean damaged(long word1) {
        return (word1 & DAMAGED) != 0;
    }

    /// TCPCS is set for UDP, too. 3.2.3.1, 3.2.3.2
    @Override
    protected boolean checksumGood(long word1) {
        long looked = LegacyReceiveDescriptor.IXSM | LegacyReceiveDescriptor.TCPCS;
        return (word1 & looked) == LegacyReceiveDescriptor.TCPCS && !checksumWrong(word1);
    }

    @Override
    protected boolean checksumWrong(long word1) {
        return (word1 & LegacyReceiveDescriptor.IXSM) == 0
                && (word1 & (LegacyReceiveDescriptor.TCPE | LegacyReceiveDescriptor.IPE)) != 0;
    }

    @Override
    public int lengthBytes(long word1) {
        return LegacyReceiveDescriptor.lengthBytes(word1);
    }
}
