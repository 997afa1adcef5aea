package dev.doorbell.story;

/// One's complement sums for expectations, one 16-bit word after the other.
public final class Sums {
    private Sums() {}

    /// Sum of `bytes[from .. to)`; a last odd byte is the high half of a word.
    public static int sum(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2)
            sum = add(sum, (bytes[i] & 0xFF) << 8 | (i + 1 < to ? bytes[i + 1] & 0xFF : 0));
        return sum;
    }

    public static int add(int a, int b) {
        int sum = a + b;
        return sum > 0xFFFF ? sum - 0xFFFF : sum;
    }

    /// What a sender stores for a sum: never 0.
    public static int stored(int sum) {
        int inverted = ~sum & 0xFFFF;
        return inverted == 0 ? 0xFFFF : inverted;
    }
}
