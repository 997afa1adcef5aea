package dev.doorbell.device.e1000;

import dev.doorbell.memory.DmaMemory;

/// The card's real code of a shared page, let out for the stress tests.
public final class CardSide {
    private final CommunicationWords words;

    public CardSide(DmaMemory memory, long iova) {
        words = new CommunicationWords(memory);
        words.moveTo(iova);
    }

    public long askForKick(int kickFlag, int tail) {
        return words.askForKick(kickFlag, tail);
    }

    public boolean wantsInterrupt(int needFlag) {
        return words.wantsInterrupt(needFlag);
    }

    public long load(int word) {
        return words.load(word);
    }
}
