package org.noisebook.papers.bandlimited;

import static org.noisebook.figure.Reduction.geometric;

import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.linalg.RidgeSpectrum;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/**
 * sin(ωx) on [−1, 1] fitted by Σ_j c_j σ(a_j x − b_j) with frozen a, b ~ U[−Λ, Λ], of finite width or infinitely wide.
 *
 * <p>The error is in L²[−1, 1], by Gauss–Legendre rules of 16 nodes on equal panels. Infinitely many weights are a rule of the same kind over the band, which gives the
 * spectrum μ of the kernel E σσ′ and with a ridge of τ the floor² Σ_k [τμ₁/(μ_k + τμ₁)]² ⟨y, u_k⟩².
 *
 * <p><b>Streams</b>: {@code weights}, one part per hidden unit, so a narrower network is a part of a wider one. <b>Error</b>: 10⁻⁶ of the target for the floor if a panel is at most
 * 5/Λ and 10/ω wide. <b>Cost</b>: nodes² · width/2 + 4 nodes³ operations; 128 Λ² hidden units stand for infinitely many.
 */
@Paper(
        key = "2008.08427",
        title = "How Powerful are Shallow Neural Networks with Bandlimited Random Weights?",
        cite = {
            "Li, Sonoda, Cao, Wang, Liang 2023, arXiv 2008.08427",
            "Rahimi, Recht 2007, Random Features for Large-Scale Kernel Machines, Advances in Neural Information Processing Systems 20"
        },
        study = "bandlimited",
        version = 1,
        does = "A sine fitted by a network whose hidden weights are frozen and bounded",
        figure = "bandlimited",
        shows = "Error of frozen random weights by their band",
        streams = "weights")
public final class BandlimitedWeights extends OnePaper<BandlimitedWeights.Config, BandlimitedWeights.Result> {
    /** The function of a hidden unit. */
    public enum Unit {
        /** tanh z. */
        TANH,
        /** e^(−z²/2). */
        GAUSSIAN;

        private double of(double z) {
            if (this == GAUSSIAN) {
                return StrictMath.exp(-z * z / 2);
            }
            double part = -StrictMath.expm1(-2 * Math.abs(z));
            return Math.copySign(part / (2 - part), z);
        }
    }

    /** How the coefficients are found. */
    public enum Rule {
        /** Least squares with a ridge of the cut times s₁². */
        RIDGE,
        /** Least squares on singular values above the cut times s₁. */
        TRUNCATED
    }

    /** A network with frozen hidden weights. */
    public record Config(
            @Parameter(standard = "tanh", value = "function of a hidden unit: tanh or gaussian")
            Unit unit,

            @Parameter(standard = "10", range = "[0.1, 200]", symbol = "ω", value = "frequency of the target")
            double omega,

            @Parameter(standard = "1", range = "[0.01, 50]", symbol = "Λ", value = "largest absolute weight and bias")
            double band,

            @Parameter(standard = "800", range = "[0, 20000]", value = "hidden units; 0 for infinitely many")
            int width,

            @Parameter(standard = "ridge", value = "how the coefficients are found: ridge or truncated")
            Rule rule,

            @Parameter(standard = "1e-10", range = "[1e-12, 1]", symbol = "τ", value = "its cut")
            double cut,

            @Parameter(standard = "6", range = "[1, 64]", value = "panels of 16 nodes on [−1, 1]")
            int panels) {}

    /** How well the target is fitted. */
    public record Result(
            @Parameter("root mean square error over the root mean square of the target")
            double error,

            @Parameter("norm of the coefficients, times the root of the width")
            double norm)
            implements Outcome {}

    // The study.

    private static final int NODES = 16;
    /** Width of a panel of weights; a hidden unit is smooth on this scale. */
    private static final double PANEL = 4;

    /** Nodes and weights of a rule of 16 nodes on each of equal panels. */
    private static double[][] rule(double from, double to, int panels) {
        double[][] rule = new double[2][panels * NODES];
        double width = (to - from) / panels;
        GaussIntegratorFactory factory = new GaussIntegratorFactory();
        for (int p = 0; p < panels; p++) {
            GaussIntegrator one = factory.legendre(NODES, from + p * width, from + (p + 1) * width);
            for (int k = 0; k < NODES; k++) {
                rule[0][p * NODES + k] = one.getPoint(k);
                rule[1][p * NODES + k] = one.getWeight(k);
            }
        }
        return rule;
    }

    /** a, b and the share of each hidden unit; shares add up to 1. */
    private static double[][] units(Config c, Streams streams) {
        if (c.width() > 0) {
            Stream stream = streams.at("weights");
            double[][] units = new double[3][c.width()];
            for (int j = 0; j < c.width(); j++) {
                Stream own = stream.part(j);
                units[0][j] = c.band() * (2 * own.nextDouble() - 1);
                units[1][j] = c.band() * (2 * own.nextDouble() - 1);
                units[2][j] = 1.0 / c.width();
            }
            return units;
        }
        int panels = (int) Math.ceil(c.band() / PANEL);
        // The kernel does not change if a and b change their signs, so half the band is enough.
        double[][] a = rule(0, c.band(), panels);
        double[][] b = rule(-c.band(), c.band(), 2 * panels);
        double[][] units = new double[3][a[0].length * b[0].length];
        for (int j = 0; j < units[0].length; j++) {
            int i = j / b[0].length;
            int k = j % b[0].length;
            units[0][j] = a[0][i];
            units[1][j] = b[0][k];
            units[2][j] = a[1][i] * b[1][k] / (2 * c.band() * c.band());
        }
        return units;
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        double[][] x = rule(-1, 1, c.panels());
        double[][] units = units(c, streams);
        double[][] a = new double[x[0].length][units[0].length];
        double[] y = new double[a.length];
        double square = 0;
        for (int i = 0; i < a.length; i++) {
            Grammar.stopIfInterrupted();
            double root = StrictMath.sqrt(x[1][i] / 2);
            y[i] = root * StrictMath.sin(c.omega() * x[0][i]);
            square += y[i] * y[i];
            for (int j = 0; j < a[i].length; j++) {
                a[i][j] = root * StrictMath.sqrt(units[2][j]) * c.unit().of(units[0][j] * x[0][i] - units[1][j]);
            }
        }
        double[] fit = c.rule() == Rule.RIDGE ? ridge(a, y, c.cut()) : truncated(a, y, c.cut());
        double off = 0;
        for (int i = 0; i < a.length; i++) {
            double miss = y[i];
            for (int j = 0; j < fit.length; j++) {
                miss = Math.fma(-a[i][j], fit[j], miss);
            }
            off += miss * miss;
        }
        double norm = Grammar.sum(fit.length, j -> fit[j] * fit[j]);
        return new Result(StrictMath.sqrt(off / square), StrictMath.sqrt(norm));
    }

    private static double[] ridge(double[][] a, double[] y, double cut) {
        RidgeSpectrum spectrum = RidgeSpectrum.of(a);
        return spectrum.fit(y, cut * spectrum.largest());
    }

    private static double[] truncated(double[][] a, double[] y, double cut) {
        SingularValueDecomposition svd = new SingularValueDecomposition(new Array2DRowRealMatrix(a, false));
        double[] s = svd.getSingularValues();
        double[] parts = svd.getUT().operate(y);
        for (int k = 0; k < s.length; k++) {
            parts[k] = s[k] > cut * s[0] ? parts[k] / s[k] : 0;
        }
        return svd.getV().operate(parts);
    }

    @Override
    public double work(Config c) {
        double nodes = (double) NODES * c.panels();
        double units = c.width() > 0 ? c.width() : 2 * Math.pow(NODES * Math.ceil(c.band() / PANEL), 2);
        return nodes * units * (60 + nodes / 2) + (c.rule() == Rule.RIDGE ? 4 : 40) * nodes * nodes * nodes;
    }

    @Override
    public long memory(Config c) {
        double units = c.width() > 0 ? c.width() : 2 * Math.pow(NODES * Math.ceil(c.band() / PANEL), 2);
        return (long) (32 * (NODES * c.panels() + 3) * units) + (1L << 26);
    }

    // The figure.

    private static final double[] BANDS = {0.5, 1, 2, 4, 8, 16};
    private static final double[] HIGH = {4, 8, 16};
    private static final double[] FINE = {0.5, 1, 1.4, 2, 2.8, 4, 8, 16};
    private static final double[] FINE_HIGH = {0.5, 4, 5.6, 8, 14, 16};

    /** Cells along the band, with as many nodes as the widest needs. */
    private Line<Config, Result> along(Board board, String condition, String changes, double... bands) {
        Config base = config(changes);
        return board.along(this, bands, band -> Schema.with(base, "band=" + band + (band < 8 ? "" : ", panels=8")))
                .placed(x -> ", Λ = " + x + "; " + condition);
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Narrow-band random weights leave an error that width does not remove",
                "Width removes the error of narrow-band random weights",
                "Width may not remove the error of narrow-band random weights");
        board.subtitle("Fit of sin(ωx) by units tanh(ax − b), frozen with a and b in [−Λ, Λ]");
        board.show("10", "30");
        board.replicas(1);
        var floor = along(board, "ω = 10, infinitely many tanh units", "width=0", FINE);
        var fast = along(board, "ω = 30, infinitely many tanh units", "width=0, omega=30", FINE_HIGH);
        int n = board.replicas(20, 50);
        board.stamp(n + "; infinitely many units exact");
        var narrow = along(board, "ω = 10, 50 tanh units", "width=50", BANDS);
        var wide = along(board, "ω = 10, 800 tanh units", "", BANDS);
        var bellWide = along(board, "ω = 10, 800 Gaussian units", "unit=gaussian", 1);
        var bellFloor = along(board, "ω = 10, infinitely many Gaussian units", "width=0, unit=gaussian", 1);
        var loose = along(board, "ω = 10, 800 tanh units, singular values above 10⁻¹⁰ s₁", "rule=truncated", 1);
        var fastNarrow = along(board, "ω = 30, 50 tanh units", "width=50, omega=30", HIGH);
        var fastWide = along(board, "ω = 30, 800 tanh units", "omega=30", HIGH);
        Axis band = Axis.log10("band Λ of the frozen weights").range(0.4, 20);
        Axis error = Axis.log10("relative error").range(1e-6, 2);
        Plot left = board.plot("10", "ω = 10", band, error)
                .points("50 units", narrow, geometric(Result::error))
                .points("800 units", wide, geometric(Result::error))
                .named("")
                .points("800 units, no ridge", loose, geometric(Result::error))
                .text(1, 8e-5, "800 units, no ridge");
        law(left, floor);
        Plot right = board.plot("30", "ω = 30", band, error)
                .points("50 units", fastNarrow, geometric(Result::error))
                .points("800 units", fastWide, geometric(Result::error));
        law(right, fast);

        String fixed = "window set before the run";
        String bound = "bound set before the run";
        for (double x : new double[] {0.5, 1, 2}) {
            double least = floor.at(x).mean(Result::error);
            left.claim(
                            "floor-" + x,
                            "error of 800 units over the floor from the kernel",
                            wide,
                            x,
                            r -> r.error() / least)
                    .says(
                            x < 2
                                    ? "The error is the floor from the kernel's spectrum | error over floor"
                                    : "At Λ = 2, the error is the floor within 20 % | error over floor")
                    .theory(1, x < 2 ? 0.05 : 0.2)
                    .control("claim: loose")
                    .from("Σ [τμ₁/(μ + τμ₁)]² ⟨y, u⟩²; " + fixed);
        }
        left.claim("width", "error of 800 units over that of 50", wide, 1)
                .says("At Λ = 1, 50 to 800 units change it by under 5 % | ratio")
                .theory(1, 0.05)
                .control("claim: width-4")
                .of(wide.at(1).over(narrow.at(1), Result::error))
                .from(source(), fixed);
        left.claim("width-4", "error of 800 units over that of 50", wide, 4)
                .below(0.5)
                .of(wide.at(4).over(narrow.at(4), Result::error))
                .from("control: where the band covers the target, width does help");
        double bellLeast = bellFloor.at(1).mean(Result::error);
        board.claim(
                        "floor-gaussian",
                        "error of 800 units over the floor from the kernel",
                        bellWide,
                        1,
                        r -> r.error() / bellLeast)
                .theory(1, 0.05)
                .control("claim: loose")
                .from("the same for Gaussian units; " + fixed);
        left.claim("floor", "error of infinitely many units", floor, 1)
                .theory(0.5842, 1e-4)
                .of(floor.at(1).mean(Result::error))
                .control("run: panels=1, whose nodes do not resolve the target")
                .from("0.4036 over the root mean square of sin 10x; computed independently");
        left.claim("loose", "error of 800 units without a ridge, in per cent", loose, 1, r -> 100 * r.error())
                .says("Huge coefficients pass the floor of Λ = 1 | error in %")
                .below(1)
                .control("claim: floor-1.0")
                .from("control: the floor belongs to bounded coefficients; analytic units are dense");
        left.claim("norm", "norm of coefficients without a ridge minus ten times that with one", loose, 1)
                .above(0)
                .control("run: cut=1e-5, where both rules bound the coefficients")
                .of(Estimate.ofMeanOrNone(loose.at(1).paired(wide.at(1), Result::norm, (a, b) -> a - 10 * b)))
                .from(bound);
        right.claim("covered", "error of 800 units, in thousandths", fastWide, 16, r -> 1000 * r.error())
                .says("Bands that cover the target give small errors | thousandths, Λ = 16")
                .below(1)
                .control("claim: least")
                .from(source(), bound);
        left.claim("covered-10", "error of 800 units, in thousandths", wide, 16, r -> 1000 * r.error())
                .says("Bands that cover the target give small errors | thousandths, Λ = 16")
                .below(1)
                .control("claim: floor-1.0")
                .from(source(), bound);
        String three = "three times the frequency needs two to five times the band; " + bound;
        left.claim("needed", "error of infinitely many units, in thousandths", floor, 2.8)
                .below(1)
                .of(floor.at(2.8).mean(r -> 1000 * r.error()))
                .control("claim: floor")
                .from(three);
        right.claim("least", "error of infinitely many units, in thousandths", fast, 5.6)
                .above(1)
                .of(fast.at(5.6).mean(r -> 1000 * r.error()))
                .control("claim: most")
                .from(three);
        right.claim("most", "error of infinitely many units, in thousandths", fast, 14)
                .below(1)
                .of(fast.at(14).mean(r -> 1000 * r.error()))
                .control("claim: least")
                .from(three);
        left.claim("wide-band", "error of 50 units at Λ = 16 over that at Λ = 4", narrow, 16)
                .above(2)
                .control("run: width=800, whose error still falls")
                .of(narrow.at(16).over(narrow.at(4), Result::error))
                .from("few units cover a wide band badly; " + bound);
        board.caption("""
                sin(ωx) on [−1, 1] is fitted by Σ c tanh(ax − b); a and b are frozen, drawn uniformly from [−Λ, Λ], and only c is fitted, by least squares with a ridge of 10⁻¹⁰ of the largest \
                squared singular value. Error: root mean square over that of the target, integrated by Gauss–Legendre rules; geometric means over {} draws with 95 % intervals. Line: infinitely many \
                units, from the spectrum of their kernel. No ridge: fitted on singular values above 10⁻¹⁰ of the largest. In the table: Gaussian units, and \
                norms of coefficients.""", n);
    }

    private static void law(Plot plot, Line<Config, Result> line) {
        plot.colour(Plot.GREY)
                .line(
                        LineKind.THEORY,
                        "infinitely many",
                        line.x(),
                        line.cells().stream()
                                .mapToDouble(cell -> cell.mean(Result::error))
                                .toArray());
    }

    @Override
    protected String says() {
        return """
                The paper freezes the hidden weights of a network at random values from a bounded set, fits only the output, and proves that a target whose spectrum lies outside that set keeps an error. Here the
                target is sin(ωx), weights and biases are uniform in [−Λ, Λ], and the output is fitted by least squares with a ridge of 10⁻¹⁰ of the largest squared singular value. Errors are integrals over [−1, 1],
                by Gauss–Legendre rules; uniform grids of 200 to 1000 points err by up to 1.3 %.

                The error of a wide network is that of infinitely many units, which the spectrum of their kernel gives without a network: 0.584 of the target at Λ = 1, ω = 10 (0.4036 in root mean square), 0.939 at Λ = 0.5.
                800 units come within 0.3 % of it. From 50 to 800 units the error falls by 7 ± 2 %, at Λ = 4 tenfold. The band that gives an error of 10⁻³ grows with the frequency, two to five times for three times
                the frequency, for tanh and for Gaussian units. Beyond it more band costs units: 50 of them are ten times worse at Λ = 16 than at Λ = 4.

                What is the floor a fact about? About bounded coefficients, not about the band. The same 800 units of Λ = 1, fitted on all singular values above 10⁻¹⁰ s₁, err by 2·10⁻⁴, with coefficients 270 times as
                large. Analytic units on an interval are dense, so that no floor is left in exact arithmetic. In practice: choose the band of frozen weights by the frequencies of the target; more units cannot
                replace it; and if a narrow band seems to work, look at the norm of the coefficients.""";
    }
}
