package org.noisebook.linalg;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** φ and φ′ to forty digits. */
final class ActivationReference {
    private static final MathContext DIGITS = new MathContext(60);
    private static final BigDecimal GELU =
            new BigDecimal("1.59576912160573071175978423973752747390343452465973863066370");
    private static final BigDecimal CUBIC = new BigDecimal("0.044715");
    private static final BigDecimal TWO_PER_ROOT_PI =
            new BigDecimal("1.12837916709551257389615890312154517168810125865799771368817");
    private static final int HALVINGS = 20;
    private static final int TERMS = 14;

    private ActivationReference() {}

    static BigDecimal value(Activation activation, double z) {
        BigDecimal x = new BigDecimal(z);
        return switch (activation) {
            case RELU -> x.max(BigDecimal.ZERO);
            case TANH -> {
                BigDecimal e = exp(x.abs().multiply(BigDecimal.valueOf(-2)));
                BigDecimal t = BigDecimal.ONE.subtract(e).divide(BigDecimal.ONE.add(e), DIGITS);
                yield z < 0 ? t.negate() : t;
            }
            case GELU -> x.multiply(sigma(inner(x)));
            case SILU -> x.multiply(sigma(x));
            case ERF -> erf(x);
            case LINEAR -> x;
        };
    }

    static BigDecimal slope(Activation activation, double z) {
        BigDecimal x = new BigDecimal(z);
        return switch (activation) {
            case RELU -> z > 0 ? BigDecimal.ONE : BigDecimal.ZERO;
            case TANH -> rise(x.add(x)).multiply(BigDecimal.valueOf(4));
            case GELU -> {
                BigDecimal cubic =
                        CUBIC.multiply(BigDecimal.valueOf(3)).multiply(x).multiply(x);
                BigDecimal inner = GELU.multiply(BigDecimal.ONE.add(cubic));
                yield sigma(inner(x)).add(x.multiply(rise(inner(x))).multiply(inner));
            }
            case SILU -> sigma(x).add(x.multiply(rise(x)));
            case ERF -> exp(x.multiply(x).negate()).multiply(TWO_PER_ROOT_PI);
            case LINEAR -> BigDecimal.ONE;
        };
    }

    /** 2/√π e^(−x²) Σ x (2x²)^k/(1 · 3 · … (2k + 1)), all terms of one sign; 1 to sixty digits beyond 12. */
    private static BigDecimal erf(BigDecimal x) {
        if (x.abs().compareTo(BigDecimal.valueOf(12)) > 0) {
            return BigDecimal.valueOf(x.signum());
        }
        BigDecimal twice = x.multiply(x).multiply(BigDecimal.valueOf(2));
        BigDecimal term = x;
        BigDecimal sum = x;
        for (int k = 1; term.signum() != 0 && term.abs().compareTo(sum.abs().scaleByPowerOfTen(-50)) > 0; k++) {
            term = term.multiply(twice).divide(BigDecimal.valueOf(2 * k + 1), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum.multiply(exp(twice.divide(BigDecimal.valueOf(-2)))).multiply(TWO_PER_ROOT_PI, DIGITS);
    }

    private static BigDecimal inner(BigDecimal x) {
        return GELU.multiply(x.add(CUBIC.multiply(x).multiply(x).multiply(x)), DIGITS);
    }

    private static BigDecimal sigma(BigDecimal y) {
        return BigDecimal.ONE.divide(BigDecimal.ONE.add(exp(y.negate())), DIGITS);
    }

    /** σ′ = e^−y / (1 + e^−y)². */
    private static BigDecimal rise(BigDecimal y) {
        BigDecimal e = exp(y.abs().negate());
        return e.divide(BigDecimal.ONE.add(e).pow(2), DIGITS);
    }

    private static BigDecimal exp(BigDecimal x) {
        BigDecimal small =
                x.divide(BigDecimal.valueOf(1 << HALVINGS), DIGITS.getPrecision() + 10, RoundingMode.HALF_EVEN);
        BigDecimal sum = BigDecimal.ONE;
        for (int k = TERMS; k > 0; k--) {
            sum = sum.multiply(small).divide(BigDecimal.valueOf(k), DIGITS).add(BigDecimal.ONE);
        }
        for (int k = 0; k < HALVINGS; k++) {
            sum = sum.multiply(sum, DIGITS);
        }
        return sum;
    }
}
