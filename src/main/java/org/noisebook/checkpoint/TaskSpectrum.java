package org.noisebook.checkpoint;

import java.util.Arrays;
import org.noisebook.linalg.SymmetricSpectrum;

/**
 * The eigenvalues of a kernel, its effective ranks, and where a task lies in its eigenvectors.
 *
 * <p>Ranks: participation (tr K)²/‖K‖², e^entropy of λ/tr K, tr K/λ₁. Alignment with targets Y: ⟨K, YYᵀ⟩/(‖K‖‖YYᵀ‖) (Cristianini,
 * Shawe-Taylor, Elisseeff and Kandola 2001, NIPS 14), the same of HKH and HY, and tr YᵀKY/(‖Y‖² tr K). Cumulative power of the task C(k) =
 * Σ_{i≤k} |v_iᵀY|²/‖Y‖² (Canatar, Bordelon and Pehlevan 2021, Nat. Commun. 12, 2914).
 *
 * <p><b>Shapes</b>: kernel {@code [n][n]}, targets {@code [outputs][n]}. <b>Special cases</b>: eigenvalues that agree to rounding share
 * their power, which comes in one step; negative ones count as 0 in ranks. <b>Cost</b>: 4/3 n³.
 */
final class TaskSpectrum {
    /** Of the largest eigenvalue: rounding, and so the null space. */
    private static final double ROUNDING = 1e-12;

    private final int n;
    private final double[] kernel;
    private final double[][] targets;
    private final double[] values;
    private final double[] power;

    private TaskSpectrum(int n, double[] kernel, double[][] targets, SymmetricSpectrum spectrum) {
        this.n = n;
        this.kernel = kernel;
        this.targets = targets;
        this.values = spectrum.values();
        this.power = new double[n];
        for (int c = 0; c < targets.length; c++) {
            double[] parts = spectrum.parts(targets[c]);
            for (int k = 0; k < n; k++) {
                power[k] += parts[k] * parts[k];
            }
        }
    }

    /** Decomposes; {@code targets} may be none. */
    static TaskSpectrum of(int n, double[] kernel, double[]... targets) {
        return new TaskSpectrum(n, kernel, targets, SymmetricSpectrum.of(n, kernel));
    }

    /** Eigenvalues, the largest first. */
    double[] values() {
        return values.clone();
    }

    /** (tr K)²/‖K‖². */
    double participation() {
        double trace = 0;
        double squares = 0;
        for (double value : values) {
            trace += Math.max(0, value);
            squares += value * value;
        }
        return trace * trace / squares;
    }

    /** e^entropy of λ/tr K. */
    double entropyRank() {
        double trace = Arrays.stream(values).filter(value -> value > 0).sum();
        double entropy = 0;
        for (double value : values) {
            if (value > ROUNDING * values[0]) {
                entropy -= value / trace * StrictMath.log(value / trace);
            }
        }
        return StrictMath.exp(entropy);
    }

    /** tr K/λ₁. */
    double traceRank() {
        return Arrays.stream(values).filter(value -> value > 0).sum() / values[0];
    }

    /** Kernel–task alignment by the norms; of the centred kernel and targets if {@code centred}. */
    double alignment(boolean centred) {
        double[] k = kernel;
        double[][] y = targets;
        if (centred) {
            k = kernel.clone();
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 0; i < n; i++) {
                    double sum = 0;
                    for (int j = 0; j < n; j++) {
                        sum += k[pass == 0 ? i * n + j : j * n + i];
                    }
                    for (int j = 0; j < n; j++) {
                        k[pass == 0 ? i * n + j : j * n + i] -= sum / n;
                    }
                }
            }
            y = Arrays.stream(targets)
                    .map(one -> {
                        double mean = Arrays.stream(one).sum() / n;
                        return Arrays.stream(one).map(value -> value - mean).toArray();
                    })
                    .toArray(double[][]::new);
        }
        double inner = 0;
        for (double[] one : y) {
            inner += form(k, one);
        }
        double gram = 0;
        for (double[] a : y) {
            for (double[] b : y) {
                double product = dot(a, b);
                gram += product * product;
            }
        }
        return inner / StrictMath.sqrt(dot(k, k) * gram);
    }

    /** The share of the kernel's trace along the targets. */
    double traceShare() {
        double inner = 0;
        double squares = 0;
        for (double[] one : targets) {
            inner += form(kernel, one);
            squares += dot(one, one);
        }
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += kernel[i * n + i];
        }
        return inner / (squares * trace);
    }

    /** C(k) for k = 1 … n; what the null space holds is missing. */
    double[] cumulativePower() {
        double all = Arrays.stream(power).sum();
        double[] cumulative = new double[n];
        double sum = 0;
        for (int k = 0; k < n; ) {
            int end = k;
            while (end < n && values[k] - values[end] <= ROUNDING * values[0]) {
                end++;
            }
            for (int i = k; i < end; i++) {
                sum += values[k] > ROUNDING * values[0] ? power[i] : 0;
            }
            for (int i = k; i < end; i++) {
                cumulative[i] = sum / all;
            }
            k = end;
        }
        return cumulative;
    }

    private double form(double[] k, double[] y) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double row = 0;
            for (int j = 0; j < n; j++) {
                row += k[i * n + j] * y[j];
            }
            sum += row * y[i];
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }
}
