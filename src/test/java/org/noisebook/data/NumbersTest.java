package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class NumbersTest {
    private static final int PATTERNS = 100_000;
    private static final int SHORTEST_PATTERNS = 2_000;
    private static final double SMALLEST_NORMAL = 0x1p-1022;

    @Test
    void randomBitPatternsReadBackTheSame() {
        Stream stream = Streams.of(1).at("patterns");
        for (int k = 0; k < PATTERNS; k++) {
            assertReadsBack(Double.longBitsToDouble(stream.nextLong()));
        }
    }

    @Test
    void subnormalAndPowersOfTwoReadBackTheSame() {
        for (int exponent = -1074; exponent <= 1023; exponent++) {
            double power = Math.scalb(1.0, exponent);
            assertReadsBack(power);
            assertReadsBack(Math.nextDown(power));
            assertReadsBack(Math.nextUp(power));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1.0, -1e-5})
    void specialValuesReadBackTheSame(double value) {
        assertReadsBack(value);
    }

    private static void assertReadsBack(double value) {
        String text = Numbers.format(value);
        long bits = Double.doubleToLongBits(value);
        if (Double.doubleToLongBits(Numbers.parse(text)) != bits) {
            assertThat(Numbers.parse(text)).as("%s, bits %x", text, bits).isEqualTo(value);
        }
    }

    /** No decimal with one digit less reads back; both neighbours of the value are tried. */
    @Test
    void nothingShorterReadsBack() {
        Stream stream = Streams.of(1).at("shortest");
        for (int k = 0; k < SHORTEST_PATTERNS; k++) {
            assertShortest(Math.abs(Double.longBitsToDouble(stream.nextLong())));
            assertShortest(stream.nextDouble() * SMALLEST_NORMAL);
        }
        for (int exponent = -1074; exponent <= 1023; exponent++) {
            assertShortest(Math.scalb(1.0, exponent));
        }
    }

    private static void assertShortest(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
            return;
        }
        String text = Numbers.format(value);
        BigDecimal written = new BigDecimal(text).stripTrailingZeros();
        if (written.precision() == 1) {
            return;
        }
        BigDecimal exact = new BigDecimal(value);
        for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
            BigDecimal shorter = exact.round(new MathContext(written.precision() - 1, mode));
            if (shorter.doubleValue() == value) {
                assertThat(text).as("%s reads back too", shorter).isEqualTo(shorter.toString());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2e23, 2e23",
        "1e23, 1e23",
        "9007199254740992, 9.007199254740992e15",
        "9007199254740993, 9.007199254740992e15",
        "999999999999999, 999999999999999",
        "1e15, 1e15",
        "4.9e-324, 5e-324",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "1.7976931348623157e308, 1.7976931348623157e308",
        "5.684341886080802e-14, 5.684341886080802e-14",
        "9.5367431640625e-7, 9.5367431640625e-7",
        "0.1, 0.1",
        "0.3, 0.3",
        "-123.456, -123.456",
        "0.0001, 0.0001",
        "0.00001, 1e-5",
        "-0.00001234, -1.234e-5",
        "3, 3",
        "-0.0, -0"
    })
    void knownTexts(double value, String text) {
        assertThat(Numbers.format(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2^-15, 3.0517578125e-5",
        "2^10, 1024",
        "10^+2, 100",
        "-2^3, -8",
        "0.5^2, 0.25",
        "2^7.5, 181.01933598375615",
        "4^-0.5, 0.5",
        "1e2^1.5, 1000",
        "inf, Infinity",
        "-inf, -Infinity",
        "1E3, 1000",
        "+.5, 0.5",
        "7., 7"
    })
    void readableTexts(String text, double value) {
        assertThat(Numbers.parse(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "abc", "1d", "1f", "0x10", "1e", "e5", ".", "--1", "^2", "2^", "-2^0.5", "2^2000", "2^x",
                "2^1^1", "1,5", "nan"
            })
    void refusedTexts(String text) {
        assertThatThrownBy(() -> Numbers.parse(text)).isInstanceOf(NumberFormatException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0.123456, 3, 0.123",
        "123456, 3, 123000",
        "-1.995, 3, -2.00",
        "1.23456e-7, 4, 1.235e-7",
        "0, 3, 0",
        "-0.0, 3, 0",
        "NaN, 3, NaN",
        "Infinity, 3, inf"
    })
    void roundedForPeople(double value, int digits, String text) {
        assertThat(Numbers.format(value, digits)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1",
        "0.5, 0.5",
        "0.012345, 0.012345",
        "0.123456789, 0.123457",
        "0.10000001, 0.100000",
        "1234567, 1234567",
        "-1234567.8, -1.23457e6",
        "123456.7, 123457",
        "1.23456789e-9, 1.23457e-9",
        "1e300, 1e300",
        "NaN, NaN",
        "-Infinity, -inf",
        "-0.0, -0",
    })
    void briefRoundsOnlyWhatIsLong(double value, String text) {
        assertThat(Numbers.brief(value, 6)).isEqualTo(text);
    }
}
