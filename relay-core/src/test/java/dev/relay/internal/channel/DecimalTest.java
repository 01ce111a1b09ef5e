package dev.relay.internal.channel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "+7", "007", "1.50", "0.000", "12e3", "1E+5", "1e-00000005", "-1.5e99999999"})
    void is_a_number(String text) {
        assertThat(Decimal.parse(text)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "+",
                "-",
                ".",
                "5.",
                ".5",
                "-.5",
                "1.2.3",
                "--1",
                "+-1",
                "1-",
                "1 ",
                " 1",
                "1,5",
                "0x1f",
                "1_000",
                "e5",
                "1e",
                "1e+",
                "1e5.0",
                "1e123456789",
                "1ee5",
                "NaN",
                "Infinity",
                "\u0661",
                "\uff11",
                "1\u0661",
                "1d",
                "1f"
            })
    void is_no_number(String text) {
        assertThat(Decimal.parse(text)).isNull();
    }

    @Test
    void a_number_is_not_longer_than_the_limit() {
        assertThat(Decimal.parse("1".repeat(Decimal.MAX_CHARS))).isNotNull();
        assertThat(Decimal.parse("1".repeat(Decimal.MAX_CHARS + 1))).isNull();
        assertThat(Decimal.parse("0".repeat(Decimal.MAX_CHARS + 1))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, -0, 0",
        "-0.00, +0e99999999, 0",
        "1, 1.000, 0",
        "001, 1, 0",
        "+1, 1, 0",
        "100, 1e2, 0",
        "0.01, 1e-2, 0",
        "12.5, 0.00125e4, 0",
        "1, 2, -1",
        "9, 10, -1",
        "-9, -10, 1",
        "-1, 1, -1",
        "-1, 0, -1",
        "0, 0.0000001, -1",
        "0, -1e-99999999, 1",
        "1e99999999, 1e-99999999, 1",
        "1e99999999, 9e99999998, 1",
        "0.30000000000000001, 0.3, 1",
        "9007199254740993, 9007199254740992, 1",
        "1.10, 1.1, 0",
        "1.01, 1.1, -1",
        "10.1, 1.01, 1",
        "110, 101, 1",
        "1.2, 12, -1"
    })
    void numbers_compare_exactly(String left, String right, int sign) {
        assertThat(compare(left, right)).isEqualTo(sign);
        assertThat(compare(right, left)).isEqualTo(-sign);
    }

    @Test
    void at_random_it_agrees_with_arithmetic() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int equal = 0;
        for (int i = 0; i < 300_000; i++) {
            String left = number(random);
            String right = random.nextInt(4) == 0 ? sameNumber(left, random) : number(random);
            int expected = new BigDecimal(left).compareTo(new BigDecimal(right));
            assertThat(compare(left, right))
                    .as("seed %d: %s and %s", seed, left, right)
                    .isEqualTo(expected);
            equal += expected == 0 ? 1 : 0;
        }
        assertThat(equal).isGreaterThan(50_000);
    }

    /** Few digits and many zeros, so that the numbers are close to each other. */
    private static String number(Random random) {
        StringBuilder text = new StringBuilder(new String[] {"", "-", "+"}[random.nextInt(3)]);
        digits(text, random, 1 + random.nextInt(4));
        if (random.nextBoolean()) {
            digits(text.append('.'), random, 1 + random.nextInt(4));
        }
        if (random.nextInt(3) == 0) {
            text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(7) - 3);
        }
        return text.toString();
    }

    private static String sameNumber(String text, Random random) {
        BigDecimal number = new BigDecimal(text);
        int scale = number.scale() + random.nextInt(5);
        return random.nextBoolean() ? number.setScale(scale).toPlainString() : number.stripTrailingZeros() + "";
    }

    private static void digits(StringBuilder text, Random random, int count) {
        for (int i = 0; i < count; i++) {
            text.append((char) ('0' + Math.max(0, random.nextInt(6) - 3)));
        }
    }

    private static int compare(String left, String right) {
        return Integer.signum(requireNonNull(Decimal.parse(left)).compareTo(requireNonNull(Decimal.parse(right))));
    }
}
