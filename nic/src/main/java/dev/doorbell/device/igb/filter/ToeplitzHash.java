package dev.doorbell.device.igb.filter;

/// The Toeplitz hash of receive-side scaling, as tables: the hash of an input is the XOR of what each
/// of its bytes contributes at its place.
final class ToeplitzHash {
    /// Two IPv6 addresses and two ports.
    static final int INPUT_BYTES = 36;

    static final int KEY_BYTES = 40;

    private static final int VALUES = 256;

    private final int[] table = new int[INPUT_BYTES * VALUES];

    /// Takes a key of [#KEY_BYTES] as ten words of four bytes, the first byte of each in bits 7:0
    /// (RSSRK).
    void key(int[] words) {
        for (int place = 0; place < INPUT_BYTES; place++) {
            int base = place * VALUES;
            long keyBits = keyFrom(words, place);
            for (int bit = 0; bit < 8; bit++) table[base + (0x80 >>> bit)] = (int) (keyBits >>> (8 - bit));
            for (int value = 1; value < VALUES; value++) {
                int lowest = value & -value;
                table[base + value] = table[base + lowest] ^ table[base + value - lowest];
            }
        }
    }

    /// Five bytes of the key from byte `at` on, the first in bits 39:32.
    private static long keyFrom(int[] words, int at) {
        long bits = 0;
        for (int i = at; i < at + 5; i++) bits = bits << 8 | ((words[i >>> 2] >>> (8 * (i & 3))) & 0xFF);
        return bits;
    }

    /// What eight input bytes from byte `place` on contribute; the first is in bits 63:56.
    int eight(int place, long input) {
        return four(place, (int) (input >>> 32)) ^ four(place + 4, (int) input);
    }

    /// What four input bytes from byte `place` on contribute; the first is in bits 31:24.
    int four(int place, int input) {
        int base = place * VALUES;
        return table[base + (input >>> 24)]
                ^ table[base + VALUES + (input >>> 16 & 0xFF)]
                ^ table[base + 2 * VALUES + (input >>> 8 & 0xFF)]
                ^ table[base + 3 * VALUES + (input & 0xFF)];
    }
}
