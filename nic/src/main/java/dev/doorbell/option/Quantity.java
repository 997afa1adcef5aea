package dev.doorbell.option;

import java.math.BigDecimal;

/// Numbers as users write them: sizes and rates (`1500`, `9k`, `64Ki`, `2.5G`), times (`500ms`, `10s`,
/// `5m`) and chances (`0.01`).
public final class Quantity {
    private static final String SIZE_FORM = "a number with an optional suffix k, M, G, T (thousands) or Ki, Mi, Gi, Ti";
    private static final String TIME_FORM = "a number with a unit: ns, us, ms, s, m or h";

    private Quantity() {}

    /// A size, count or rate: decimal suffixes are powers of 1000 (`9k` is 9000), binary ones powers of
    /// 1024.
    public static long amount(String what, String text) throws OptionException {
        int end = numberEnd(text);
        long factor = switch (text.substring(end)) {
            case "" -> 1L;
            case "k", "K" -> 1_000L;
            case "M" -> 1_000_000L;
            case "G" -> 1_000_000_000L;
            case "T" -> 1_000_000_000_000L;
            case "Ki" -> 1L << 10;
            case "Mi" -> 1L << 20;
            case "Gi" -> 1L << 30;
            case "Ti" -> 1L << 40;
            default -> -1;
        };
        return scaled(what, text, end, factor, SIZE_FORM);
    }

    /// As [#amount], no less than `least` and no more than `most`; `Long.MAX_VALUE` is no limit.
    public static long amountWithin(String what, String text, long least, long most) throws OptionException {
        long value = amount(what, text);
        if (value < least || value > most) {
            String range = most == Long.MAX_VALUE ? least + " or more" : least + " to " + most;
            throw new OptionException(what + "=" + text + ": expected " + range);
        }
        return value;
    }

    /// A time in nanoseconds. A bare number has no unit and is refused, except 0.
    public static long timeNs(String what, String text) throws OptionException {
        int end = numberEnd(text);
        long factor = switch (text.substring(end)) {
            case "" -> text.equals("0") ? 1L : -1L;
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> -1L;
        };
        return scaled(what, text, end, factor, TIME_FORM);
    }

    /// A chance between 0 (never) and 1 (always).
    public static double chance(String what, String text) throws OptionException {
        int end = numberEnd(text);
        double value = end == text.length() && isNumber(text) ? Double.parseDouble(text) : -1;
        if (!(value >= 0 && value <= 1)) throw wrong(what, text, "a chance from 0 to 1, such as 0.01");
        return value;
    }

    /// `on` or `off`; `yes`, `no`, `true` and `false` mean the same.
    public static boolean flag(String what, String text) throws OptionException {
        return switch (text) {
            case "on", "yes", "true" -> true;
            case "off", "no", "false" -> false;
            default -> throw wrong(what, text, "on or off");
        };
    }

    private static long scaled(String what, String text, int end, long factor, String form) throws OptionException {
        String number = text.substring(0, end);
        if (factor < 0 || !isNumber(number)) throw wrong(what, text, form);
        try {
            return new BigDecimal(number).multiply(BigDecimal.valueOf(factor)).longValueExact();
        } catch (ArithmeticException e) {
            throw wrong(what, text, "a whole number below 2^63 once the suffix is applied");
        }
    }

    /// Length of the leading run of digits and points.
    private static int numberEnd(String text) {
        int end = 0;
        while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) end++;
        return end;
    }

    /// Digits, at most one point, a digit on either side of it; short enough to be exact arithmetic's
    /// business.
    private static boolean isNumber(String text) {
        int point = text.indexOf('.');
        return !text.isEmpty()
                && text.length() <= 40
                && point == text.lastIndexOf('.')
                && point != 0
                && point != text.length() - 1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /// `what=text` as messages begin, with a text that nobody has judged yet made fit for one line.
    public static String quoted(String what, String text) {
        return what + "=" + OptionString.printable(text);
    }

    static OptionException wrong(String what, String text, String expected) {
        return new OptionException(quoted(what, text) + ": expected " + expected);
    }
}
