package dev.doorbell.device.e1000;

import java.util.Arrays;

/// The 64 words that the card keeps without power. They survive every reset of the card, as a driver's writes do.
final class Eeprom {
    static final int WORDS = 64;

    /// The 16-bit sum of all words. Linux warns at any other, other drivers refuse the card.
    static final int SUM = 0xBABA;

    private static final int ERASED = 0xFFFF;
    private static final int COMPATIBILITY = 0x03;
    private static final int ASSEMBLY = 0x08;
    private static final int INIT_CONTROL_1 = 0x0A;
    private static final int SUBSYSTEM = 0x0B;
    private static final int SUBSYSTEM_VENDOR = 0x0C;
    private static final int DEVICE = 0x0D;
    private static final int VENDOR = 0x0E;
    private static final int INIT_CONTROL_2 = 0x0F;
    private static final int PINS_1 = 0x10;
    private static final int INIT_CONTROL_3_B = 0x14;
    private static final int PINS_0 = 0x20;
    private static final int INIT_CONTROL_3_A = 0x24;
    private static final int CHECKSUM = 0x3F;

    private final int[] words = new int[WORDS];

    /// The image of a new card. Words that this chip and its drivers do not use are erased (all ones); drivers take
    /// that for "default" (LED modes, PHY class, SerDes).
    Eeprom(E1000Options options) {
        E1000Model model = options.model();
        long macAddress = options.macAddress();
        Arrays.fill(words, ERASED);
        for (int i = 0; i < 3; i++)
            words[i] = Short.toUnsignedInt(Short.reverseBytes((short) (macAddress >>> (32 - 16 * i))));
        words[COMPATIBILITY] = 0; // a network card, not part of a mainboard
        words[ASSEMBLY] = 0;
        words[ASSEMBLY + 1] = 0;
        words[INIT_CONTROL_1] = 0x6403;
        words[SUBSYSTEM] = options.subsystemId();
        words[SUBSYSTEM_VENDOR] = model.vendorId();
        words[DEVICE] = model.deviceId();
        words[VENDOR] = model.vendorId();
        words[INIT_CONTROL_2] = 0x3040; // symmetric PAUSE: what drivers advertise by default
        words[PINS_1] = 0;
        words[PINS_0] = 0;
        words[INIT_CONTROL_3_B] = 0; // no wake up by magic packet
        words[INIT_CONTROL_3_A] = 0;
        int sum = 0;
        for (int i = 0; i < CHECKSUM; i++) sum += words[i];
        words[CHECKSUM] = (SUM - sum) & 0xFFFF;
    }

    /// Only the low 6 bits of `address` are wired.
    int read(int address) {
        return words[address & (WORDS - 1)];
    }

    void write(int address, int word) {
        words[address & (WORDS - 1)] = word & 0xFFFF;
    }

    void fill(int word) {
        Arrays.fill(words, word & 0xFFFF);
    }

    /// Words 0 and 1: the first four bytes of the address, first byte on the wire lowest, as RAL0 holds them.
    int macLow() {
        return (words[1] << 16) | words[0];
    }

    /// Word 2: the last two bytes, as in RAH0.
    int macHigh() {
        return words[2];
    }
}
