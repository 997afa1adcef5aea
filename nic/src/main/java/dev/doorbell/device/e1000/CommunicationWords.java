package dev.doorbell.device.e1000;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.CommunicationBlock;
import java.lang.invoke.VarHandle;

/// The words of a [CommunicationBlock] in guest memory, and the two places where their order decides
/// whether a wake-up is lost.
///
/// Both are the same handshake from either side. Each side stores what it has to say, then loads what
/// the other one may have said just before: with a full fence between the two at least one of them sees
/// the other. Without, both stores may still lie in their processors' buffers when both loads are done
/// (x86 allows that, too), and both sides go to sleep.
///
/// All words may be garbage, and change at any time. One thread: the card's loop.
final class CommunicationWords {
    private static final int YES = 1;
    private static final int NO = 0;

    private final DmaMemory memory;
    private long iova;

    CommunicationWords(DmaMemory memory) {
        this.memory = memory;
    }

    /// @param newIova bus address of the page, aligned
    void moveTo(long newIova) {
        iova = newIova;
    }

    /// @return the word at `offset`, [DmaMemory#NO_WORD] or [DmaMemory#BY_MESSAGE]. What the guest stored
    ///     before it is seen: a tail's descriptors
    long load(int offset) {
        return memory.loadAcquire32(iova + offset);
    }

    /// @return [DmaMemory#OK], [DmaMemory#NOT_YET] or [DmaMemory#FAULT]
    int store(int offset, int word) {
        return memory.storeRelease32(iova + offset, word);
    }

    int storeFlag(int offset, boolean flag) {
        return store(offset, flag ? YES : NO);
    }

    /// Asks the guest for a register write with its next tail, and looks once more for a tail that it has
    /// stored without one.
    ///
    /// @param kickFlag HOST_NEED_TXKICK or HOST_NEED_RXKICK
    /// @param tail     GUEST_TDT or GUEST_RDT
    /// @return the tail after the guest can see the wish, or [DmaMemory#NO_WORD]
    long askForKick(int kickFlag, int tail) {
        if (store(kickFlag, YES) != DmaMemory.OK) return DmaMemory.NO_WORD;
        // Full: the wish before the look. Pairs with the guest's fence between its tail and its look at
        // the wish (driver: ParavirtualPage.announce).
        VarHandle.fullFence();
        return load(tail);
    }

    /// Whether the guest wants to be interrupted for what was written back.
    ///
    /// @param needFlag GUEST_NEED_TXKICK or GUEST_NEED_RXKICK
    /// @return true also when the page cannot be read or does not count
    boolean wantsInterrupt(int needFlag) {
        // Full: DD before the look. Pairs with the guest's fence between its wish and its look at the
        // descriptors (driver: ParavirtualPage.askForInterrupt).
        VarHandle.fullFence();
        if (!isOn()) return true;
        long need = load(needFlag);
        return need < 0 || (need & YES) != 0;
    }

    /// Whether the page counts; false also when it cannot be read.
    boolean isOn() {
        long on = load(CommunicationBlock.GUEST_CSB_ON);
        return on >= 0 && (on & YES) != 0;
    }
}
