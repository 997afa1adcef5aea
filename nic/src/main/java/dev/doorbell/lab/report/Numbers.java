package dev.doorbell.lab.report;

import java.math.BigDecimal;
import java.math.MathContext;

/// Numbers as programs read them.
final class Numbers {
    private static final String SUFFIXES = "kMGT";
    private static final double[] UNITS = {1e3, 1e6, 1e9, 1e12};

    private Numbers() {}

    /// All digits that tell the value from its neighbours, without an exponent; empty for what is
    /// no finite number.
    static String exact(double value) {
        if (!Double.isFinite(value)) return "";
        if (value == 0) return "0";
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    /// Three digits, without zeros behind: `0.125`, `12.5`, `1500`.
    static String brief(double value) {
        if (!Double.isFinite(value)) return "-";
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(3));
        if (rounded.signum() == 0) return "0";
        BigDecimal bare = rounded.stripTrailingZeros();
        return Math.abs(value) < 1e-4 ? bare.toString() : bare.toPlainString();
    }

    /// As [#brief], thousands and more with a suffix: `10k`, `2.5M`.
    static String suffixed(double value) {
        double size = Math.abs(value);
        for (int i = SUFFIXES.length() - 1; i >= 0; i--) {
            double unit = UNITS[i];
            if (size >= unit) return brief(value / unit) + SUFFIXES.charAt(i);
        }
        return brief(value);
    }
}
