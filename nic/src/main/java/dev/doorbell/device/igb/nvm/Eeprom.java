package dev.doorbell.device.igb.nvm;

import java.util.Arrays;

/// The words that the card keeps without power. They survive every reset of the card, as a driver's
/// writes do.
final class Eeprom {
    /// 2^(6+SIZE_EX), SIZE_EX of EECD being 2.
    static final int WORDS = 256;

    /// The 16-bit sum of words 0x00 to 0x3F. igb refuses the card at any other.
    static final int SUM = 0xBABA;

    private static final int ERASED = 0xFFFF;
    private static final int COMPATIBILITY = 0x03;
    private static final int ASSEMBLY = 0x08;
    private static final int INIT_CONTROL_1 = 0x0A;
    private static final int SUBSYSTEM = 0x0B;
    private static final int SUBSYSTEM_VENDOR = 0x0C;
    private static final int DEVICE_0 = 0x0D;
    private static final int VENDOR = 0x0E;
    private static final int INIT_CONTROL_2 = 0x0F;
    private static final int DEVICE_1 = 0x11;
    private static final int SIZE = 0x12;
    private static final int INIT_CONTROL_3_LAN1 = 0x14;
    private static final int INIT_CONTROL_3_LAN0 = 0x24;
    private static final int IOV_CONTROL = 0x25;
    private static final int VF_DEVICE = 0x26;
    private static final int ALTERNATE_MAC = 0x37;
    private static final int CHECKSUM = 0x3F;

    private final char[] words = new char[WORDS];

    /// The image of a new card. Words that this card and its drivers do not use are erased (all
    /// ones); drivers take that for "default" or "none" (LED modes, pointers, image versions).
    Eeprom(long macAddress) {
        Arrays.fill(words, (char) ERASED);
        for (int i = 0; i < 3; i++) words[i] = Character.reverseBytes((char) (macAddress >>> (32 - 16 * i)));
        words[COMPATIBILITY] = 0; // a network card, not part of a mainboard
        words[ASSEMBLY] = 0;
        words[ASSEMBLY + 1] = 0;
        words[INIT_CONTROL_1] = 0x6403;
        words[SUBSYSTEM] = 0xA03C;
        words[SUBSYSTEM_VENDOR] = 0x8086;
        words[DEVICE_0] = 0x10C9;
        words[VENDOR] = 0x8086;
        words[INIT_CONTROL_2] = 0x3040; // symmetric PAUSE: what drivers advertise by default
        words[DEVICE_1] = 0x10C9;
        words[SIZE] = 0x5C00;
        words[INIT_CONTROL_3_LAN1] = 0; // no wake up by magic packet, copper, MDIO of its own
        words[INIT_CONTROL_3_LAN0] = 0;
        words[IOV_CONTROL] = 0x00F5;
        words[VF_DEVICE] = 0x10CA;
        words[ALTERNATE_MAC] = ERASED; // none
        int sum = 0;
        for (int i = 0; i < CHECKSUM; i++) sum += words[i];
        words[CHECKSUM] = (char) (SUM - sum);
    }

    /// Only the low 8 bits of `address` are wired.
    int read(int address) {
        return words[address & (WORDS - 1)];
    }

    /// Byte `address` of the part: the low byte of a word comes first.
    int readByte(int address) {
        int word = read(address >>> 1);
        return (address & 1) == 0 ? word & 0xFF : word >>> 8;
    }

    void writeByte(int address, int value) {
        int at = (address >>> 1) & (WORDS - 1);
        int shift = 8 * (address & 1);
        words[at] = (char) ((words[at] & ~(0xFF << shift)) | ((value & 0xFF) << shift));
    }

    /// Words 0 and 1: the first four bytes of the address, first byte on the wire lowest, as RAL0
    /// holds them.
    int macLow() {
        return (words[1] << 16) | words[0];
    }

    /// Word 2: the last two bytes, as in RAH0.
    int macHigh() {
        return words[2];
    }
}
