package org.noisebook.timeseries;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.exception.MathArithmeticException;
import org.apache.commons.math3.exception.MathIllegalArgumentException;
import org.apache.commons.math3.exception.MathIllegalStateException;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.MatrixFile;
import org.noisebook.data.NumberArray;
import org.noisebook.data.Numbers;
import org.noisebook.rng.Stream;
import org.noisebook.runs.Report;
import org.noisebook.runs.Scores;
import org.noisebook.runs.Wording;
import org.noisebook.solver.Resolvent;

/**
 * Whether x′ = Ax + Bu can be diagonalised, what lines of its response a grid of frequencies misses, and how far two approximations err.
 *
 * <p>The response G(ω) = (iω − A)⁻¹B is found by elimination, without eigenvectors. Approximations: N = A + BBᵀ/2 driven by B/2 (S4D), and
 * A + E with Gaussian E whose norm is a tenth of the smallest singular value of A or of its smallest decay (Yu et al. 2023, arXiv 2310.01698).
 *
 * <p><b>Cost</b>: n³ times 5 µs.
 */
public final class StateSpaceReport implements Report {
    private static final int LARGEST = 100;
    private static final int COARSE = 25;
    private static final int FINE = 193;
    private static final int DRAWS = 7;
    private static final double ILL = 1e8;
    private static final double BLIND = 1e13;
    private static final double HIDDEN = 2;
    private static final double SLOW = 0.1;
    private static final int MIDDLE = DRAWS / 2;

    private final int n;
    private final double[][] a;
    private final double[] b;
    private final double condition;
    private final double bandwidth;
    /** Every eighth frequency is one of the coarse grid. */
    private final double[] fine;

    private final double[] sizes;
    private final double top;
    private final Frame lines = new Frame("frequency", "half width", "response", "over the grid's largest");
    private final Frame errors =
            new Frame("approximation", "condition", "slow inputs", "all inputs", "worst at", "on the grid");
    private final double[] diagonal;
    private final double[][] perturbed = new double[DRAWS][];

    /**
     * The report on a system.
     *
     * @throws IllegalArgumentException in one line that names shape or number, and remedy
     */
    public StateSpaceReport(MatrixFile matrix, NumberArray drive, Stream stream) {
        n = matrix.rows();
        Check.that(
                n >= 2 && n <= LARGEST && matrix.columns() == n,
                "A must be square with 2 to " + LARGEST + " rows, got " + n + " x " + matrix.columns());
        b = drive.values();
        Check.that(
                b.length == n,
                "B must have one number for each of the " + n + " states, got the shape "
                        + Arrays.toString(drive.shape()) + ": give one input at a time");
        Check.that(
                Arrays.stream(b).allMatch(x -> Math.abs(x) <= Scores.LARGEST)
                        && Arrays.stream(b).anyMatch(x -> x != 0),
                "B must hold numbers in [-1e50, 1e50], not all 0, got " + Arrays.toString(b));
        a = IntStream.range(0, n)
                .mapToObj(i -> Arrays.copyOfRange(matrix.values(), i * n, (i + 1) * n))
                .toArray(double[][]::new);
        double[] singular = singular(a);
        Check.that(
                singular[0] == 0 || singular[0] >= 1 / Scores.LARGEST,
                "A must have a norm of 1e-50 or more, got " + Numbers.format(singular[0], 2)
                        + ": choose a longer unit of time");
        Check.that(
                singular[n - 1] > 1e-14 * singular[0],
                "A must be invertible, got a singular matrix (smallest singular value "
                        + Numbers.format(singular[n - 1], 2)
                        + ", largest " + Numbers.format(singular[0], 2)
                        + "): remove states that never return, such as pure integrators");
        Optional<Resolvent> own = modes(a, b);
        condition = own.map(Resolvent::condition).orElse(Double.POSITIVE_INFINITY);
        double[] decays = condition < BLIND ? own.orElseThrow().decays() : new double[0];
        double growth = -Arrays.stream(decays).min().orElse(Double.POSITIVE_INFINITY);
        Check.that(
                growth < 0,
                "A must be stable, got an eigenvalue of real part " + Numbers.format(growth, 3)
                        + ": its response to waves does not settle");
        double least = Math.min(singular[n - 1], -growth);
        double low = singular[n - 1] / 100;
        double ratio = StrictMath.pow(1000 * singular[0] / singular[n - 1], 1.0 / (FINE - 1));
        fine = IntStream.range(0, FINE)
                .mapToDouble(k -> low * StrictMath.pow(ratio, k))
                .toArray();
        sizes = Arrays.stream(fine).map(w -> size(Resolvent.solve(a, b, w))).toArray();
        bandwidth = fine[
                IntStream.range(0, FINE)
                        .filter(k -> sizes[k] < sizes[0] / Math.sqrt(2))
                        .findFirst()
                        .orElse(FINE - 1)];
        double seen =
                IntStream.range(0, COARSE).mapToDouble(k -> sizes[8 * k]).max().orElseThrow();
        double[] peaks = Arrays.stream(
                        decays.length == 0 ? new double[0] : own.orElseThrow().frequencies())
                .map(w -> size(Resolvent.solve(a, b, w)))
                .toArray();
        top = DoubleStream.concat(Arrays.stream(sizes), Arrays.stream(peaks))
                .max()
                .orElseThrow();
        for (int k = 0; k < decays.length; k++) {
            double w = own.orElseThrow().frequencies()[k];
            double response = w > 0 ? peaks[k] : 0;
            int left = 8 * (int) (StrictMath.log(w > low ? w / low : 1) / StrictMath.log(ratio) / 8);
            if (response > HIDDEN * Math.max(sizes[Math.min(left, FINE - 1)], sizes[Math.min(left + 8, FINE - 1)])) {
                lines.add(w, decays[k], response, response / seen);
            }
        }
        double[][] outer = Arrays.stream(b)
                .mapToObj(x -> Arrays.stream(b).map(y -> x * y).toArray())
                .toArray(double[][]::new);
        diagonal = compare(plus(0.5, outer), Arrays.stream(b).map(x -> x / 2).toArray());
        for (int draw = 0; draw < DRAWS; draw++) {
            double[][] e = new double[n][n];
            for (double[] row : e) {
                Arrays.setAll(row, k -> stream.nextGaussian());
            }
            perturbed[draw] = compare(plus(SLOW * least / singular(e)[0], e), b);
        }
        errors.add("A + BBᵀ/2 with B/2", diagonal[0], diagonal[1], diagonal[2], diagonal[3], diagonal[4]);
        errors.add(
                "A + E, median of " + DRAWS, of(0, MIDDLE), of(1, MIDDLE), of(2, MIDDLE), of(3, MIDDLE), of(4, MIDDLE));
    }

    private static double[] singular(double[][] m) {
        return new SingularValueDecomposition(MatrixUtils.createRealMatrix(m)).getSingularValues();
    }

    private static double size(double[]... g) {
        return Math.sqrt(IntStream.range(0, g[0].length)
                .mapToDouble(k -> g[0][k] * g[0][k] + g[1][k] * g[1][k])
                .sum());
    }

    private static Optional<Resolvent> modes(double[][] m, double... drive) {
        try {
            return Optional.of(Resolvent.of(m, drive));
        } catch (MathIllegalArgumentException | MathArithmeticException | MathIllegalStateException e) {
            return Optional.empty();
        }
    }

    private double[][] plus(double factor, double[][] m) {
        return IntStream.range(0, n)
                .mapToObj(i -> IntStream.range(0, n)
                        .mapToDouble(k -> a[i][k] + factor * m[i][k])
                        .toArray())
                .toArray(double[][]::new);
    }

    /** Condition, error for slow inputs, for all, where it is largest, on the coarse grid; infinite if there is no stable response. */
    private double[] compare(double[][] m, double... drive) {
        double[] out = new double[5];
        Arrays.fill(out, Double.POSITIVE_INFINITY);
        Optional<Resolvent> response = modes(m, drive);
        if (response.isEmpty() || Arrays.stream(response.get().decays()).min().orElse(0) <= 0) {
            return out;
        }
        double[] own = response.get().frequencies();
        Arrays.fill(out, 0);
        out[0] = response.get().condition();
        for (int k = 0; k < FINE + n; k++) {
            double w = k < FINE ? fine[k] : own[k - FINE];
            double[][] g = Resolvent.solve(a, b, w);
            double[][] other = response.get().at(w);
            for (int i = 0; i < n; i++) {
                other[0][i] -= g[0][i];
                other[1][i] -= g[1][i];
            }
            double error = w < 0 ? 0 : size(other) / top;
            out[1] = Math.max(out[1], w <= SLOW * bandwidth ? error : 0);
            out[3] = error > out[2] ? w : out[3];
            out[2] = Math.max(out[2], error);
            out[4] = Math.max(out[4], k < FINE && k % 8 == 0 ? error : 0);
        }
        return out;
    }

    /** A rank of a number over the draws. */
    private double of(int number, int rank) {
        return Arrays.stream(perturbed).mapToDouble(x -> x[number]).sorted().toArray()[rank];
    }

    @Override
    public String title() {
        return "State-space model of " + n + " states";
    }

    @Override
    public List<String> answer() {
        int lost = (int) Math.min(16, Math.ceil(StrictMath.log10(Math.max(1, condition))));
        String best = diagonal[1] <= of(1, MIDDLE) ? "A + BBᵀ/2" : "the best of several A + E";
        return List.of(
                (condition < ILL ? "A can be diagonalised: " : "Do not diagonalise A: ") + "condition "
                        + String.format(Locale.ROOT, condition < 1e4 ? "%.0f" : "%.1e", condition)
                        + " of its eigenvectors, " + lost + " of 16 digits lost.",
                condition >= BLIND
                        ? "Resonances unknown: the eigenvalues of A are lost to rounding."
                        : lines.rows() == 0
                                ? "No hidden resonances."
                                : Wording.count(lines.rows(), "hidden resonance")
                                        + ": a grid of 25 frequencies shows less than half of the response on both sides.",
                "Inputs slower than " + Numbers.format(SLOW * bandwidth, 2)
                        + " rad per time unit: if A is replaced by A + BBᵀ/2, driven by B/2, which is often easier to diagonalise, "
                        + (diagonal[1] < 1e9
                                ? "the response errs by " + percent(diagonal[1])
                                : "the system is not stable")
                        + "; if a small random matrix E is added to A, the response errs by " + percent(of(1, MIDDLE))
                        + " ("
                        + percent(of(1, 0)) + " to " + percent(of(1, DRAWS - 1)) + " for " + DRAWS
                        + " E), of its largest value.",
                condition < ILL
                        ? "Next: use the eigenvectors of A, and add the eigenfrequencies to every grid you check on."
                        : "Next: diagonalise " + best + ", and add its eigenfrequencies to every grid you check on.");
    }

    private static String percent(double error) {
        return error < 1e-4
                ? "less than 0.01 %"
                : error < 1 ? Numbers.format(100 * error, 2) + " %" : Numbers.format(error, 2) + " times";
    }

    @Override
    public List<String> preface() {
        return List.of();
    }

    @Override
    public List<Section> sections() {
        return List.of(
                new Section(
                        "How far do approximations err?",
                        "Largest error of the response G over the largest ‖G‖, as a ratio, at frequencies in rad per time unit: on "
                                + FINE
                                + " frequencies and the approximation's own; on the grid: on every eighth alone.",
                        List.of(
                                "E is Gaussian, its norm a tenth of the smallest singular value of A or of its smallest decay. Draw several and keep the best."),
                        errors),
                new Section(
                        "Which resonances would a grid miss?",
                        lines.rows() == 0 ? "None is known." : "",
                        List.of(),
                        lines.rows() == 0 ? new Frame() : lines));
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("errors", errors, "resonances", lines);
    }
}
