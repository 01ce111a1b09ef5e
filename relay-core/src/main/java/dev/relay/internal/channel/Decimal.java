package dev.relay.internal.channel;

import org.jspecify.annotations.Nullable;

/**
 * A decimal number in a text, compared exactly and never computed: an exponent of a hundred million costs no more than one
 * of two. The text is a number as in JSON, at most {@value #MAX_CHARS} characters with at most eight digits of exponent;
 * zeros in front and a plus sign are allowed too.
 *
 * <p>Anything but zero is 0.d₁d₂…dₙ · 10<sup>{@code scale}</sup> with d₁ and dₙ not zero, which makes comparing the scales and then the
 * digits, one by one, comparing the numbers.
 */
final class Decimal implements Comparable<Decimal> {
    static final int MAX_CHARS = 200;

    private static final int NO_EXPONENT = Integer.MIN_VALUE;
    private static final int MAX_EXPONENT_DIGITS = 8; // far from what an int holds

    private final String text;
    private final int sign; // -1, 0, 1
    private final int first; // index of d₁ in the text
    private final int end; // index behind dₙ; a point may be in between
    private final int scale;

    private Decimal(String text, int sign, int first, int end, int scale) {
        this.text = text;
        this.sign = sign;
        this.first = first;
        this.end = end;
        this.scale = scale;
    }

    /** Reads a number; {@code null} iff the text is none. */
    static @Nullable Decimal parse(String text) {
        int length = text.length();
        if (length == 0 || length > MAX_CHARS) {
            return null;
        }
        boolean signed = text.charAt(0) == '-' || text.charAt(0) == '+';
        int start = signed ? 1 : 0;
        int point = skipDigits(text, start);
        int mantissa = point; // where it ends
        if (point < length && text.charAt(point) == '.') {
            mantissa = skipDigits(text, point + 1);
            if (mantissa == point + 1) {
                return null;
            }
        }
        int exponent = mantissa == length ? 0 : exponent(text, mantissa);
        if (point == start || exponent == NO_EXPONENT) {
            return null;
        }
        int first = start;
        while (first < mantissa && isZeroOrPoint(text, first)) {
            first++;
        }
        int end = mantissa;
        while (end > first && isZeroOrPoint(text, end - 1)) {
            end--;
        }
        int sign = first == mantissa ? 0 : text.charAt(0) == '-' ? -1 : 1;
        int scale = exponent + point - first + (first > point ? 1 : 0);
        return new Decimal(text, sign, first, end, scale);
    }

    @Override
    public int compareTo(Decimal other) {
        if (sign != other.sign || sign == 0) {
            return Integer.compare(sign, other.sign);
        }
        int bySize = scale == other.scale ? compareDigits(other) : Integer.compare(scale, other.scale);
        return sign * bySize;
    }

    private int compareDigits(Decimal other) {
        int i = first;
        int j = other.first;
        while (i < end && j < other.end) {
            char digit = text.charAt(i);
            char otherDigit = other.text.charAt(j);
            if (digit == '.') {
                i++;
            } else if (otherDigit == '.') {
                j++;
            } else if (digit != otherDigit) {
                return Character.compare(digit, otherDigit);
            } else {
                i++;
                j++;
            }
        }
        // The last digit is not zero, so what has digits left is larger.
        return Integer.compare(end - i, other.end - j);
    }

    private static int exponent(String text, int at) {
        if (text.charAt(at) != 'e' && text.charAt(at) != 'E') {
            return NO_EXPONENT;
        }
        int start = at + 1;
        boolean negative = start < text.length() && text.charAt(start) == '-';
        if (negative || (start < text.length() && text.charAt(start) == '+')) {
            start++;
        }
        int digits = text.length() - start;
        if (digits == 0 || digits > MAX_EXPONENT_DIGITS || skipDigits(text, start) != text.length()) {
            return NO_EXPONENT;
        }
        int exponent = 0;
        for (int i = start; i < text.length(); i++) {
            exponent = 10 * exponent + text.charAt(i) - '0';
        }
        return negative ? -exponent : exponent;
    }

    private static int skipDigits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static boolean isZeroOrPoint(String text, int at) {
        return text.charAt(at) == '0' || text.charAt(at) == '.';
    }
}
