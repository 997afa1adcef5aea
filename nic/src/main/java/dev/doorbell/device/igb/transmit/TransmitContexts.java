package dev.doorbell.device.igb.transmit;

import dev.doorbell.ring.AdvancedTransmitDescriptor;

/// The two contexts of a queue, as their descriptors' words. Each is kept until another context descriptor names its
/// slot.
final class TransmitContexts {
    private static final int SLOTS = 2;

    private final long[] word0 = new long[SLOTS];
    private final long[] word1 = new long[SLOTS];

    void load(long newWord0, long newWord1) {
        int slot = AdvancedTransmitDescriptor.contextSlot(newWord1);
        word0[slot] = newWord0;
        word1[slot] = newWord1;
    }

    long word0(int slot) {
        return word0[slot];
    }

    long word1(int slot) {
        return word1[slot];
    }

    void copyFrom(TransmitContexts other) {
        for (int slot = 0; slot < SLOTS; slot++) {
            word0[slot] = other.word0[slot];
            word1[slot] = other.word1[slot];
        }
    }

    void clear() {
        for (int slot = 0; slot < SLOTS; slot++) {
            word0[slot] = 0;
            word1[slot] = 0;
        }
    }
}
