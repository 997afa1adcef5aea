package dev.doorbell.lab.report;

import java.math.BigDecimal;

/// Numbers as programs read them.
final class Numbers {
    private Numbers() {}

    /// All digits that tell the value from its neighbours, without an exponent; empty for what is no finite number.
    static String exact(double value) {
        if (!Double.isFinite(value)) return "";
        if (value == 0) return "0";
        String digits = new BigDecimal(Double.toString(value)).toPlainString();
        return digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits;
    }
}
