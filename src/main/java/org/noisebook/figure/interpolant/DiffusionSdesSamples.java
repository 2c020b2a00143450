package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.diffusion.NamedDiffusion;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Field;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** VE, VP and sub-VP run backward from a mixture's noise: samples of the reverse equation and the flow, and log densities. */
public final class DiffusionSdesSamples extends Story {
    private static final DiffusionStudy STUDY = new DiffusionStudy();
    private static final GaussianMixture DATA =
            DiffusionConfig.standard().target().mixture().orElseThrow();
    /** Of the reference. */
    private static final double[] POINTS = {-2.5, -2, -0.5, 0.3, 1, 1.8};

    private static final double[] LIKELIHOOD_STEPS = Line.powers(25, 2, 6);
    private static final double[] DIVERGENCES = {2.2e-6, 2.2e-7, 2.2e-7};
    private static final double[] PRIOR_ERRORS = {3.5e-3, 1.2e-3, 1.2e-3};
    private static final double[] ERRORS = {7.7e-4, 9e-6, 3.4e-6};
    private static final String NOTES = "test vectors of the kit for this mixture";

    /** The standard error of a variance of the notes, of 20 000 samples: √((9.08 − 2.19²)/20 000). */
    private static final double NOTED_ERROR = 0.0146;

    private static final Diffusion VP = NamedDiffusion.VP.diffusion();
    private static final Diffusion VE = NamedDiffusion.VE.diffusion();
    private static final DiffusionMethod EULER_IN_TIME = new DiffusionMethod.TimeFlow(OdeMethod.EULER);

    /** A row of the notes: what was measured there. */
    private record Noted(
            String name, String words, Diffusion diffusion, DiffusionMethod method, int steps, double variance) {
        DiffusionConfig config() {
            DiffusionConfig uniform = DiffusionConfig.ofSamples().by(diffusion, method, TimeGrid.UNIFORM, steps);
            return Schema.with(uniform, "particles=20000, end=" + (diffusion.equals(VE) ? "0" : "1e-5"));
        }
    }

    private static final List<Noted> NOTED = List.of(
            new Noted(
                    "vp-reverse-100",
                    "Euler–Maruyama, VP",
                    VP,
                    new DiffusionMethod.ReverseEquation(SdeMethod.EULER_MARUYAMA, 1),
                    100,
                    2.230),
            new Noted("vp-flow-50", "flow by Euler in τ, VP", VP, EULER_IN_TIME, 50, 2.180),
            new Noted("ve-flow-50", "flow by Euler in τ, VE", VE, EULER_IN_TIME, 50, 1.42),
            new Noted("ve-flow-100", "flow by Euler in τ, VE", VE, EULER_IN_TIME, 100, 1.78),
            new Noted("ve-flow-500", "flow by Euler in τ, VE", VE, EULER_IN_TIME, 500, 2.08),
            new Noted(
                    "ve-corrected-50",
                    "predictor–corrector, VE",
                    VE,
                    DiffusionMethod.PredictorCorrector.standard(),
                    50,
                    2.194));

    /** The figure. */
    public DiffusionSdesSamples() {
        super(
                "diffusion-sdes-samples",
                "Three diffusions of one mixture run backward: samples and log densities",
                STUDY.sources());
    }

    private static DiffusionConfig flow(Board board, NamedDiffusion named) {
        DiffusionMethod heun = new DiffusionMethod.TimeFlow(OdeMethod.HEUN);
        return Schema.with(DiffusionConfig.ofSamples(), "particles", board.choose(4096, 32_768))
                .by(named.diffusion(), heun, TimeGrid.UNIFORM, board.choose(200, 400));
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(8, 32);
        List<Cell<DiffusionConfig, DiffusionResult>> reverse = Stream.of(NamedDiffusion.values())
                .map(named -> board.cell(STUDY, DiffusionSdes.reverse(board, named)))
                .toList();
        List<Cell<DiffusionConfig, DiffusionResult>> flow = Stream.of(NamedDiffusion.values())
                .map(named -> board.cell(STUDY, flow(board, named)))
                .toList();
        board.replicas(4, 8);
        List<Cell<DiffusionConfig, DiffusionResult>> notes =
                NOTED.stream().map(noted -> board.cell(STUDY, noted.config())).toList();
        Plot backward = tellSamples(board, "reverse", "Samples of the reverse equation", reverse);
        Plot along = tellSamples(board, "flow", "Samples of the probability flow", flow);
        Plot plot = board.plot(
                "likelihood",
                "Log density along the flow",
                Axis.log10("steps of RK4"),
                Axis.log10("largest error of log p₀"));
        for (NamedDiffusion named : NamedDiffusion.values()) {
            int i = named.ordinal();
            tellLikelihood(plot, named);
            String of = " of " + named.text();
            DiffusionSdes.judgeVariance(
                    backward.claim(named.key() + "-reverse", "variance of samples by the reverse equation" + of),
                    reverse.get(i));
            DiffusionSdes.judgeVariance(
                    along.claim(named.key() + "-flow", "variance of samples by the probability flow" + of),
                    flow.get(i));
        }
        for (int i = 0; i < NOTED.size(); i++) {
            Noted noted = NOTED.get(i);
            board.claim(noted.name, "variance of samples, " + noted.words + ", " + noted.steps + " steps uniform in τ")
                    .regression(noted.variance, NOTED_ERROR)
                    .of(notes.get(i).the(mean(run -> run.variance().get(0))))
                    .from(NOTES + ", 20 000 samples");
        }
        board.caption(
                "The diffusions of 0.3 N(−2, 0.16) + 0.7 N(1, 0.36) run backward. (a, b) Histograms of samples at τ = 0.001, by"
                        + " Euler–Maruyama for the reverse equation ({} steps uniform in τ) and Heun's method for the probability flow"
                        + " ({}); line: exact, averaged over each bin. (c) Largest error of log p₀ by RK4 along the flow from τ = 10⁻⁵ at x"
                        + " = −2.5, −2, −0.5, 0.3, 1 and 1.8, ended by the exact density p₁ or by the prior; deterministic, no interval;"
                        + " what is left of VE with p₁ is its noise σ = 0.01 at τ = 0. Points of (a, b): means over {} replicas of {}"
                        + " particles with 95 % t intervals, mostly smaller than the marks.",
                reverse.get(1).config().steps(),
                flow.get(1).config().steps(),
                n,
                reverse.get(1).config().particles());
    }

    private static Plot tellSamples(
            Board board, String name, String title, List<Cell<DiffusionConfig, DiffusionResult>> cells) {
        DiffusionResult any = cells.get(1).runs().get(0);
        double variance = any.lawVariance().get(0);
        double[] x = new double[DiffusionStudy.BINS];
        Arrays.setAll(x, bin -> DiffusionStudy.binCentre(any.lawMean().get(0), variance, bin));
        double[] law = any.lawShares().stream()
                .map(share -> share / DiffusionStudy.binWidth(variance))
                .toArray();
        Plot plot = board.plot(
                        name,
                        title,
                        Axis.linear("place x").range(-4.8, 5),
                        Axis.linear("density").range(0, 0.55))
                .colour(2)
                .line(LineKind.THEORY, "exact", x, law);
        double[] shown =
                IntStream.range(0, x.length / 2).mapToDouble(k -> x[2 * k]).toArray();
        for (NamedDiffusion named : NamedDiffusion.values()) {
            plot.colour(DiffusionSdes.COLOURS[named.ordinal()])
                    .points(
                            named.text(),
                            shown,
                            cells.get(named.ordinal()),
                            k -> mean(run -> run.shares().get(2 * k)
                                    / DiffusionStudy.binWidth(run.lawVariance().get(0))));
        }
        return plot;
    }

    /** Largest error of log p_0 over the points. */
    private static double error(Diffusion diffusion, int steps, boolean prior) {
        MixtureInterpolant marginals = diffusion.marginals(DATA);
        Field end = prior ? Likelihood.normal(1, diffusion.priorVariance()) : marginals.logDensity();
        double[] along = Likelihood.logDensity(
                OdeMethod.RK4::sampler,
                diffusion.probabilityFlow(marginals.score()),
                TimeGrid.UNIFORM.times(1e-5, 1, steps),
                new double[][] {POINTS},
                end,
                1);
        return IntStream.range(0, POINTS.length)
                .mapToDouble(k -> Math.abs(along[k] - DATA.logDensity(new double[] {POINTS[k]})))
                .max()
                .orElseThrow();
    }

    private static void tellLikelihood(Plot plot, NamedDiffusion named) {
        int i = named.ordinal();
        plot.claim(named.key() + "-prior", "KL(p₁ ‖ prior) of " + named.text())
                .theory(DIVERGENCES[i])
                .of(SixDigits.exact(named.diffusion().priorDivergence(DATA)))
                .from(NOTES);
        for (boolean prior : new boolean[] {true, false}) {
            Estimate[] errors = Arrays.stream(LIKELIHOOD_STEPS)
                    .mapToObj(steps -> SixDigits.point(error(named.diffusion(), (int) steps, prior)))
                    .toArray(Estimate[]::new);
            plot.colour(prior ? i : i + 3)
                    .points(named.text() + (prior ? ", prior" : ", exact p₁"), LIKELIHOOD_STEPS, errors, 1);
            plot.claim(
                            named.key() + (prior ? "-likelihood-prior" : "-likelihood"),
                            "largest error of log p₀ along the flow of " + named.text() + " ended by "
                                    + (prior ? "the prior" : "p₁") + ", 100 steps of RK4")
                    .theory((prior ? PRIOR_ERRORS : ERRORS)[i])
                    .of(SixDigits.exact(error(named.diffusion(), 100, prior)))
                    .from(NOTES);
        }
    }
}
