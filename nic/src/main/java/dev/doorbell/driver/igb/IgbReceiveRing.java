package dev.doorbell.driver.igb;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.ring.ReceiveRing;
import dev.doorbell.ring.AdvancedReceiveDescriptor;

/// A receive ring of the 82576: advanced descriptors, one buffer each.
public final class IgbReceiveRing extends ReceiveRing {
    private static final int DAMAGED = AdvancedReceiveDescriptor.CE | AdvancedReceiveDescriptor.RXE;

    IgbReceiveRing(DriverMemory memory, int entries, int bufferBytes, boolean ownBuffers) {
        super(memory, entries, bufferBytes, ownBuffers);
        fill();
    }

    @Override
    protected boolean done(long word1) {
        return AdvancedReceiveDescriptor.done(word1);
    }

    @Override
    public boolean endOfPacket(long word1) {
        return AdvancedReceiveDescriptor.endOfPacket(word1);
    }

    @Override
    protected boolean damaged(long word1) {
        return ((int) word1 & DAMAGED) != 0;
    }

    @Override
    protected boolean checksumGood(long word1) {
        int looked = AdvancedReceiveDescriptor.L4CS | AdvancedReceiveDescriptor.UDPCS;
        return ((int) word1 & looked) != 0 && !checksumWrong(word1);
    }

    @Override
    protected boolean checksumWrong(long word1) {
        int status = (int) word1;
        boolean layer4 = (status & (AdvancedReceiveDescriptor.L4CS | AdvancedReceiveDescriptor.UDPCS)) != 0
                && (status & AdvancedReceiveDescriptor.L4E) != 0;
        boolean ip = (status & AdvancedReceiveDescriptor.IPCS) != 0 && (status & AdvancedReceiveDescriptor.IPE) != 0;
        return layer4 || ip;
    }

    @Override
    public int lengthBytes(long word1) {
        return AdvancedReceiveDescriptor.lengthBytes(word1);
    }
}
