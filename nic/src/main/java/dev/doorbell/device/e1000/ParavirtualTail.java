package dev.doorbell.device.e1000;

import dev.doorbell.register.CommunicationBlock;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.DescriptorRing;

/// One direction's tail in a shared page: which words and registers are its, and what was seen of it.
///
/// A tail in the page counts from the first time it is seen to change after a reset: until then the
/// register does, because a driver that sets its ring up anew writes that and leaves the page as it was
/// (lem does). From then on the page leads, and a write of the register is a kick only: it may have been
/// on its way for a while, and would move the tail back.
final class ParavirtualTail {
    final int tailWord;
    final int kickFlag;
    final E1000Register tail;
    private final E1000Register length;
    long seen;
    boolean leads; // the page, not the register
    boolean kickAsked; // the kick flag in the page is set

    private ParavirtualTail(int tailWord, int kickFlag, E1000Register tail, E1000Register length) {
        this.tailWord = tailWord;
        this.kickFlag = kickFlag;
        this.tail = tail;
        this.length = length;
    }

    static ParavirtualTail transmit() {
        return new ParavirtualTail(
                CommunicationBlock.GUEST_TDT,
                CommunicationBlock.HOST_NEED_TXKICK,
                E1000Register.TDT,
                E1000Register.TDLEN);
    }

    static ParavirtualTail receive() {
        return new ParavirtualTail(
                CommunicationBlock.GUEST_RDT,
                CommunicationBlock.HOST_NEED_RXKICK,
                E1000Register.RDT,
                E1000Register.RDLEN);
    }

    /// Descriptors of the ring, as its length register says.
    int entries(RegisterFile registers) {
        return registers.get(length) / DescriptorRing.DESCRIPTOR_BYTES;
    }
}
