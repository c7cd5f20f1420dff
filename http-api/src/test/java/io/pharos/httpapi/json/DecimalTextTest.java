package io.pharos.httpapi.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalTextTest {
    private static final long SEED = 20261120;

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1, 1",
        "-1, -1",
        "100, 100",
        "1.5, 1.5",
        "-2.25, -2.25",
        "0.1, 0.1",
        "0.3, 0.3",
        "0.30000000000000004, 0.30000000000000004",
        "1234567.891, 1234567.891",
        "0.000001, 0.000001",
        "0.0000015, 0.0000015",
        "9.99999e-7, 9.99999e-07",
        "1e-7, 1e-07",
        "-1.25e-7, -1.25e-07",
        "1e-10, 1e-10",
        "1e-100, 1e-100",
        "4.9e-324, 5e-324",
        "9.9e-324, 1e-323",
        "1.5e-323, 1.5e-323",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "2.225073858507201e-308, 2.225073858507201e-308",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "1e15, 1000000000000000",
        "9007199254740992, 9007199254740992",
        "9007199254740994, 9007199254740994",
        "1e20, 100000000000000000000",
        "1.2345e20, 123450000000000000000",
        "999999999999999900000, 999999999999999900000",
        "1e21, 1e+21",
        "-1e21, -1e+21",
        "1.5e300, 1.5e+300",
        "2e23, 2e+23",
        "1700000000.123, 1700000000.123",
        "NaN, NaN",
        "Infinity, +Inf",
        "-Infinity, -Inf"
    })
    void writesWhatGoWrites(double value, String text) {
        assertThat(DecimalText.fixed(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0e+00",
        "1, 1e+00",
        "-1.5, -1.5e+00",
        "123456, 1.23456e+05",
        "0.001, 1e-03",
        "1e100, 1e+100",
        "NaN, NaN",
        "Infinity, +Inf",
        "100, 1e+02",
        "0.1, 1e-01"
    })
    void alertValuesAlwaysHaveAnExponent(double value, String text) {
        assertThat(DecimalText.exponent(value)).isEqualTo(text);
    }

    @Test
    void randomBitsReadBackFromTheFewestDigits() {
        Random random = new Random(SEED);
        for (int i = 0; i < 200_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertShortest(value);
            }
        }
    }

    @Test
    void ordinaryValuesReadBackFromTheFewestDigits() {
        Random random = new Random(SEED + 1);
        for (int i = 0; i < 100_000; i++) {
            assertShortest(random.nextInt(1_000_000) / (double) (1 + random.nextInt(1000)));
            assertShortest((double) (random.nextLong() >>> random.nextInt(64)));
            assertShortest(random.nextInt(100_000) / 1000.0);
            assertShortest(random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
        }
    }

    @Test
    void powersAndTheirNeighboursReadBackFromTheFewestDigits() {
        for (int exponent = -1074; exponent <= 1023; exponent++) {
            double power = Math.scalb(1.0, exponent);
            assertShortest(power);
            assertShortest(Math.nextUp(power));
            assertShortest(Math.nextDown(power));
        }
        for (int exponent = -323; exponent <= 308; exponent++) {
            double power = Double.parseDouble("1e" + exponent);
            assertShortest(power);
            assertShortest(Math.nextUp(power));
            assertShortest(Math.nextDown(power));
        }
    }

    @Test
    void logarithmsAreExact() {
        for (int exponent = -1074; exponent <= 971; exponent++) {
            assertThat(DecimalText.floorLog10Pow2(exponent)).isEqualTo(floorLog10(pow2(exponent)));
            BigDecimal threeQuarters = pow2(exponent).multiply(new BigDecimal("0.75"));
            assertThat(DecimalText.floorLog10ThreeQuartersPow2(exponent)).isEqualTo(floorLog10(threeQuarters));
        }
        for (int exponent = 0; exponent <= 324; exponent++) {
            int bits = BigInteger.TEN.pow(exponent).bitLength();
            assertThat(DecimalText.floorLog2Pow10(exponent)).isEqualTo(bits - 1);
            if (exponent > 0) {
                assertThat(DecimalText.floorLog2Pow10(-exponent)).isEqualTo(-bits);
            }
        }
    }

    @Test
    void wholeNumbersAreWrittenWhole() {
        byte[] out = new byte[40];
        for (long value : new long[] {0, 9, 10, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_007L}) {
            int end = DecimalText.writeLong(value, out, 3);
            assertThat(new String(out, 3, end - 3, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo(Long.toString(value));
        }
    }

    private static void assertShortest(double value) {
        String text = DecimalText.fixed(value);
        if (Double.doubleToRawLongBits(Double.parseDouble(text)) != Double.doubleToRawLongBits(value)) {
            throw new AssertionError(text + " does not read back as " + value);
        }
        double size = Math.abs(value);
        boolean exponent = text.indexOf('e') >= 0;
        if (exponent != (size != 0 && (size < 1e-6 || size >= 1e21))) {
            throw new AssertionError(text + " is in the wrong notation");
        }
        if (value == 0) {
            return;
        }
        BigDecimal exact = new BigDecimal(size);
        BigDecimal written = new BigDecimal(text).abs().stripTrailingZeros();
        int digits = written.precision();
        if (digits > 1) {
            for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
                BigDecimal shorter = exact.round(new MathContext(digits - 1, mode));
                if (shorter.doubleValue() == size) {
                    throw new AssertionError(text + " is longer than " + shorter);
                }
            }
        }
        for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
            BigDecimal other = exact.round(new MathContext(digits, mode));
            boolean closer = other.subtract(exact)
                            .abs()
                            .compareTo(written.subtract(exact).abs())
                    < 0;
            if (closer && other.doubleValue() == size) {
                throw new AssertionError(other + " is closer to " + value + " than " + text);
            }
        }
    }

    private static BigDecimal pow2(int exponent) {
        BigDecimal power = new BigDecimal(BigInteger.TWO.pow(Math.abs(exponent)));
        return exponent >= 0 ? power : BigDecimal.ONE.divide(power);
    }

    private static int floorLog10(BigDecimal value) {
        return value.precision() - value.scale() - 1;
    }
}
